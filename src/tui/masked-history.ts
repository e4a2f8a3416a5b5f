import { maskSecrets } from '../format/mask.ts';
import type { History, WholeHistory } from './history.ts';

/** The history as people may see it: random paths masked. A path is looked up when it is shown, so new ones are, too. */
export function maskedHistory(history: WholeHistory): History {
  function masked<T extends { readonly requestTarget: string }>(request: T, secrets: readonly string[]): T {
    return { ...request, requestTarget: maskSecrets(request.requestTarget, { secrets }) };
  }
  return {
    page(options) {
      const secrets = history.pathTokens();
      const rows = history.page(options);
      return secrets.length === 0 ? rows : rows.map((row) => masked(row, secrets));
    },
    scan(options) {
      const secrets = history.pathTokens();
      const rows = history.scan(options);
      return secrets.length === 0 ? rows : rows.map((row) => masked(row, secrets));
    },
    summary(seq) {
      const secrets = history.pathTokens();
      const row = history.summary(seq);
      return row && secrets.length > 0 ? masked(row, secrets) : row;
    },
    record(seq) {
      const secrets = history.pathTokens();
      const record = history.record(seq);
      return record && secrets.length > 0 ? { ...record, request: masked(record.request, secrets) } : record;
    },
    request(seq) {
      const secrets = history.pathTokens();
      const request = history.request(seq);
      return request && secrets.length > 0 ? masked(request, secrets) : request;
    },
    async *searchBodies(options) {
      const secrets = history.pathTokens();
      for await (const { request, match } of history.searchBodies(options)) {
        yield { request: masked(request, secrets), match };
      }
    },
    watch: history.watch,
  };
}
