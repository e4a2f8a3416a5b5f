import { maskSecrets } from '../format/mask.ts';
import type { History } from './history.ts';

/** The history as people may see it: random paths masked, which are asked for each time, since there may be new ones. */
export function maskedHistory(history: History, pathTokens: () => readonly string[]): History {
  function masked<T extends { readonly requestTarget: string }>(request: T, secrets: readonly string[]): T {
    return { ...request, requestTarget: maskSecrets(request.requestTarget, { secrets }) };
  }
  return {
    page(options) {
      const secrets = pathTokens();
      const rows = history.page(options);
      return secrets.length === 0 ? rows : rows.map((row) => masked(row, secrets));
    },
    scan(options) {
      const secrets = pathTokens();
      const rows = history.scan(options);
      return secrets.length === 0 ? rows : rows.map((row) => masked(row, secrets));
    },
    summary(seq) {
      const secrets = pathTokens();
      const row = history.summary(seq);
      return row && secrets.length > 0 ? masked(row, secrets) : row;
    },
    record(seq) {
      const secrets = pathTokens();
      const record = history.record(seq);
      return record && secrets.length > 0 ? { ...record, request: masked(record.request, secrets) } : record;
    },
    request(seq) {
      const secrets = pathTokens();
      const request = history.request(seq);
      return request && secrets.length > 0 ? masked(request, secrets) : request;
    },
    async *searchBodies(options) {
      const secrets = pathTokens();
      for await (const { request, match } of history.searchBodies(options)) {
        yield { request: masked(request, secrets), match };
      }
    },
    watch: history.watch,
  };
}
