import { resolvesWithin } from '../model/clock.ts';
import { defaults } from '../model/defaults.ts';
import { UserError } from '../model/errors.ts';
import { option, phrase, phraseText } from '../model/phrase.ts';
import type { ListenOptions } from './listen-options.ts';
import { refuseOwnUrl } from './own-address.ts';
import { openPorts } from './ports.ts';
import { createRunningSession } from './running-session.ts';
import type { Session } from './session.ts';
import { openSessionContext, publicUrlOf, type SessionContext } from './session-context.ts';
import type { TunnelKeeper } from './tunnel-keeper.ts';

/** Time that what is in flight gets when a session closes. */
const graceMs = 1_000;

/** Additional time for the tunnel while there is a driver that was not tried, in steps of one second. */
const untriedSteps = 15;

/** Additional time for the tunnel while the last session of the project still holds the name of its URL. */
const nameMs = 5_000;

/** Time after the start at which the catalogue of providers is loaded, if no request has come before. */
const loadingDelayMs = 300;

/**
 * Starts a session. Resolves when the port is bound and the tunnel is online, or has had its 10 s; rejects with a
 * UserError if the port is taken or an option is not valid. It prints nothing, handles no signal and does not close the
 * store.
 */
export async function listen(options: ListenOptions): Promise<Session> {
  const session = await startListening(options);
  try {
    await session.ready;
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}

/** Starts a session like `listen`, but resolves as soon as the port is bound; its `ready` waits for the tunnel. */
export async function startListening(options: ListenOptions): Promise<Session> {
  const context = await openSessionContext(options);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeSession(context);
    return closing;
  };
  try {
    for (const said of context.plan.tunnel.warnings)
      context.bus.emit({ type: 'warning', message: phraseText(said), said });
    const localUrl = await openPorts(context);
    const ready = becomeReady(context, localUrl);
    ready.catch(() => {}); // whoever awaits it gets the error
    void loadAssessorSoon(context);
    return createRunningSession(context, { localUrl, ready, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Before the first request, unless that comes at once. */
async function loadAssessorSoon({
  clock,
  interrupt: { signal },
  loadAssessor,
}: SessionContext): Promise<void> {
  await clock.sleep(loadingDelayMs, signal);
  if (!signal.aborted) await loadAssessor();
}

async function becomeReady(context: SessionContext, localUrl: string): Promise<void> {
  const isInTime = await firstTunnel(context);
  const target = context.plan.target?.href ?? null;
  context.bus.emit({ type: 'ready', url: publicUrlOf(context), localUrl, target });
  // A question about it has to be the last thing that is printed.
  if (!isInTime) offerFallback(context);
}

/** Waits for the tunnel: true if it is online in time, or there is none; rejects with a UserError if it is required and not. */
async function firstTunnel(context: SessionContext): Promise<boolean> {
  const { options, deliveries, keeper } = context;
  if (!keeper) return true;
  const isInTime = await isOnlineInTime(context, keeper);
  options.signal?.throwIfAborted();
  const { url } = keeper.status;
  if (url !== null) for (const { target } of deliveries.values()) refuseOwnUrl(target, url);
  if (isInTime) return true;
  if (!options.requireTunnel) {
    sayStillOpening(context, keeper);
    return false;
  }
  offerFallback(context);
  throw new UserError(
    'unavailable',
    keeper.reason ?? 'No tunnel within 10 s.',
    phrase`Without ${option('requireTunnel')}, requests are captured on the local URL meanwhile.`,
  );
}

/** Some drivers take longer than a user waits without a word. */
function sayStillOpening({ bus }: SessionContext, { status }: TunnelKeeper): void {
  if (status.state !== 'connecting' || status.message !== null) return;
  const message = `There is no public URL yet: the tunnel ${status.driver} is still being opened.`;
  bus.emit({ type: 'warning', message });
}

async function isOnlineInTime({ options, clock }: SessionContext, keeper: TunnelKeeper): Promise<boolean> {
  const isOnline = (ms: number) => resolvesWithin(keeper.online, ms, clock, options.signal);
  if (await isOnline(defaults.tunnelReadyMs)) return true;
  if (keeper.waitsForName && (await isOnline(nameMs))) return true;
  for (let step = 0; step < untriedSteps && keeper.hasUntriedDriver; step++) {
    if (await isOnline(1_000)) return true;
    if (options.signal?.aborted) return false;
  }
  return false;
}

/** Tells the user of the driver that can be used instead. */
function offerFallback(context: SessionContext): void {
  const { fallback } = context.plan.tunnel;
  if (!fallback || context.interrupt.signal.aborted) return;
  context.offered = fallback;
  context.bus.emit({ type: 'fallback', driver: fallback.driver.name });
}

/** Stops accepting, gives what is in flight a moment, interrupts the rest, and closes everything. */
async function closeSession(context: SessionContext): Promise<void> {
  const { listeners, deliveries, breakpoint, interrupt, keeper, client, clock } = context;
  for (const listener of listeners) listener.stopAccepting();
  const idle = Promise.all(listeners.map((listener) => listener.idle()));
  if (!(await resolvesWithin(idle, graceMs, clock))) {
    for (const listener of listeners) listener.abortArriving();
  }
  interrupt.abort();
  // Intercepted requests end like those under way: held for the next session, or failed.
  breakpoint.set(undefined);
  const over = [...deliveries.values()].map((delivery) => delivery.over);
  await resolvesWithin(Promise.all([idle, ...over]), graceMs / 2, clock);
  await Promise.all([keeper?.close(), ...listeners.map((listener) => listener.close())]);
  await client.close();
  context.announcement.withdraw();
  await context.storedSession.end().catch(() => {});
  context.stopWarnings();
}
