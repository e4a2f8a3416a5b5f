import type { Attempt } from '../../model/attempt.ts';
import { systemClock, type TimeSources } from '../../model/clock.ts';
import { UserError } from '../../model/errors.ts';
import type { RefusalCode } from '../../model/refusal.ts';
import type { Seq } from '../../model/seq.ts';
import { parseTarget } from '../../model/target.ts';
import type { HeldDelivery, Store } from '../../store/store.ts';
import { makeAttempt } from './attempt.ts';
import { openClient, type TargetClientOptions } from './client-options.ts';
import { createRetryPolicy, deliveryAfter, type RetryDecision } from './retry-policy.ts';

/** The result of retrying a held request. */
export type Retried =
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  /** A running process has the target's queue: it was told to deliver the request now. */
  | { readonly type: 'left-to'; readonly pid: number };

/** Retries held requests at once, out of their order. */
export interface Retrier {
  /** Rejects with a UserError for a request that was refused or deleted. */
  retry(held: HeldDelivery): Promise<Retried>;
  close(): Promise<void>;
}

/** Opens a retrier; the signal interrupts what is under way. */
export function openRetrier(
  store: Store,
  options: TargetClientOptions & TimeSources,
  signal: AbortSignal,
): Retrier {
  const { clock = systemClock } = options;
  const client = openClient(store, options, signal);
  const policy = createRetryPolicy({}, options.random);
  const context = { store, client, idHeaders: options.idHeaders ?? false, clock };
  return {
    async retry({ seq, target: to }) {
      const refusal = store.refusal(seq);
      if (refusal !== null) throw refusedBefore(store, seq, refusal);
      const pid = store.claimHolder(to, clock.now());
      if (pid !== undefined) {
        // Queued again, it is due: the process that has the queue sees the change.
        await store.hold(seq, to);
        return { type: 'left-to', pid };
      }
      const request = store.request(seq);
      if (!request) throw new UserError('not-found', 'The request was deleted a moment ago.');
      const target = parseTarget(to);
      const made = await makeAttempt(context, { seq, request, target, kind: 'retry' });
      const { outcome } = made.attempt;
      const { receivedAt } = request;
      const decision = policy.classify({ outcome, number: made.number, receivedAt }, clock.now());
      const after = isGivenUp(decision) ? { holds: {} } : deliveryAfter(decision);
      return { type: 'attempt', attempt: await store.addAttempt(seq, request.id, made.attempt, after) };
    },
    close: client.close,
  };
}

/** The policy would give the request up, but its user has just asked for it: it stays held. */
function isGivenUp({ type }: RetryDecision): boolean {
  return type === 'attempts-used-up' || type === 'expired';
}

/** The error for a request that was refused when it arrived: only replay sends it. */
export function refusedBefore(store: Store, seq: Seq, refusal: RefusalCode): UserError {
  return new UserError(
    'failed',
    `${store.summary(seq)?.id} was refused when it arrived (${refusal}), so it is not delivered.`,
    'webhook-cli replay sends it all the same.',
  );
}

/** The held deliveries of the requests at these places; all of them if no places are given. */
export function heldOf(store: Store, seqs?: readonly number[]): HeldDelivery[] {
  const wanted = seqs && new Set(seqs);
  return store.held().filter(({ seq }) => !wanted || wanted.has(seq));
}
