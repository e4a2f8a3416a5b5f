import { UserError } from '../model/errors.ts';
import { operation, option, type Phrase, phrase } from '../model/phrase.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { Seq } from '../model/seq.ts';
import type { HeldDelivery, Store } from '../store/store.ts';
import { type RequestRef, seqsOf } from './request-ref.ts';

/** Selects held requests: all, or all of a project, or those among refs. */
export type HeldInput =
  | { readonly all: true; readonly project?: string | undefined }
  | { readonly refs: readonly RequestRef[]; readonly project?: string | undefined };

/**
 * The held deliveries that are selected, in the order of recording. Rejects with a UserError if none of the refs is
 * held; `otherwise` says what to do with such requests.
 */
export async function heldDeliveries(
  store: Store,
  input: HeldInput,
  otherwise: Phrase = [],
): Promise<readonly HeldDelivery[]> {
  if ('all' in input) return store.held(input.project);
  const seqs = await seqsOf(store, input.refs, input.project);
  const wanted = new Set(seqs);
  const held = store.held().filter(({ seq }) => wanted.has(seq));
  if (held.length > 0) return held;
  for (const seq of seqs) {
    const refusal = store.refusal(seq);
    if (refusal !== null) throw refusedBefore(store, seq, refusal);
  }
  throw new UserError(
    'failed',
    'None of these requests is held.',
    phrase`Run ${operation('list', option('held'))} to see which are.${otherwise}`,
  );
}

/** The error for a request that was refused when it arrived: only replay sends it. */
export function refusedBefore(store: Store, seq: Seq, refusal: RefusalCode): UserError {
  return new UserError(
    'failed',
    `${store.summary(seq)?.id} was refused when it arrived (${refusal}), so it is not delivered.`,
    phrase`${operation('replay')} sends it all the same.`,
  );
}
