/** The last thing that a target did with a request of a queue. */
export type HeldCause = { readonly status: number } | { readonly errorCode: string };

/** How a held delivery stands in the queue of its target. */
export interface HeldStanding {
  readonly target: string;
  /** Number of requests that are delivered before it. */
  readonly ahead: number;
  /** Time until its next try in ms, 0 if that is due; null: it is tried in its order. */
  readonly nextTryMs: number | null;
  /** Why it is held; null: no attempt has shown that. */
  readonly cause: HeldCause | null;
  /** A running process delivers what is held for the target. */
  readonly isRetried: boolean;
  /** The user has paused forwarding. */
  readonly isPaused?: boolean | undefined;
}

/** The number of requests that are held for a target. */
export interface HeldCount {
  readonly target: string;
  readonly count: number;
}
