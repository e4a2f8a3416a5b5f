import type { Attempt } from '../model/attempt.ts';
import type { Target } from '../model/target.ts';
import type { SessionListener, TunnelStatus } from './events.ts';

/** One run of `listen`: a listener, its tunnel, and what becomes of what arrives. */
export interface Session {
  readonly name: string;
  /** The public URL now, or null. */
  readonly url: string | null;
  readonly localUrl: string;
  readonly target: Target | undefined;
  readonly tunnel: TunnelStatus;
  /**
   * Resolves when the tunnel is online or has had its 10 s. Rejects with a UserError (code `unavailable`) where a
   * tunnel was required and did not come, and with the signal's reason where the start was aborted.
   */
  readonly ready: Promise<void>;
  /** Requests recorded, attempts that got no answer, and messages refused, since it began; what is held for its targets. */
  readonly counts: {
    readonly received: number;
    readonly failed: number;
    readonly refused: number;
    readonly held: number;
  };
  /**
   * Calls `listener` with every event from now on; returns how to stop. What a listener throws is an uncaught
   * exception; the request goes its way all the same.
   */
  subscribe(listener: SessionListener): () => void;
  /**
   * Sends a recorded request again, to the session's target unless `to` is given. Resolves when the attempt is
   * recorded; rejects with a UserError if there is no such request, no target, or it never arrived whole.
   */
  replay(ref: string, options?: { readonly to?: string | undefined }): Promise<Attempt>;
  /** Stops accepting, gives what is in flight a second, closes the tunnel. Safe to call twice. */
  close(): Promise<void>;
}
