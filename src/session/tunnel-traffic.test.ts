import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { createTunnelTraffic } from './tunnel-traffic.ts';

test('counts requests in flight and the time since the last arrival, whatever the system clock shows', async () => {
  const clock = createManualClock();
  const traffic = createTunnelTraffic(clock);
  expect([traffic.inFlight, traffic.sinceArrivalMs()]).toEqual([0, undefined]);
  const ended = traffic.began();
  await clock.advance(300);
  clock.set(0);
  expect([traffic.inFlight, traffic.sinceArrivalMs()]).toEqual([1, 300]);
  ended();
  ended();
  expect([traffic.inFlight, traffic.sinceArrivalMs()]).toEqual([0, 300]);
  traffic.forgetArrivals();
  expect(traffic.sinceArrivalMs()).toBeUndefined();
});

test('waits for the replies of those that are in flight, not of later ones', async () => {
  const traffic = createTunnelTraffic(createManualClock());
  const stop = new AbortController();
  const first = traffic.began();
  const settled = traffic.settled(stop.signal);
  traffic.began();
  first();
  await settled;
  const aborted = traffic.settled(stop.signal);
  stop.abort();
  await aborted;
  await traffic.settled(stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});
