import type { Seq } from '../model/seq.ts';
import type { History } from './history.ts';

/** The history without these requests, which are few. */
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
