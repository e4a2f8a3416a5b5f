import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPacer } from './pacing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A pacer whose frames take `cost` ms, and the moments at which they began. */
function paced(cost: number) {
  const times: number[] = [];
  let clock = 0;
  const pacer = createPacer(
    () => {
      times.push(Date.now());
      clock += cost;
    },
    () => Date.now() + clock,
  );
  const start = Date.now();
  return { pacer, times: () => times.map((time) => time - start) };
}

test('draws new data at most 30 times a second', () => {
  const { pacer, times } = paced(0);
  for (let ms = 0; ms < 1000; ms++) {
    pacer.changed();
    vi.advanceTimersByTime(1);
  }
  expect(times().length).toBeGreaterThan(25);
  expect(times().length).toBeLessThanOrEqual(31);
});

test('rests ten times as long as a frame took', () => {
  const { pacer, times } = paced(20);
  for (let ms = 0; ms < 1000; ms++) {
    pacer.changed();
    vi.advanceTimersByTime(1);
  }
  expect(times().length).toBeLessThanOrEqual(6);
});

test('draws a key at once, with pending data', () => {
  const { pacer, times } = paced(20);
  pacer.changed();
  vi.advanceTimersByTime(1);
  pacer.changed();
  vi.advanceTimersByTime(50);
  pacer.pressed();
  vi.advanceTimersByTime(1);
  expect(times()).toHaveLength(2);
  vi.advanceTimersByTime(1000);
  expect(times()).toHaveLength(2);
});

test('draws a repeated key at most every 16 ms', () => {
  const { pacer, times } = paced(0);
  for (let ms = 0; ms < 160; ms++) {
    pacer.pressed();
    vi.advanceTimersByTime(1);
  }
  expect(times().length).toBeLessThanOrEqual(11);
});

test('draws nothing after stop', () => {
  const { pacer, times } = paced(0);
  pacer.changed();
  pacer.stop();
  pacer.pressed();
  vi.advanceTimersByTime(1000);
  expect(times()).toEqual([]);
});
