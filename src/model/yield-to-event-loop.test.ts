import { expect, test } from 'vitest';
import { createYielder } from './yield-to-event-loop.ts';

test('yields to the event loop when a turn of 8 ms is over, and not before', async () => {
  let now = 0;
  let others = 0;
  const turns = createYielder(undefined, () => now);
  setImmediate(() => others++);
  now = 7;
  expect([turns.isOver, await turns.next(), others]).toEqual([false, true, 0]);
  now = 8;
  expect([turns.isOver, await turns.next(), others]).toEqual([true, true, 1]);
  setImmediate(() => others++);
  now = 15;
  expect([turns.isOver, await turns.next(), others]).toEqual([false, true, 1]);
});

test('gives aborted work no further turn', async () => {
  const stop = new AbortController();
  const turns = createYielder(stop.signal);
  expect(await turns.next()).toBe(true);
  stop.abort();
  expect(await turns.next()).toBe(false);
});
