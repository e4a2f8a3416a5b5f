import { type Clock, resolvesWithin } from '../model/clock.ts';
import { messageOf, UserError } from '../model/errors.ts';
import { linkAbort } from '../model/linked-abort.ts';
import type { Tunnel } from '../tunnels/tunnel.ts';
import type { KeeperContext } from './keeper-context.ts';
import { wait } from './keeper-wait.ts';
import { changeStatus, isNamed } from './tunnel-status.ts';

/** Time limit for closing a tunnel. */
const closeMs = 800;

/** Opens the tunnel to a port, under its name if possible; undefined if that failed, which the status then says, or the keeper closes. */
export async function openTunnel(keeper: KeeperContext, port: number): Promise<Tunnel | undefined> {
  const { closing } = keeper;
  try {
    return await openNamed(keeper, port);
  } catch (error) {
    if (error instanceof UserError && error.code === 'usage') {
      keeper.online.reject(error);
      closing.abort();
    }
    if (!closing.signal.aborted) changeStatus(keeper, { state: 'unreachable', message: openFailure(error) });
    return undefined;
  }
}

/** Accepts another name only after some time: the client of a session that has just ended still holds the name. */
async function openNamed(keeper: KeeperContext, port: number): Promise<Tunnel | undefined> {
  const { options, timing, clock, closing, name } = keeper;
  const waitsMs = name !== undefined && options.driver.keepsName ? timing.nameWaitsMs : [];
  for (const ms of waitsMs) {
    const tunnel = await openOnce(keeper, port, name);
    if (isNamed(tunnel.url, name)) return tunnel;
    await closeTunnel(tunnel, clock);
    changeStatus(keeper, {
      state: keeper.status.state === 'connecting' ? 'connecting' : 'unreachable',
      message: `Subdomain "${name}" is taken; asking for it again before using another.`,
    });
    keeper.waitsForName = true;
    await wait(keeper, ms, closing.signal);
    if (closing.signal.aborted) return undefined;
  }
  keeper.askedAt = clock.elapsed();
  return openOnce(keeper, port, name);
}

/**
 * Asks for the requested name again, if the tunnel has another and some time has passed: a tunnel to the same port that
 * has it, else undefined.
 */
export async function openUnderRequestedName(
  keeper: KeeperContext,
  port: number,
): Promise<Tunnel | undefined> {
  const { options, timing, clock, traffic } = keeper;
  const { subdomain, driver } = options;
  if (subdomain === undefined || !driver.keepsName || keeper.name === subdomain.toLowerCase())
    return undefined;
  if (traffic.inFlight > 0 || clock.elapsed() - keeper.askedAt < timing.nameAgainMs) return undefined;
  keeper.askedAt = clock.elapsed();
  const tunnel = await openOnce(keeper, port, subdomain).catch(() => undefined);
  if (!tunnel || isNamed(tunnel.url, subdomain)) return tunnel;
  await closeTunnel(tunnel, clock);
  return undefined;
}

/** Opens a tunnel and asks for a name, once and within the time limit; rejects if that fails. */
async function openOnce(keeper: KeeperContext, port: number, name: string | undefined): Promise<Tunnel> {
  const { options, timing, clock, closing } = keeper;
  const over = linkAbort(closing.signal);
  try {
    const opening = options.driver.open(port, { subdomain: name, host: options.host }, over.signal);
    if (await resolvesWithin(opening, timing.openMs, clock, closing.signal))
      return valid(await opening, clock);
    // The driver may not heed the signal.
    opening.then((late) => closeTunnel(late, clock)).catch(() => {});
    const reason = new UserError('unavailable', `No tunnel within ${timing.openMs / 1000} s`);
    over.abort(reason);
    throw reason;
  } finally {
    over.release();
  }
}

/** Closes a tunnel whose driver gave it no URL, and throws. */
function valid(tunnel: Tunnel, clock: Clock): Tunnel {
  if (URL.canParse(tunnel.url)) return tunnel;
  void closeTunnel(tunnel, clock);
  throw new Error('it has no valid URL');
}

function openFailure(error: unknown): string {
  if (error instanceof UserError) return `${error.message.replace(/\.$/, '')}; still trying.`;
  return `The tunnel failed: ${messageOf(error)}; still trying.`;
}

/** Closing is a courtesy to the tunnel's server: it may fail, and it delays nothing for long. */
export async function closeTunnel(tunnel: Tunnel, clock: Clock): Promise<void> {
  await resolvesWithin(
    Promise.resolve()
      .then(() => tunnel.close())
      .catch(() => {}),
    closeMs,
    clock,
  );
}
