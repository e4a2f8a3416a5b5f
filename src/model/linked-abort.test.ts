import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { resolvesWithin } from './clock.ts';
import { linkAbort } from './linked-abort.ts';

test('aborts with the signal that it follows, and by itself', () => {
  const outer = new AbortController();
  const [first, second, third] = [linkAbort(outer.signal), linkAbort(outer.signal), linkAbort(undefined)];
  first.abort('own');
  second.release();
  third.release();
  outer.abort('outer');
  expect([first.signal.reason, second.signal.aborted, third.signal.aborted]).toEqual(['own', false, false]);
  expect(linkAbort(outer.signal).signal.reason).toBe('outer');
});

test('leaves nothing on the signal once it is released, nor does a wait', async () => {
  const { signal } = new AbortController();
  const clock = createManualClock();
  for (let waits = 0; waits < 1_000; waits++) {
    const linked = linkAbort(signal);
    linked.release();
    expect(await resolvesWithin(Promise.resolve(), 1_000, clock, signal)).toBe(true);
    await expect(resolvesWithin(Promise.reject(signal), 1_000, clock, signal)).rejects.toBe(signal);
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(clock.waits).toEqual([]);
});
