import type { Seq } from '../model/seq.ts';
import type { History } from './history.ts';

/** The history without these requests, which are few. */
export function hidingHistory(history: History, hidden: readonly Seq[]): History {
  if (hidden.length === 0) return history;
  const isHidden = new Set(hidden);
  return {
    ...history,
    page(options) {
      const rows = history.page({ ...options, limit: options.limit + hidden.length });
      return rows.filter(({ seq }) => !isHidden.has(seq)).slice(0, options.limit);
    },
  };
}
