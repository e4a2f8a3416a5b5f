import { UserError } from '../model/errors.ts';
import { type Filter, parseFilter } from '../model/filter.ts';
import { type FilterScan, scanFor } from './filter-scan.ts';
import { hidingHistory } from './hiding-history.ts';
import type { History } from './history.ts';
import type { State } from './state.ts';

/** How the filter is doing. */
export interface FilterStatus {
  /** What is wrong with it, so that the one before it counts still. */
  readonly error: string | undefined;
  readonly scanned: number;
  readonly found: number;
  readonly complete: boolean;
}

/** The requests that the list shows: of one name or all, filtered, without those that are to be deleted. */
export interface RowSource {
  page(state: State): History['page'];
  /** Undefined: there is no filter. */
  status(state: State): FilterStatus | undefined;
  stop(): void;
}

/** `changed` is called when a filter has found more. */
export function createRowSource(history: History, ownName: string, changed: () => void): RowSource {
  let parsed: { readonly text: string; readonly filter?: Filter; readonly error?: string } | undefined;
  let current: { readonly key: string; readonly filter?: Filter; readonly scan?: FilterScan } | undefined;
  let hidden: { readonly removed: State['removed']; readonly history: History } | undefined;

  function parse(text: string): NonNullable<typeof parsed> {
    if (parsed?.text === text) return parsed;
    const before = parsed?.filter;
    try {
      parsed = text.trim() === '' ? { text } : { text, filter: parseFilter(text, { words: true }) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // What was shown stays until what is written makes sense.
      // It stands before the field that has the text.
      const reason = error.message.replace(`The filter ${JSON.stringify(text)} `, 'it ');
      parsed = { text, error: reason, ...(before ? { filter: before } : {}) };
    }
    return parsed;
  }

  function shown({ removed }: State): History {
    if (hidden?.removed !== removed) hidden = { removed, history: hidingHistory(history, removed) };
    return hidden.history;
  }

  function scanOf(state: State): FilterScan | undefined {
    const { filter } = parse(state.filter);
    const key = [state.allNames, state.removed.join()].join();
    if (current?.key !== key || current.filter !== filter) {
      current?.scan?.stop();
      const name = state.allNames ? undefined : ownName;
      const scan = filter && scanFor({ history: shown(state), filter, name, changed });
      current = { key, ...(filter ? { filter } : {}), ...(scan ? { scan } : {}) };
    }
    return current.scan;
  }

  return {
    page: (state) => scanOf(state)?.page ?? shown(state).page,
    status(state) {
      const scan = scanOf(state);
      const { error } = parse(state.filter);
      if (!scan && error === undefined) return undefined;
      const { scanned = 0, found = 0, complete = true } = scan ?? {};
      return { error, scanned, found, complete };
    },
    stop: () => current?.scan?.stop(),
  };
}
