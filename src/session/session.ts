import type { Attempt, Outcome, SentRequest } from '../model/attempt.ts';
import type { Target } from '../model/target.ts';
import type { Breakpoint } from './breakpoint.ts';
import type { SessionListener, TunnelStatus } from './events.ts';
import type { Report } from './verify.ts';

export interface ReplayOptions {
  /** The session's target unless given. */
  readonly to?: string | undefined;
  /** Sent in place of the request, which itself is never changed; recorded with the attempt. */
  readonly edit?: SentRequest | undefined;
  /** Sign it anew, with the secret of its provider; recorded with the attempt, too. */
  readonly resign?: boolean | undefined;
}

/** One run of `listen`: a listener, its tunnel, and what becomes of what arrives. */
export interface Session {
  readonly name: string;
  /** The public URL now, or null. */
  readonly url: string | null;
  readonly localUrl: string;
  readonly target: Target | undefined;
  /** Whether anything is forwarded: to the target, or by routes. */
  readonly forwards: boolean;
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
  replay(ref: string, options?: ReplayOptions): Promise<Attempt>;
  /**
   * An edit of a recorded request, signed anew with the configured secret of its provider; undefined where it stays as
   * it was edited: there is no such secret, the request was not signed, or the session does not forward to its target.
   */
  signEdit(ref: string, edit: SentRequest): Promise<SentRequest | undefined>;
  /**
   * Sends an event as its provider would, signed if its secret is configured, to the public URL, or to the local one
   * where there is none. Resolves when it is answered; rejects with a UserError if there is no such sample.
   */
  trigger(provider: string, event: string): Promise<Outcome>;
  /** Verifies a recorded request anew and says what explains the outcome; rejects with a UserError if there is none. */
  verify(ref: string): Promise<Report>;
  /** Whether forwarding is paused: what arrives waits in line, and its sender is answered 202. */
  readonly paused: boolean;
  /** Throws a UserError where nothing can be held (`whenDown: 'fail'`) or there is nowhere to forward to. */
  pause(): void;
  /** What waits is delivered, the oldest first. */
  resume(): void;
  readonly breakpoint: Breakpoint;
  /** Stops accepting, gives what is in flight a second, closes the tunnel. Safe to call twice. */
  close(): Promise<void>;
}
