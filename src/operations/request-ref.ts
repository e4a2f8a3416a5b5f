import { UserError } from '../model/errors.ts';
import type { RequestRecord } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Store } from '../store/store.ts';

/** A recorded request: a ref as users type it (`@`, an id, a prefix), or its place in the order of recording. */
export type RequestRef = string | Seq;

/** From this many refs on, indexing all ids costs less than finding each one. */
const manyRefs = 50;

/** The place of a request. Throws a UserError for a ref that names none, or more than one. */
export function seqOf(store: Store, ref: RequestRef, project?: string): Seq {
  return typeof ref === 'number' ? ref : store.resolve(ref, project);
}

/** The places of requests, in the order of their refs. Rejects with a UserError for a ref that is not valid. */
export async function seqsOf(store: Store, refs: readonly RequestRef[], project?: string): Promise<Seq[]> {
  if (refs.length >= manyRefs) await store.indexIds();
  return refs.map((ref) => seqOf(store, ref, project));
}

/** A request with all that is known of it. Throws a UserError if there is none. */
export function recordAt(store: Store, ref: RequestRef, project?: string): RequestRecord {
  const record = store.record(seqOf(store, ref, project));
  if (!record) throw requestDeleted(ref);
  return record;
}

/** The error for a request that was there when its ref was resolved. */
export function requestDeleted(ref: RequestRef): UserError {
  const which = typeof ref === 'number' ? 'The request' : `Request ${ref}`;
  return new UserError('not-found', `${which} was just deleted.`);
}
