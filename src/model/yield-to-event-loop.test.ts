import { expect, test } from 'vitest';
import { createYielder } from './yield-to-event-loop.ts';

test('others come to their turn while long work goes on', async () => {
  let others = 0;
  const timer = setInterval(() => others++, 1);
  const turns = createYielder();
  const end = performance.now() + 100;
  while (performance.now() < end) expect(await turns.next()).toBe(true);
  clearInterval(timer);
  expect(others).toBeGreaterThan(2);
});

test('work that is called off gets no further turn', async () => {
  const stop = new AbortController();
  const turns = createYielder(stop.signal);
  expect(await turns.next()).toBe(true);
  stop.abort();
  expect(await turns.next()).toBe(false);
});
