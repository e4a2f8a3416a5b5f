import { Agent } from 'undici';
import { tryEveryAddress } from './lookup.ts';

/** The field by which a request of our own is known when it comes back through the tunnel. */
export const probeHeader = 'webhook-cli-probe';

export type ProbeResult =
  | { readonly type: 'reached'; readonly ms: number }
  /** Something answered, but it was not us: a password page, the tunnel server's own error. */
  | { readonly type: 'answered-by-another'; readonly status: number }
  | { readonly type: 'failed'; readonly message: string };

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
  const agent = new Agent({ connect: { timeout: timeoutMs, ...tryEveryAddress } });
  const started = performance.now();
  try {
    const { statusCode, body } = await agent.request({
      origin: url,
      path: '/',
      method: 'GET',
      headers: { [probeHeader]: nonce },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await body.text();
    const ms = Math.round(performance.now() - started);
    return text === nonce ? { type: 'reached', ms } : { type: 'answered-by-another', status: statusCode };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { type: 'failed', message: late ? `no answer within ${timeoutMs / 1000} s` : message };
  } finally {
    void agent.destroy();
  }
}
