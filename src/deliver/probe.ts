import { bodyOf, emptyBody } from '../model/body.ts';
import { parseTarget } from '../model/target.ts';
import { createClient } from './client.ts';

/** The field by which a request of our own is known when it comes back through the tunnel. */
export const probeHeader = 'webhook-cli-probe';

export type ProbeResult =
  | { readonly type: 'reached'; readonly ms: number }
  /** Something answered, but it was not us: a password page, the tunnel server's own error. */
  | { readonly type: 'answered-by-another'; readonly status: number }
  | { readonly type: 'failed'; readonly message: string };

/** As much of an answer as is kept: more than any nonce has. */
const keptBytes = 1024;

/** More is not even read: whoever answers may go on for ever. */
const mostBytes = 64 * 1024;

/**
 * Calls the public URL as a sender would and finds out whether it leads here: `nonce` must come back as the body.
 * Never rejects.
 */
export async function probe(
  url: string,
  nonce: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const target = parseTarget(url);
  const client = createClient({
    timeoutMs,
    connectTimeoutMs: timeoutMs,
    insecure: false,
    maxResponseBytes: mostBytes,
    hostHeader: 'rewrite',
    pathTokenOf: () => undefined,
    openBody: openShortBody,
    signal,
  });
  const started = performance.now();
  const request = {
    method: 'GET',
    requestTarget: '/',
    headers: [[probeHeader, nonce]],
    body: emptyBody,
  } as const;
  const outcome = await client.send(request, target);
  const ms = Math.round(performance.now() - started);
  await client.close();
  // One that broke off has a status all the same.
  if (!outcome.response)
    return { type: 'failed', message: outcome.type === 'failed' ? outcome.message : 'no response' };
  const { status, body } = outcome.response;
  const text = Buffer.from(body.bytes(keptBytes)).toString();
  return text === nonce ? { type: 'reached', ms } : { type: 'answered-by-another', status };
}

/** Keeps the beginning of a body in memory: whoever answers may send any amount. */
function openShortBody() {
  let kept = Buffer.alloc(0);
  let size = 0;
  return {
    get size() {
      return size;
    },
    write(chunk: Uint8Array) {
      size += chunk.byteLength;
      if (kept.length < keptBytes) kept = Buffer.concat([kept, chunk.subarray(0, keptBytes - kept.length)]);
      return undefined;
    },
    end: () => bodyOf(kept),
  };
}
