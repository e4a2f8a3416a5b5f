import { failureWord } from '../../format/status.ts';
import type { Attempt } from '../../model/attempt.ts';

/** State of the target according to the latest attempts, or to a look at its port before the first one. */
export type TargetHealth =
  | { readonly state: 'unknown' }
  /** Nothing has listened there since the start. */
  | { readonly state: 'absent' }
  | { readonly state: 'up' }
  | { readonly state: 'down'; readonly reason: string; readonly since: number };

/** Failures that say nothing about the target. */
const ownFailures = new Set(['interrupted', 'not-sendable', 'store', 'withheld']);

/** The state after the look at its port; an attempt that came first knows better. */
export function healthAtStart(health: TargetHealth, isListening: boolean): TargetHealth {
  if (health.state !== 'unknown') return health;
  return { state: isListening ? 'up' : 'absent' };
}

/** The state after an attempt; `since` is kept while the target stays down. */
export function healthAfter(health: TargetHealth, { outcome, startedAt, ms }: Attempt): TargetHealth {
  if (outcome.type === 'response') return { state: 'up' };
  if (ownFailures.has(outcome.code)) return health;
  const since = health.state === 'down' ? health.since : startedAt + ms;
  return { state: 'down', reason: failureWord(outcome.code), since };
}
