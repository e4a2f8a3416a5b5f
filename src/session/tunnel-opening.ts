import { type Clock, resolvesWithin } from '../model/clock.ts';
import { messageOf, UserError } from '../model/errors.ts';
import { linkAbort } from '../model/linked-abort.ts';
import type { Tunnel } from '../tunnels/tunnel.ts';
import { nextTurn, removeTurn } from './driver-turns.ts';
import type { KeeperContext } from './keeper-context.ts';
import { wait } from './keeper-wait.ts';
import { dropStaleConnections } from './stale-connections.ts';
import { changeStatus, isNamed, nameText } from './tunnel-status.ts';

/** Time limit for closing a tunnel. */
const closeMs = 800;

/** Opens the tunnel to a port, under its name if possible; undefined if that failed, which the status then says, or the keeper closes. */
export async function openTunnel(keeper: KeeperContext, port: number): Promise<Tunnel | undefined> {
  const { closing } = keeper;
  try {
    return await openNamed(keeper, port);
  } catch (error) {
    const isFinal = error instanceof UserError && error.code === 'usage';
    if (isFinal && keeper.turns.length === 1) {
      keeper.online.reject(error);
      closing.abort();
    }
    if (closing.signal.aborted) return undefined;
    changeStatus(keeper, { state: 'unreachable', message: openFailure(keeper, error) });
    if (!isFinal) return undefined;
    removeTurn(keeper);
    return openTunnel(keeper, port);
  }
}

/** Accepts another name only after some time: the client of a session that has just ended still holds the name. */
async function openNamed(keeper: KeeperContext, port: number): Promise<Tunnel | undefined> {
  const { timing, clock, closing, turn } = keeper;
  const { name } = turn;
  const waitsMs = name !== undefined && turn.chosen.driver.keepsName ? timing.nameWaitsMs : [];
  for (const ms of waitsMs) {
    const tunnel = await openOnce(keeper, port, name);
    if (isNamed(tunnel, name)) return tunnel;
    await closeTunnel(tunnel, clock);
    changeStatus(keeper, {
      state: keeper.status.state === 'connecting' ? 'connecting' : 'unreachable',
      message: `${nameText(turn.chosen.driver, name!)} is taken; asking for it again before using another.`,
    });
    keeper.waitsForName = true;
    await dropStaleConnections(keeper, name);
    await wait(keeper, ms, closing.signal);
    if (closing.signal.aborted) return undefined;
  }
  turn.askedAt = clock.elapsed();
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
  const { timing, clock, traffic, turn } = keeper;
  const { subdomain, driver } = turn.chosen;
  if (subdomain === undefined || !driver.keepsName || turn.name === subdomain.toLowerCase()) return undefined;
  if (traffic.inFlight > 0 || clock.elapsed() - turn.askedAt < timing.nameAgainMs) return undefined;
  turn.askedAt = clock.elapsed();
  const tunnel = await openOnce(keeper, port, subdomain).catch(() => undefined);
  if (!tunnel || isNamed(tunnel, subdomain)) return tunnel;
  await closeTunnel(tunnel, clock);
  return undefined;
}

/** Opens a tunnel and asks for a name, once and within the time limit; rejects if that fails. */
async function openOnce(keeper: KeeperContext, port: number, name: string | undefined): Promise<Tunnel> {
  const { options, timing, clock, closing, turn } = keeper;
  const { driver, settings } = turn.chosen;
  const { host, stateFolder, env } = options;
  const openMs = Math.max(timing.openMs, driver.openMs ?? 0);
  const over = linkAbort(closing.signal);
  keeper.opening = over;
  let detail = '';
  const heard = (what: string) => {
    detail = `: ${what}`;
    if (keeper.status.state === 'connecting') keeper.reason = `No tunnel yet: ${what}.`;
  };
  try {
    const given = { subdomain: name, host, settings, stateFolder, env, heard };
    const opening = driver.open(port, given, over.signal);
    if (await resolvesWithin(opening, openMs, clock, over.signal)) return valid(await opening, clock);
    // The driver may not heed the signal.
    opening.then((late) => closeTunnel(late, clock)).catch(() => {});
    over.signal.throwIfAborted();
    const reason = new UserError('unavailable', `No tunnel within ${openMs / 1000} s${detail}`);
    over.abort(reason);
    throw reason;
  } finally {
    keeper.opening = undefined;
    over.release();
  }
}

/** Closes a tunnel whose driver gave it no URL, and throws. */
function valid(tunnel: Tunnel, clock: Clock): Tunnel {
  if (URL.canParse(tunnel.url)) return tunnel;
  void closeTunnel(tunnel, clock);
  throw new Error('it has no valid URL');
}

/** The reason why the driver whose turn it is opens no tunnel, and what comes next. */
function openFailure(keeper: KeeperContext, error: unknown): string {
  const text = error instanceof UserError ? error.message : `The tunnel failed: ${messageOf(error)}`;
  const what = text.replace(/\.$/, '');
  keeper.reason = `${what}.`;
  const isLast = (keeper.failures + 1) % keeper.turns.length === 0;
  const then = isLast ? 'still trying' : `trying ${nextTurn(keeper).chosen.driver.name}`;
  return `${what}; ${then}.`;
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
