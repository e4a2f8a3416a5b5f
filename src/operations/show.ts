import type { RequestRecord } from '../model/request.ts';
import type { Store } from '../store/store.ts';
import { type RequestRef, recordAt } from './request-ref.ts';

/** Selects the request to show. */
export interface ShowInput {
  readonly ref: RequestRef;
  readonly project?: string | undefined;
}

/** One request with all that is known of it. Throws a UserError if there is none. */
export function showRequest(
  { store }: { readonly store: Store },
  { ref, project }: ShowInput,
): RequestRecord {
  return recordAt(store, ref, project);
}
