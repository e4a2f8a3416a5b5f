import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Store } from '../store/store.ts';
import { type RequestRef, seqsOf } from './request-ref.ts';

/** Selects the requests to delete. */
export interface DeleteInput {
  readonly refs: readonly RequestRef[];
  readonly project?: string | undefined;
}

interface DeleteContext {
  readonly store: Store;
}

/** The requests that would be deleted, each once. Rejects with a UserError for a ref that is not valid. */
export async function requestsToDelete(
  { store }: DeleteContext,
  { refs, project }: DeleteInput,
): Promise<readonly RequestSummary[]> {
  const seqs = new Set(await seqsOf(store, refs, project));
  return [...seqs].flatMap((seq) => store.summary(seq) ?? []);
}

/** Deletes requests and overwrites their data; resolves with how many were still there. */
export function deleteRequests(
  { store }: { readonly store: Pick<Store, 'delete'> },
  seqs: readonly Seq[],
): Promise<number> {
  return store.delete(seqs);
}
