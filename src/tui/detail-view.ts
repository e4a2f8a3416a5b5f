import type { StyledLine } from '../format/styled.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';
import { attemptList } from './attempt-list.ts';
import { detailText, type TextPart } from './detail-text.ts';
import type { History } from './history.ts';
import type { Layout } from './layout.ts';
import type { LazyLines } from './lazy-lines.ts';
import type { State } from './state.ts';

export interface DetailFacts {
  readonly request: RequestSummary;
  readonly lines: readonly StyledLine[];
  readonly from: number;
  /** How many lines there are, as far as that is known. */
  readonly known: number;
  readonly complete: boolean;
  /** The row that the keys act on, where there is one. */
  readonly cursor?: number | undefined;
}

/** What the detail shows of the selected request, and what of the state it corrects. */
export interface DetailView {
  readonly facts: DetailFacts;
  readonly state: Partial<Pick<State, 'scroll' | 'line' | 'attempt'>>;
}

/** Reads the selected request, and keeps what was made of it as long as it stays the same. */
export function createDetailReader(history: History) {
  let kept: { readonly key: string; readonly record: RequestRecord } | undefined;
  let text: { readonly key: string; readonly lines: LazyLines } | undefined;

  function recordOf({ seq, attemptCount, reply, isHeld }: RequestSummary): RequestRecord | undefined {
    const key = [seq, attemptCount, reply.status, isHeld].join();
    if (kept?.key !== key) {
      const record = history.record(seq);
      kept = record && { key, record };
    }
    return kept?.record;
  }

  function textOf(record: RequestRecord, part: TextPart, columns: number): LazyLines {
    const key = [kept?.key, typeof part === 'string' ? part : part.attempt, columns].join();
    if (text?.key !== key) text = { key, lines: detailText(record, part, columns) };
    return text.lines;
  }

  return {
    view(state: State, layout: Layout, request: RequestSummary): DetailView | undefined {
      const record = recordOf(request);
      if (!record) return undefined;
      const { detailColumns: columns, detailRows: rows } = layout;
      if (state.tab === 'attempts' && state.attempt === undefined) {
        const list = attemptList(record, columns);
        return listView(request, list, state.line, rows);
      }
      const part: TextPart =
        state.tab === 'attempts'
          ? { attempt: state.attempt! }
          : state.tab === 'story'
            ? 'overview'
            : state.tab;
      const lines = textOf(record, part, columns);
      const slice = lines.slice(state.overlay ? 0 : state.scroll, rows);
      return {
        facts: { request, ...slice, known: lines.known, complete: lines.complete },
        state: { scroll: slice.from },
      };
    },
  };
}

/** A list of lines with one that is chosen, in sight. */
function listView(
  request: RequestSummary,
  list: readonly StyledLine[],
  chosen: number,
  rows: number,
): DetailView {
  const line = Math.max(0, Math.min(chosen, list.length - 1));
  const from = Math.max(0, Math.min(line - Math.floor(rows / 2), list.length - rows));
  return {
    facts: {
      request,
      lines: list.slice(from, from + rows),
      from,
      known: list.length,
      complete: true,
      cursor: line - from,
    },
    state: { line },
  };
}
