import type { Outcome } from '../model/attempt.ts';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import { parseTarget } from '../model/target.ts';
import { type HttpProxy, proxyFor } from '../proxy/proxy-for.ts';
import { createClient, type OutgoingRequest } from './client.ts';
import { openMemorySink } from './memory-sink.ts';

export interface OnceOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly timeoutMs: number;
  /** For connecting alone; the whole time limit unless given. */
  readonly connectTimeoutMs?: number | undefined;
  /** Accept certificates that are not trusted. */
  readonly insecure?: boolean | undefined;
  /** A response body that is larger is not read to its end. */
  readonly maxResponseBytes?: number | undefined;
  /** The environment whose proxies are used; none unless given. */
  readonly env?: Environment | undefined;
  readonly signal: AbortSignal;
}

/** The bytes of a response that are kept: it is looked at, not stored. */
const keptBytes = 1024 * 1024;

/** Sends one request, which is not recorded, over a connection of its own. Never rejects. */
export async function sendOnce(request: OutgoingRequest, options: OnceOptions): Promise<Outcome> {
  const proxy = proxyOf(options);
  if (proxy instanceof Error) return { type: 'failed', code: 'unreachable', message: proxy.message };
  const client = createClient({
    timeoutMs: options.timeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? options.timeoutMs,
    insecure: options.insecure ?? false,
    maxResponseBytes: options.maxResponseBytes,
    proxy,
    hostHeader: 'keep',
    pathTokenOf: () => undefined,
    openBody: () => openMemorySink(keptBytes),
    signal: options.signal,
  });
  try {
    return await client.send(request, parseTarget(options.origin));
  } finally {
    await client.close();
  }
}

function proxyOf({ origin, env = {} }: OnceOptions): HttpProxy | undefined | UserError {
  try {
    return proxyFor(new URL(origin), env);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
