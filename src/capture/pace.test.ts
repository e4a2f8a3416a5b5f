import { describe, expect, test } from 'vitest';
import { createPaceCheck } from './pace.ts';

const pace = { bytesPerSecond: 100, graceMs: 10_000, spanMs: 60_000 };

/** Feeds a check with sizes at times (s); returns the first time at which it was too slow. */
function tooSlowAt(
  sizeAt: (s: number) => number,
  untilS: number,
  given = pace,
  readAt = sizeAt,
): number | undefined {
  const isTooSlow = createPaceCheck(given, 5_000);
  for (let s = 1; s <= untilS; s++) {
    if (isTooSlow({ size: sizeAt(s), bytesRead: readAt(s) }, 5_000 + s * 1000)) return s;
  }
  return undefined;
}

describe('a body', () => {
  test.each([
    ['of a byte a second', (s: number) => s, 10],
    ['of a byte every 20 s', (s: number) => Math.floor(s / 20), 20],
    ['of a little less than the rate', (s: number) => 99 * s, 10],
    ['that slows down after a fast start', (s: number) => 1_000_000 + s, 120],
  ])('%s is too slow', (_, sizeAt, expected) => {
    expect(tooSlowAt(sizeAt, 300)).toBe(expected);
  });

  test.each([
    ['of exactly the rate', (s: number) => 100 * s],
    ['that comes in bursts every 20 s', (s: number) => 10_000 + Math.floor(s / 20) * 2_500],
    ['that is silent, for which there is another limit', () => 5_000],
    ['that pauses and then goes on', (s: number) => (s < 25 ? 1 : 100_000)],
  ])('%s is not', (_, sizeAt) => {
    expect(tooSlowAt(sizeAt, 300)).toBeUndefined();
  });

  test('whose chunks have endless extensions is too slow', () => {
    expect(
      tooSlowAt(
        () => 2,
        300,
        pace,
        (s) => 100 * s,
      ),
    ).toBe(10);
  });

  test('may be slow in its first seconds, and always if the rate is 0', () => {
    expect(tooSlowAt(() => 0, 9)).toBeUndefined();
    expect(tooSlowAt(() => 0, 300, { ...pace, bytesPerSecond: 0 })).toBeUndefined();
  });
});
