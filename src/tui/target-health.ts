import { failureWord } from '../format/status.ts';
import type { Attempt } from '../model/attempt.ts';

/** How the target is, as far as attempts told. */
export type TargetHealth =
  | { readonly state: 'unknown' }
  | { readonly state: 'up' }
  | { readonly state: 'down'; readonly why: string; readonly since: number };

/** Failures that tell nothing of the target. */
const ours = new Set(['interrupted', 'not-sendable', 'store', 'withheld']);

/** The health after an attempt to this target; `since` is kept while it stays down. */
export function healthAfter(health: TargetHealth, { outcome, startedAt, ms }: Attempt): TargetHealth {
  if (outcome.type === 'response') return { state: 'up' };
  if (ours.has(outcome.code)) return health;
  const since = health.state === 'down' ? health.since : startedAt + ms;
  return { state: 'down', why: failureWord(outcome.code), since };
}
