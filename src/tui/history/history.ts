import { type MaskOptions, maskHeaders, maskRecord, maskSecrets, maskSummary } from '../../format/mask.ts';
import type { CapturedRequest } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import type { Store } from '../../store/store.ts';

/** The recorded requests, as the UI reads them. */
export interface History
  extends Pick<
    Store,
    | 'page'
    | 'record'
    | 'summary'
    | 'request'
    | 'scan'
    | 'searchBodies'
    | 'watch'
    | 'tally'
    | 'highestSeq'
    | 'standings'
  > {
  /** Secrets to mask in bodies when they are drawn; everything else is masked already. */
  readonly masking?: MaskOptions | undefined;
}

/** A history from which requests can be deleted. */
export type DeletableHistory = History & Pick<Store, 'delete' | 'recentTargets' | 'held'>;

/** The history with secrets masked; `masking` is evaluated at each call, since path tokens may be added. */
export function maskedHistory(history: History, masking: MaskOptions): History {
  const maskedRequest = (request: CapturedRequest): CapturedRequest => ({
    ...request,
    requestTarget: maskSecrets(request.requestTarget, masking),
    headers: maskHeaders(request.headers, masking),
    trailers: maskHeaders(request.trailers, masking),
  });
  return {
    masking,
    page: (options) => history.page(options).map((row) => maskSummary(row, masking)),
    scan: (options) => history.scan(options).map((row) => maskSummary(row, masking)),
    summary(seq) {
      const row = history.summary(seq);
      return row && maskSummary(row, masking);
    },
    record(seq) {
      const record = history.record(seq);
      return record && maskRecord(record, masking);
    },
    request(seq) {
      const request = history.request(seq);
      return request && maskedRequest(request);
    },
    async *searchBodies(options) {
      for await (const { request, match } of history.searchBodies(options)) {
        yield { request: maskSummary(request, masking), match };
      }
    },
    watch: history.watch,
    tally: history.tally,
    highestSeq: history.highestSeq,
    standings: history.standings,
  };
}

/** The history without these few requests. */
export function hidingHistory(history: History, hidden: readonly Seq[]): History {
  if (hidden.length === 0) return history;
  const isHidden = new Set(hidden);
  const shown = ({ seq }: { readonly seq: Seq }) => !isHidden.has(seq);
  return {
    ...history,
    page(options) {
      const rows = history.page({ ...options, limit: options.limit + hidden.length });
      return rows.filter(shown).slice(0, options.limit);
    },
    scan(options) {
      const rows = history.scan({ ...options, limit: options.limit + hidden.length });
      return rows.filter(shown).slice(0, options.limit);
    },
  };
}
