import { expect, test } from 'vitest';
import { parseRef } from './ref.ts';

test('a ref is @, a place from the end, or 3 characters of an id and more', () => {
  expect(parseRef('@')).toEqual({ type: 'latest', back: 0 });
  expect(parseRef('latest')).toEqual({ type: 'latest', back: 0 });
  expect(parseRef('@~12')).toEqual({ type: 'latest', back: 12 });
  expect(parseRef('K7M')).toEqual({ type: 'prefix', prefix: 'k7m' });
  for (const text of ['', 'k7', '7km', 'k7l', '@2', '@~', '@~-1', "k7m' OR 1", 'k7m2qk7m2qk7m', '%']) {
    expect(parseRef(text)).toBeUndefined();
  }
});
