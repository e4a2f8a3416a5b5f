import { countText } from '../../format/size.ts';
import { UserError } from '../../model/errors.ts';
import { type Filter, parseFilter } from '../../model/filter.ts';
import { type History, hidingHistory } from '../history/history.ts';
import type { State } from '../state/state.ts';
import { type FilterScan, openFilterScan } from './filter-scan.ts';

/** Progress of the list's filter. */
export interface FilterStatus {
  /** The error of an invalid filter; the previous one stays in use. */
  readonly error: string | undefined;
  readonly scanned: number;
  readonly found: number;
  readonly complete: boolean;
}

/** The requests of the list: of one project or all, filtered, without pending deletes. */
export interface RowSource {
  page(state: State): History['page'];
  /** Undefined: there is no filter. */
  status(state: State): FilterStatus | undefined;
  close(): void;
}

interface Rows {
  readonly history: History;
  /** The session's own project. */
  readonly project: string;
  readonly changed: () => void;
  parsed: ParsedFilter | undefined;
  scan: { readonly key: string; readonly filter?: Filter; readonly scan?: FilterScan } | undefined;
  visible: { readonly pendingDeletes: State['pendingDeletes']; readonly history: History } | undefined;
}

interface ParsedFilter {
  readonly text: string;
  readonly filter?: Filter;
  readonly error?: string;
}

/** `changed` is called when a filter has found more. */
export function openRowSource(history: History, project: string, changed: () => void): RowSource {
  const rows: Rows = { history, project, changed, parsed: undefined, scan: undefined, visible: undefined };
  return {
    page: (state) => scanOf(rows, state)?.page ?? visibleHistory(rows, state).page,
    status(state) {
      const scan = scanOf(rows, state);
      const { error } = parsedFilter(rows, state.filter);
      if (!scan && error === undefined) return undefined;
      const { scanned = 0, found = 0, complete = true } = scan ?? {};
      return { error, scanned, found, complete };
    },
    close: () => rows.scan?.scan?.close(),
  };
}

function parsedFilter(rows: Rows, text: string): ParsedFilter {
  if (rows.parsed?.text === text) return rows.parsed;
  const previous = rows.parsed?.filter;
  try {
    rows.parsed = text.trim() === '' ? { text } : { text, filter: parseFilter(text, { words: true }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The message is shown beside the field that has the text.
    const reason = error.message.replace(`The filter ${JSON.stringify(text)} `, 'it ');
    rows.parsed = { text, error: reason, ...(previous ? { filter: previous } : {}) };
  }
  return rows.parsed;
}

function visibleHistory(rows: Rows, { pendingDeletes }: State): History {
  if (rows.visible?.pendingDeletes !== pendingDeletes) {
    rows.visible = { pendingDeletes, history: hidingHistory(rows.history, pendingDeletes) };
  }
  return rows.visible.history;
}

function scanOf(rows: Rows, state: State): FilterScan | undefined {
  const { filter } = parsedFilter(rows, state.filter);
  const key = [state.allProjects, state.pendingDeletes.join()].join();
  if (rows.scan?.key !== key || rows.scan.filter !== filter) {
    rows.scan?.scan?.close();
    const history = visibleHistory(rows, state);
    const project = state.allProjects ? undefined : rows.project;
    const scan = filter && openFilterScan({ history, filter, project, changed: rows.changed });
    rows.scan = { key, ...(filter ? { filter } : {}), ...(scan ? { scan } : {}) };
  }
  return rows.scan.scan;
}

/** Number of matches of a filter, for people. */
export function filterText({ found, scanned, complete }: FilterStatus): string {
  const matches = `${countText(found)} of ${countText(scanned)}`;
  return complete ? `${matches} match` : `${matches} match so far …`;
}
