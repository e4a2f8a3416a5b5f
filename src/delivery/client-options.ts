import { type Client, createClient } from '../deliver/client.ts';
import { defaults } from '../model/defaults.ts';
import type { HostHeader } from '../model/host-header.ts';
import type { PathTokens } from '../state/path-tokens.ts';
import type { Store } from '../store/store.ts';

/** Options of sending requests to a target. */
export interface TargetClientOptions {
  /** Time limit for a target's whole response in ms; 30 s unless given. */
  readonly timeoutMs?: number | undefined;
  /** Accept a target's self-signed certificate. */
  readonly insecure?: boolean | undefined;
  /** Send the request's id and the attempt's number in two headers of our own; off unless given. */
  readonly idHeaders?: boolean | undefined;
  /** Time limit for connecting to a target in ms; 5 s unless given. */
  readonly connectTimeoutMs?: number | undefined;
  /** Connections to one target at once; 64 unless given. Further requests wait their turn, without a time limit. */
  readonly maxConnections?: number | undefined;
  /** The Host that the target sees: the one that the sender called (`keep`, the default), its own, or a name. */
  readonly hostHeader?: HostHeader | undefined;
  /** The random paths that are removed from a request's path before it is sent; none unless given. */
  readonly pathTokens?: PathTokens | undefined;
}

/** Opens a client that writes the bodies of responses to the store; the signal interrupts what is under way. */
export function openClient(store: Store, options: TargetClientOptions, signal: AbortSignal): Client {
  return createClient({
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? defaults.connectTimeoutMs,
    insecure: options.insecure ?? false,
    maxConnections: options.maxConnections,
    hostHeader: options.hostHeader ?? 'keep',
    openBody: store.openBody,
    pathTokenOf: options.pathTokens?.of ?? (() => undefined),
    signal,
  });
}

export type { HostHeader };
