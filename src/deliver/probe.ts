import { emptyBody } from '../model/body.ts';
import { sendOnce } from './send-once.ts';

/** The header by which a request of our own is known when it comes back through the tunnel. */
export const probeHeader = 'webhook-cli-probe';

export type ProbeResult =
  | { readonly type: 'reached'; readonly ms: number }
  /** The response was not ours: a password page, the tunnel server's own error. */
  | { readonly type: 'not-ours'; readonly status: number }
  | { readonly type: 'failed'; readonly message: string };

/** More than any nonce has. */
const nonceBytes = 1024;

/** More of a response is not read: it may be endless. */
const maxResponseBytes = 64 * 1024;

/**
 * Calls the public URL as a sender would and checks that it leads here: `nonce` must come back as the body.
 * Never rejects.
 */
export async function probe(
  url: string,
  nonce: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const headers = [['Host', new URL(url).host] as const, [probeHeader, nonce] as const];
  const request = { method: 'GET', requestTarget: '/', headers, body: emptyBody };
  const started = performance.now();
  const outcome = await sendOnce(request, { origin: url, timeoutMs, maxResponseBytes, signal });
  const ms = Math.round(performance.now() - started);
  // A response that broke off has a status all the same.
  if (!outcome.response)
    return { type: 'failed', message: outcome.type === 'failed' ? outcome.message : 'no response' };
  const { status, body } = outcome.response;
  const text = Buffer.from(body.bytes(nonceBytes)).toString();
  return text === nonce ? { type: 'reached', ms } : { type: 'not-ours', status };
}
