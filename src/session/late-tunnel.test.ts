import { expect, onTestFinished, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { UserError } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import { openStore } from '../store/store.ts';
import type { TunnelDriver } from '../tunnels/tunnel.ts';
import { listen } from './listen.ts';

/** A driver that opens no tunnel: it takes very long, or fails at once. */
const aDriver = (name: string, open: TunnelDriver['open']): TunnelDriver => ({
  name,
  keepsName: false,
  openMs: 30_000,
  open,
});
const slow = aDriver('slow', () => new Promise(() => {}));
const failing = aDriver('failing', async () => {
  throw new UserError('unavailable', 'The server is full.');
});

/** The events of a session until it has had its 10 s. */
async function eventsOf(driver: TunnelDriver): Promise<SessionEvent[]> {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const clock = createManualClock();
  const events: SessionEvent[] = [];
  const onEvent = (event: SessionEvent) => void events.push(event);
  const starting = listen({ store, clock, tunnels: [driver], fallbackTunnel: slow, onEvent });
  await clock.whenWaiting(10_000);
  await clock.advance(10_000);
  const session = await starting;
  onTestFinished(() => session.close());
  return events;
}

test('a tunnel that takes long is said to be still opening', async () => {
  expect(await eventsOf(slow)).toContainEqual({
    type: 'warning',
    message: 'There is no public URL yet: the tunnel slow is still being opened.',
  });
});

test('another tunnel is offered after all that is known has been said', async () => {
  const events = await eventsOf(failing);
  expect(events.map(({ type }) => type)).toEqual(['tunnel', 'ready', 'fallback']);
});
