import type { FailureCode } from './attempt.ts';
import type { Target } from './target.ts';

/** What is known of a target, by the latest attempt or the latest look at its port. */
export type TargetHealth =
  | { readonly state: 'unknown' }
  /** Nothing has listened there since the start. */
  | { readonly state: 'absent' }
  | { readonly state: 'up' }
  /** `since`: in ms since the epoch. */
  | { readonly state: 'down'; readonly code: FailureCode; readonly since: number };

/** A target of a session with its health. */
export interface KnownTarget {
  readonly target: Target;
  readonly health: TargetHealth;
}
