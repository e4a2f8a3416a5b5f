import { expect, onTestFinished, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { userErrorOf } from '../../test/support/user-error.ts';
import { UserError } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import { openStore } from '../store/store.ts';
import type { TunnelDriver } from '../tunnels/tunnel.ts';
import { listen } from './listen.ts';
import type { ListenOptions } from './listen-options.ts';

/** A driver that opens no tunnel: it takes very long, or fails at once. */
const aDriver = (name: string, open: TunnelDriver['open']): TunnelDriver => ({
  name,
  keepsName: false,
  openMs: 30_000,
  open,
});
const slow = aDriver('slow', (_port, { heard }) => {
  heard?.('the program waits');
  return new Promise(() => {});
});
const failing = aDriver('failing', async () => {
  throw new UserError('unavailable', 'The server is full.');
});

/** Starts a session with its events, and gives its tunnel its 10 s. */
async function starting(driver: TunnelDriver, more: Partial<ListenOptions> = {}) {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const clock = createManualClock();
  const events: SessionEvent[] = [];
  const onEvent = (event: SessionEvent) => void events.push(event);
  const options = { store, clock, tunnels: [driver], fallbackTunnel: slow, onEvent, ...more };
  const session = listen(options);
  const closed = session.then(
    (started) => () => started.close(),
    () => () => {},
  );
  onTestFinished(async () => (await closed)());
  await clock.whenWaiting(10_000);
  await clock.advance(10_000);
  return { session, events };
}

async function eventsOf(driver: TunnelDriver): Promise<SessionEvent[]> {
  const { session, events } = await starting(driver);
  await session;
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

test.each([
  ['has failed', failing, 'The server is full.'],
  ['takes long', slow, 'No tunnel yet: the program waits.'],
])(
  'a required tunnel that %s is an error with the reason, and not with what would come next',
  async (_what, driver, message) => {
    const { session } = await starting(driver, { requireTunnel: true });
    expect((await userErrorOf(session)).message).toBe(message);
  },
);
