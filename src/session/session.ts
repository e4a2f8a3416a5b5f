import type { Attempt, Outcome, SentRequest } from '../model/attempt.ts';
import type { SessionListener, TunnelStatus } from '../model/events.ts';
import type { HeldCount } from '../model/held.ts';
import type { Target } from '../model/target.ts';
import type { KnownTarget } from '../model/target-health.ts';
import type { ProviderSecret } from '../operations/provider-secret.ts';
import type { RequestRef } from '../operations/request-ref.ts';
import type { Report } from '../operations/verify.ts';
import type { Breakpoint } from './breakpoint.ts';

/** Options of a replay. */
export interface ReplayOptions {
  /** The session's target unless given. */
  readonly to?: string | undefined;
  /** Sent in place of the request, which itself is never changed; recorded with the attempt. */
  readonly edit?: SentRequest | undefined;
  /** Sign the request again with its provider's configured secret; recorded with the attempt. */
  readonly resign?: boolean | undefined;
}

/** Options of sending a sample event. */
export interface TriggerOptions {
  /** Reject with a UserError (code `secret-missing`), and send nothing, where only a secret is missing to sign it. */
  readonly requireSecret?: boolean | undefined;
}

/** One run of `listen`: a listener, its tunnel, and the deliveries of the requests that arrive. */
export interface Session {
  readonly project: string;
  /** The current public URL, or null. */
  readonly url: string | null;
  readonly localUrl: string;
  readonly target: Target | undefined;
  /** True if requests are forwarded: to the target, or by routes. */
  readonly forwards: boolean;
  /** Every target, those of routes included, with what is known of it. */
  readonly targets: readonly KnownTarget[];
  /**
   * Looks at the ports of the targets from now on, every 5 or 15 s until the session closes: whether something accepts
   * connections there. Nothing is sent. Changes are emitted as `target`; without this, only attempts show them.
   */
  watchTargets(): void;
  readonly tunnel: TunnelStatus;
  /** The name of the tunnel driver that the user is offered now, because there is no tunnel; undefined: none. */
  readonly fallback: string | undefined;
  /** Emits a warning about something that surrounds the session. */
  warn(message: string): void;
  /** Uses the driver that is offered, in this session and the later ones of the project. */
  takeFallback(): void;
  /**
   * Resolves when the tunnel is online or has had its 10 s (15 s while its name is taken, 25 s while another driver can
   * be tried). Rejects with a UserError (code `unavailable`) if a required tunnel did not come, and with the signal's
   * reason if the start was aborted.
   */
  readonly ready: Promise<void>;
  /** Requests recorded, attempts failed and messages refused since the start; deliveries held for its targets. */
  readonly counts: {
    readonly received: number;
    readonly failed: number;
    readonly refused: number;
    readonly held: number;
  };
  /**
   * Calls `listener` with every event from now on; returns how to unsubscribe. An error that it throws is rethrown as
   * an uncaught exception and does not stop the request.
   */
  subscribe(listener: SessionListener): () => void;
  /**
   * Sends a recorded request again, to the session's target unless `to` is given. Resolves when the attempt is
   * recorded; rejects with a UserError if there is no such request or no target, or if it never arrived whole.
   */
  replay(ref: RequestRef, options?: ReplayOptions): Promise<Attempt>;
  /**
   * Signs an edit of a recorded request with its provider's configured secret. Undefined if the edit is to be sent as it
   * is: there is no such secret, the request was not signed, or the session does not forward to its target.
   */
  signEdit(ref: RequestRef, edit: SentRequest): Promise<SentRequest | undefined>;
  /**
   * Sends a sample event as its provider would, signed if its secret is configured, to the public URL, or to the local
   * one if there is none. Resolves with the outcome; rejects with a UserError if there is no such sample.
   */
  trigger(provider: string, event: string, options?: TriggerOptions): Promise<Outcome>;
  /** The requests that are held for the session's targets, counted by target. */
  held(): readonly HeldCount[];
  /**
   * The requests of its project that wait for other targets, which no running process delivers to; none if the session
   * has no target to move them to, or holds nothing.
   */
  heldElsewhere(): readonly HeldCount[];
  /** Moves what waits elsewhere to the session's target, which gets it in order. Resolves with the number of requests. */
  moveHeld(): Promise<number>;
  /** Verifies a recorded request again and explains the result; rejects with a UserError if there is no such request. */
  verify(ref: RequestRef): Promise<Report>;
  /** The secret that a provider needs, without its value; undefined if it needs none or is not known. */
  providerSecret(provider: string): Promise<ProviderSecret | undefined>;
  /** Signs and verifies with this secret of a provider, too, until the session ends. It is stored nowhere. */
  giveSecret(provider: string, secret: string): void;
  /** True while forwarding is paused: requests are queued, and their senders get 202. */
  readonly paused: boolean;
  /** Pauses forwarding. Throws a UserError if requests cannot be held (`whenDown: 'fail'`) or there is no target. */
  pause(): void;
  /** Resumes forwarding: queued requests are delivered, oldest first. */
  resume(): void;
  readonly breakpoint: Breakpoint;
  /** Stops accepting, gives what is in flight a second, closes the tunnel. Safe to call twice. */
  close(): Promise<void>;
}
