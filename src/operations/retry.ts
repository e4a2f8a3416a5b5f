import { type AttemptContext, makeAttempt } from '../delivery/attempt.ts';
import { createRetryPolicy, deliveryAfter, type RetryDecision } from '../delivery/retry-policy.ts';
import type { Attempt } from '../model/attempt.ts';
import { phrase } from '../model/phrase.ts';
import { parseTarget } from '../model/target.ts';
import type { HeldDelivery } from '../store/store.ts';
import { type HeldInput, heldDeliveries, refusedBefore } from './held.ts';
import { requestDeleted } from './request-ref.ts';

/** The result of retrying one held delivery. */
export type Retried = { readonly held: HeldDelivery } & (
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  /** A running process has the target's queue: it was told to deliver the request now. */
  | { readonly type: 'left-to'; readonly pid: number }
);

/**
 * Retries held requests at once, oldest first, and yields each result when it is recorded. Rejects with a UserError if
 * none of the refs is held, or a request was refused or deleted; the signal ends it before the next request.
 */
export async function* retryRequests(
  context: AttemptContext,
  input: HeldInput,
  signal: AbortSignal,
): AsyncGenerator<Retried, void> {
  const held = await heldDeliveries(context.store, input, phrase` Use replay for the others.`);
  for (const each of held) {
    if (signal.aborted) return;
    yield await retryNow(context, each);
  }
}

async function retryNow(context: AttemptContext, held: HeldDelivery): Promise<Retried> {
  const { store, clock } = context;
  const { seq, target: to } = held;
  const refusal = store.refusal(seq);
  if (refusal !== null) throw refusedBefore(store, seq, refusal);
  const pid = store.claimHolder(to, clock.now());
  if (pid !== undefined) {
    // Queued again, it is due: the process that has the queue sees the change.
    await store.hold(seq, to);
    return { type: 'left-to', held, pid };
  }
  const request = store.request(seq);
  if (!request) throw requestDeleted(seq);
  const made = await makeAttempt(context, { seq, request, target: parseTarget(to), kind: 'retry' });
  const { outcome } = made.attempt;
  const { receivedAt } = request;
  const decision = createRetryPolicy({}).classify({ outcome, number: made.number, receivedAt }, clock.now());
  const after = isGivenUp(decision) ? { holds: {} } : deliveryAfter(decision);
  const attempt = await store.addAttempt(seq, request.id, made.attempt, after);
  return { type: 'attempt', held, attempt };
}

/** The policy would give the request up, but its user has just asked for it: it stays held. */
function isGivenUp({ type }: RetryDecision): boolean {
  return type === 'attempts-used-up' || type === 'expired';
}
