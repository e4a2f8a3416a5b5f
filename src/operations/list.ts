import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';
import type { Store } from '../store/store.ts';

/** Selects the requests of a list. */
export interface ListInput {
  /** Maximum number of requests. */
  readonly limit: number;
  readonly project?: string | undefined;
  /** Only requests that were received within this time, in ms. */
  readonly withinMs?: number | undefined;
  /** Only held requests. */
  readonly held?: boolean | undefined;
}

/** A list of requests. */
export interface ListResult {
  /** Newest first. */
  readonly requests: readonly RequestSummary[];
  /** The number of requests that the limit leaves out. */
  readonly more: number;
  /** Nothing was ever recorded. */
  readonly isHistoryEmpty: boolean;
}

/** Lists recorded requests. Throws a UserError for a limit of 0. */
export function listRequests(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { limit, project, withinMs, held }: ListInput,
): ListResult {
  if (limit < 1) throw new UserError('usage', phrase`${option('limit')} must be at least 1.`);
  const since = withinMs === undefined ? undefined : clock.now() - withinMs;
  const requests = store.page({ limit, project, held, since });
  const more = requests.length < limit ? 0 : store.count({ project, held, since }) - requests.length;
  return { requests, more, isHistoryEmpty: requests.length === 0 && store.highestSeq() === 0 };
}

/** The requests of a list with all that is known of them, read one at a time; those deleted meanwhile are left out. */
export function* listedRecords(store: Store, { requests }: ListResult): Generator<RequestRecord> {
  for (const { seq } of requests) {
    const record = store.record(seq);
    if (record) yield record;
  }
}
