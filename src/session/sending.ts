import { type Client, createClient } from '../deliver/client.ts';
import type { HostHeader } from '../deliver/sendable.ts';
import type { PathTokens } from '../state/path-tokens.ts';
import type { Store } from '../store/store.ts';

/** How requests are sent to a target. */
export interface SendingOptions {
  /** For a target's whole answer; 30 s unless given. */
  readonly timeoutMs?: number | undefined;
  /** Accept a target's self-signed certificate. */
  readonly insecure?: boolean | undefined;
  /** Tell the target the request's id and the attempt's number in two fields of our own; not unless asked. */
  readonly mark?: boolean | undefined;
  /** For connecting to a target alone; 5 s unless given. */
  readonly connectTimeoutMs?: number | undefined;
  /** Connections to one target at once; 64 unless given. Further requests wait their turn, without a time limit. */
  readonly maxConnections?: number | undefined;
  /** What the target sees as Host: what the sender called (`keep`, the default), its own address, or a name. */
  readonly hostHeader?: HostHeader | undefined;
  /** The random paths that are taken off a request's path before it is sent; none unless given. */
  readonly pathTokens?: PathTokens | undefined;
}

/** For a target's whole answer, unless it is said. */
export const defaultTimeoutMs = 30_000;

/** A client whose answers' bodies go to the store; the signal ends what is under way. */
export function openClient(store: Store, options: SendingOptions, signal: AbortSignal): Client {
  return createClient({
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    insecure: options.insecure ?? false,
    maxConnections: options.maxConnections,
    hostHeader: options.hostHeader ?? 'keep',
    openBody: store.openBody,
    pathTokenOf: options.pathTokens?.of ?? (() => undefined),
    signal,
  });
}

export type { HostHeader };
