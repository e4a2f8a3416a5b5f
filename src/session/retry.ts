import type { Attempt } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { Seq } from '../model/seq.ts';
import { parseTarget } from '../model/target.ts';
import type { Held, Store } from '../store/store.ts';
import { createHolding, owedAfter } from './holding.ts';
import { send } from './send.ts';
import { openClient, type SendingOptions } from './sending.ts';

/** What became of a held request that was to be tried now. */
export type Retried =
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  /** A process that runs delivers what this target is owed: it was told to. */
  | { readonly type: 'left-to'; readonly pid: number };

/** Tries held requests now, out of their order. */
export interface Retrier {
  retry(held: Held): Promise<Retried>;
  close(): Promise<void>;
}

export function openRetrier(store: Store, options: SendingOptions, signal: AbortSignal): Retrier {
  const client = openClient(store, options, signal);
  const holding = createHolding({});
  return {
    async retry({ seq, to }) {
      const refusal = store.refusal(seq);
      if (refusal !== null) throw refusedBefore(store, seq, refusal);
      const pid = store.claimHolder(to, Date.now());
      if (pid !== undefined) {
        // In line again, it is due: whoever drains the line sees the change.
        await store.hold(seq, to);
        return { type: 'left-to', pid };
      }
      const request = store.request(seq);
      if (!request) throw new UserError('not-found', 'The request was deleted a moment ago.');
      const attempts = store.attemptCount(seq, to) + 1;
      const markWith = options.mark ? attempts : undefined;
      const tried = await send(request, parseTarget(to), { client, kind: 'retry', markWith });
      const verdict = holding.judge(tried.outcome, attempts, request.receivedAt, Date.now());
      // Whoever asks for it by hand has not given up.
      const after =
        verdict.type === 'used-up' || verdict.type === 'expired' ? { holds: {} } : owedAfter(verdict);
      return { type: 'attempt', attempt: await store.addAttempt(seq, request.id, tried, after) };
    },
    close: client.close,
  };
}

/** Only replay sends what was refused. */
export function refusedBefore(store: Store, seq: Seq, refusal: RefusalCode): UserError {
  return new UserError(
    'failed',
    `${store.summary(seq)?.id} was refused when it arrived (${refusal}), so it is not delivered.`,
    'webhook-cli replay sends it all the same.',
  );
}

/** What waits of the requests at these places; all that waits if none are given. */
export function heldOf(store: Store, seqs?: readonly number[]): Held[] {
  const wanted = seqs && new Set(seqs);
  return store.held().filter(({ seq }) => !wanted || wanted.has(seq));
}
