import { type Clock, resolvesWithin } from '../model/clock.ts';
import { messageOf, UserError } from '../model/errors.ts';
import { linkAbort } from '../model/linked-abort.ts';
import type { Tunnel } from '../tunnels/tunnel.ts';
import type { KeeperContext } from './keeper-context.ts';
import { changeStatus } from './tunnel-status.ts';

/** Time limit for closing a tunnel. */
const closeMs = 800;

/** Opens the tunnel to a port; undefined if that failed, which the status then says, or the keeper closes. */
export async function openTunnel(keeper: KeeperContext, port: number): Promise<Tunnel | undefined> {
  const { closing, wantedName } = keeper;
  try {
    return await openOnce(keeper, port, wantedName);
  } catch (error) {
    if (error instanceof UserError && error.code === 'usage') {
      keeper.online.reject(error);
      closing.abort();
    }
    if (!closing.signal.aborted) changeStatus(keeper, { state: 'unreachable', message: openFailure(error) });
    return undefined;
  }
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
