import { setMaxListeners } from 'node:events';
import { probe } from '../deliver/probe.ts';
import { linkAbort } from '../model/linked-abort.ts';
import type { KeeperContext } from './keeper-context.ts';
import { isNamed } from './tunnel-status.ts';

/** A call that a server passes to a dead connection fails within a round trip, or waits for nothing. */
const callMs = 2_000;

/** More than the connections that a tunnel server keeps for one tunnel: each call uses up one. */
const calls = 16;

/**
 * Makes a tunnel server notice that the connections of the last tunnel are dead, if a network that was down has broken
 * them: it holds the name for them until it sends something over each. Calls the last URL, unless somebody answers there.
 */
export async function dropStaleConnections(
  { options, status, nonce, closing }: KeeperContext,
  name: string | undefined,
): Promise<void> {
  const { url } = status;
  if (url === null || !isNamed({ url }, name)) return;
  const over = linkAbort(closing.signal);
  setMaxListeners(calls, over.signal);
  const call = () => probe(url, nonce, callMs, over.signal, options.env);
  const first = await call();
  const isAnswered = first.type === 'reached' || (first.type === 'not-ours' && first.status < 500);
  if (!isAnswered && !closing.signal.aborted) await Promise.all(Array.from({ length: calls }, call));
  over.release();
}
