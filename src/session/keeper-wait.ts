import { linkAbort } from '../model/linked-abort.ts';
import type { KeeperContext } from './keeper-context.ts';

/** Waits, until the signal aborts or there is a disturbance at most. */
export async function wait(keeper: KeeperContext, ms: number, signal: AbortSignal): Promise<void> {
  const waiting = linkAbort(signal);
  keeper.wait = waiting;
  if (keeper.isDisturbed) waiting.abort();
  keeper.isDisturbed = false;
  await keeper.clock.sleep(ms, waiting.signal);
  waiting.release();
  keeper.wait = undefined;
}

/**
 * Ends the wait that is under way, or leaves out the next one: connections may have broken without a sign of it, or a
 * network may be back. The waits after it are short again.
 */
export function disturb(keeper: KeeperContext): void {
  keeper.tries = 0;
  if (keeper.wait) keeper.wait.abort();
  else keeper.isDisturbed = true;
}

/** Waits before the tunnel is opened again: twice as long with each try, until it is online. */
export async function backOff(keeper: KeeperContext): Promise<void> {
  const { timing, random, closing } = keeper;
  const ms = Math.min(timing.retryFirstMs * 2 ** keeper.tries, timing.retryLongestMs);
  keeper.tries++;
  keeper.isBackingOff = true;
  await wait(keeper, ms * (0.75 + random() / 4), closing.signal);
  keeper.isBackingOff = false;
}
