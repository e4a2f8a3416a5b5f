import { expect, test } from 'vitest';
import { createBag } from './bag.ts';

test('members come and go in any order, and leave once', () => {
  const crowd = createBag<string>();
  const leave = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, crowd.add(name)]));
  leave['b']!();
  leave['b']!();
  expect(crowd.members().sort()).toEqual(['a', 'c', 'd']);
  leave['d']!();
  leave['a']!();
  expect(crowd.members()).toEqual(['c']);
  leave['c']!();
  expect(crowd.members()).toEqual([]);
});
