import type { FailureCode } from '../model/attempt.ts';
import { emptyBody } from '../model/body.ts';
import type { Environment } from '../model/environment.ts';
import { sendOnce } from './send-once.ts';

/** The header by which a request of our own is known when it comes back through the tunnel. */
export const probeHeader = 'webhook-cli-probe';

/** What a call of our own asks for: its nonce, a report of what arrived, or a response that is easily changed on its way. */
export type ProbeWish = 'nonce' | 'report' | 'response';

/** The value of that header. */
export function probeValue(nonce: string, wish: ProbeWish): string {
  return wish === 'nonce' ? nonce : `${nonce}/${wish}`;
}

/** What a request with this value asks for; undefined if it is not a call of our own. */
export function probeWish(value: unknown, nonce: string): ProbeWish | undefined {
  const wishes: readonly ProbeWish[] = ['nonce', 'report', 'response'];
  return wishes.find((wish) => value === probeValue(nonce, wish));
}

export type ProbeResult =
  | { readonly type: 'reached'; readonly ms: number }
  /** The response was not ours: a password page, the tunnel server's own error. */
  | { readonly type: 'not-ours'; readonly status: number }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** False if no server accepted the call: this says nothing of what a sender elsewhere meets. */
      readonly reachedServer: boolean;
    };

/** Failures of a call before it reached the server. */
const beforeServer: ReadonlySet<FailureCode> = new Set(['refused', 'not-found', 'unreachable', 'tls']);

/** The part of the time limit within which a connection must be open, so that the failure is known to be before it. */
const connectShare = 0.75;

/** More than any nonce has. */
const nonceBytes = 1024;

/** More of a response is not read: it may be endless. */
const maxResponseBytes = 64 * 1024;

/**
 * Calls the public URL as a sender would and checks that it leads here: `nonce` must come back as the body.
 * Goes through the proxy that the environment names for it. Never rejects.
 */
export async function probe(
  url: string,
  nonce: string,
  timeoutMs: number,
  signal: AbortSignal,
  env: Environment = {},
): Promise<ProbeResult> {
  const { host, origin, pathname } = new URL(url);
  const headers = [['Host', host] as const, [probeHeader, nonce] as const];
  const request = { method: 'GET', requestTarget: pathname, headers, body: emptyBody };
  const connectTimeoutMs = timeoutMs * connectShare;
  const started = performance.now();
  const outcome = await sendOnce(request, {
    origin,
    timeoutMs,
    connectTimeoutMs,
    maxResponseBytes,
    env,
    signal,
  });
  const ms = Math.round(performance.now() - started);
  // A response that broke off has a status all the same.
  if (!outcome.response) {
    const { code, message } = outcome as Extract<typeof outcome, { type: 'failed' }>;
    // A server that accepts a connection and then is silent hangs, be it at TLS.
    const isSilent = code === 'tls' && ms >= connectTimeoutMs / 2;
    const reachedServer = isSilent || !beforeServer.has(code);
    return { type: 'failed', message: plainly(code, message, host), reachedServer };
  }
  const { status, body } = outcome.response;
  const text = Buffer.from(body.bytes(nonceBytes)).toString();
  return text === nonce ? { type: 'reached', ms } : { type: 'not-ours', status };
}

/** A failure without the advice that is meant for the developer of a target. */
function plainly(code: FailureCode, message: string, host: string): string {
  switch (code) {
    case 'refused':
      return `${host} refuses the connection`;
    case 'timeout':
      return `${host} does not respond`;
    case 'reset':
      return `${host} closed the connection`;
    case 'tls':
      return message.split(': ')[0]!;
    case 'unreachable':
      return /\bE(NET|HOST)UNREACH\b/.test(message)
        ? `${host} can't be reached: is this machine online?`
        : message;
    default:
      return message;
  }
}
