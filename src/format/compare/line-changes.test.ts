import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineChanges } from './line-changes.ts';

const someLines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

test('gives both texts back, with the fewest edits', () => {
  fc.assert(
    fc.property(someLines, someLines, (before, after) => {
      const changes = lineChanges(before, after);
      expect(changes.filter(({ sign }) => sign !== '+').map(({ text }) => text)).toEqual(before);
      expect(changes.filter(({ sign }) => sign !== '-').map(({ text }) => text)).toEqual(after);
      expect(changes.filter(({ sign }) => sign === ' ')).toHaveLength(longestCommon(before, after));
    }),
    { numRuns: 1000 },
  );
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i]![j] =
        a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
    }
  }
  return table[a.length]![b.length]!;
}

test('compares texts with hundreds of differences', () => {
  const before = Array.from({ length: 6_000 }, (_, line) => `line ${line}`);
  const after = before.map((line, index) => (index % 20 === 0 ? `${line} changed` : line));
  const changes = lineChanges(before, after);
  expect(changes.filter(({ sign }) => sign === ' ')).toHaveLength(5_700);
  expect(changes.filter(({ sign }) => sign === '+')).toHaveLength(300);
});

test('shows texts that take too long to compare one after the other', () => {
  const random = (seed: number) =>
    Array.from({ length: 30_000 }, (_, line) => String(((line + 1) * seed) % 9_973));
  const [before, after] = [random(7_919), random(6_271)];
  const changes = lineChanges(before, after);
  expect(changes.slice(0, 30_000).every(({ sign }) => sign === '-')).toBe(true);
  expect(changes.filter(({ sign }) => sign !== '-').map(({ text }) => text)).toEqual(after);
});
