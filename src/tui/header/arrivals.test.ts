import { expect, test } from 'vitest';
import { createArrivalCounts, sparkline } from './arrivals.ts';

const minute = 60_000;

test('counts arrivals per minute, and forgets old ones', () => {
  const arrivals = createArrivalCounts();
  const now = 1000 * minute;
  arrivals.add(now);
  arrivals.add(now + 59_999);
  arrivals.add(now - minute);
  arrivals.add(now - 14 * minute);
  arrivals.add(now - 15 * minute);
  expect(arrivals.perMinute(now + 30_000)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  for (let each = 0; each < 100; each++) arrivals.add(now + each * minute);
  expect(arrivals.perMinute(now + 99 * minute)).toEqual(Array.from({ length: 15 }, () => 1));
  expect(arrivals.perMinute(now + 200 * minute)).toEqual(Array.from({ length: 15 }, () => 0));
});

test('a sparkline scales to the largest count', () => {
  expect(sparkline([0, 1, 4, 8, 0])).toBe('▁▂▅█▁');
  expect(sparkline([0, 0])).toBe('▁▁');
  expect(sparkline([0, 1])).toBe('▁█');
});
