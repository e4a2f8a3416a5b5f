import { type MaskOptions, maskHeaders, maskRecord, maskSecrets, maskSummary } from '../format/mask.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { History } from './history.ts';

/** The history as people may see it. What is masked is asked for each time, since there may be new path tokens. */
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
  };
}
