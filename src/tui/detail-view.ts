import { openDocument, type DocumentPosition as Place } from '../format/document/document.ts';
import { countText } from '../format/size.ts';
import { type StyledLine, wrapLine } from '../format/styled.ts';
import type { Body } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';
import type { Session } from '../session/session.ts';
import { attemptList } from './attempt-list.ts';
import { answerHead, headerText, noAttempt, overviewHead } from './detail-text.ts';
import { createFindings, type Finding } from './findings.ts';
import type { History } from './history.ts';
import type { Layout } from './layout.ts';
import type { LazyLines } from './lazy-lines.ts';
import { createReader, type Reader } from './reader.ts';
import type { State } from './state.ts';
import { createStory } from './story.ts';

export interface DetailFacts {
  readonly request: RequestSummary;
  readonly lines: readonly StyledLine[];
  /** How far down one reads, in a few characters. */
  readonly position: string;
  /** The row that the keys act on, where there is one, and how it is set off. */
  readonly cursor?: { readonly row: number; readonly type: 'line' | 'margin' } | undefined;
}

/** What the detail shows of the selected request, and what of the state it corrects. */
export interface DetailView {
  readonly facts: DetailFacts;
  readonly state: Partial<Pick<State, 'scroll' | 'line' | 'reading'>>;
}

interface Readable {
  /** Of the body, whose document is kept. */
  readonly key: string;
  /** What else is shown with it. */
  readonly part: string;
  readonly head: readonly StyledLine[];
  readonly body: Body;
  readonly headers: HeaderList;
}

export interface DetailReaderOptions {
  readonly history: History;
  /** The story is looked for among the requests of its name, unless those of all names are shown. */
  readonly session: Pick<Session, 'name' | 'verify'>;
  /** More of what is shown is known. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** Reads the selected request, and keeps what was made of it as long as it stays the same. */
export function createDetailReader({ history, session, changed, failed }: DetailReaderOptions) {
  const findings = createFindings(session, changed);
  const story = createStory(history, changed, failed);
  let kept: { readonly key: string; readonly record: RequestRecord } | undefined;
  let text: { readonly key: string; readonly lines: LazyLines } | undefined;
  let open:
    | { readonly key: string; readonly look: string; readonly stop: AbortController; readonly reader: Reader }
    | undefined;

  function recordOf({ seq, attemptCount, reply, isHeld }: RequestSummary): RequestRecord | undefined {
    const key = [seq, attemptCount, reply.status, isHeld].join();
    if (kept?.key !== key) {
      const record = history.record(seq);
      kept = record && { key, record };
    }
    return kept?.record;
  }

  function headersOf(record: RequestRecord, columns: number): LazyLines {
    const key = [kept?.key, columns].join();
    if (text?.key !== key) text = { key, lines: headerText(record, columns) };
    return text.lines;
  }

  function close(): void {
    open?.stop.abort();
    open = undefined;
  }

  /** The document of a body stays the same as long as that is shown: its folds are in it. */
  function readerOf({ key, part, head, body, headers }: Readable, columns: number): Reader {
    const look = [part, kept?.key, columns].join();
    if (open?.key === key && open.look === look) return open.reader;
    let document = open?.key === key ? open.reader.document : undefined;
    let stop = open?.stop;
    if (!document || !stop) {
      close();
      stop = new AbortController();
      document = openDocument(body, headers, history.masking);
      const { signal } = stop;
      const opened = document;
      // After the frame: the first screen needs no more than it reads itself. What can't be read is seen when shown.
      setImmediate(() => opened.prepare(signal, changed).catch(() => {}));
    }
    const wrapped = head.flatMap((line) => [...wrapLine(line, columns)]);
    open = { key, look, stop, reader: createReader(wrapped, document) };
    return open.reader;
  }

  function readingView(
    request: RequestSummary,
    readable: Readable,
    state: State,
    layout: Layout,
  ): DetailView {
    // The margin shows which row the keys act on.
    const columns = layout.detailColumns - 1;
    const reader = readerOf(readable, columns);
    reader.document.highlight(state.search === '' ? undefined : state.search);
    const view = reader.view(state.reading, layout.detailRows, columns);
    return {
      facts: {
        request,
        lines: view.lines.map((line) => [['plain', ' '], ...line]),
        position: linePosition(view.line, reader, layout.detailRows),
        cursor: state.pane === 'detail' ? { row: view.cursor, type: 'margin' } : undefined,
      },
      state: { reading: view.reading },
    };
  }

  return {
    get reader() {
      return open?.reader;
    },

    view(state: State, layout: Layout, request: RequestSummary): DetailView | undefined {
      const record = recordOf(request);
      if (!record) return undefined;
      const { detailColumns: columns, detailRows: rows } = layout;
      const finding = state.tab === 'overview' ? findings.of(request) : undefined;
      const readable = readableOf(record, state, columns - 1, finding);
      if (readable?.body) return readingView(request, readable as Readable, state, layout);
      close();
      if (readable) return headView(request, readable.head, layout);
      if (state.tab === 'story') {
        const lines = story.lines(record, state.allNames ? undefined : session.name, columns);
        return listView(request, lines, state.line, rows);
      }
      if (state.tab === 'attempts') return listView(request, attemptList(record, columns), state.line, rows);
      const lines = headersOf(record, columns);
      const slice = lines.slice(state.overlay ? 0 : state.scroll, rows);
      return {
        facts: { request, lines: slice.lines, position: textPosition(slice.from, slice.lines.length, lines) },
        state: { scroll: slice.from },
      };
    },

    toggleRaw(at: Place): Place | undefined {
      if (!open) return undefined;
      const { document } = open.reader;
      const place = document.toggleRaw(at);
      document.prepare(open.stop.signal, changed).catch(() => {});
      return place;
    },

    related: story.at,

    stop() {
      close();
      story.stop();
    },
  };
}

/** The body that a part of the detail shows, with what stands above it; undefined: the part shows none. */
function readableOf(
  record: RequestRecord,
  { tab, attempt }: State,
  columns: number,
  finding: Finding | undefined,
): (Omit<Readable, 'body'> & Partial<Pick<Readable, 'body'>>) | undefined {
  const { request, attempts } = record;
  const { body, headers } = request;
  if (tab === 'body') return { key: `${record.seq}`, part: tab, head: [], body, headers };
  if (tab === 'overview') {
    const head = [...overviewHead(record, columns, finding)];
    return { key: `${record.seq}`, part: `${tab} ${finding?.message}`, head, body, headers };
  }
  const isAnswer = tab === 'response' || (tab === 'attempts' && attempt !== undefined);
  if (!isAnswer) return undefined;
  const chosen = tab === 'response' ? attempts.at(-1) : attempts.find(({ number }) => number === attempt);
  const key = `${record.seq} ${chosen?.number}`;
  const part = tab;
  if (!chosen) return { key, part, head: [[['dim', noAttempt(record)]]], headers: [] };
  const head = [...answerHead(chosen)];
  const { response } = chosen.outcome;
  return response
    ? { key, part, head, body: response.body, headers: response.headers }
    : { key, part, head, headers: [] };
}

/** What stands above a body where there is none. */
function headView(request: RequestSummary, head: readonly StyledLine[], layout: Layout): DetailView {
  const lines = head.flatMap((line) => [...wrapLine(line, layout.detailColumns - 1)]);
  return {
    facts: { request, lines: lines.map((line) => [['plain', ' '], ...line]), position: '' },
    state: {},
  };
}

/** Which lines are shown of how many, where they are not all. */
function textPosition(from: number, count: number, { known, complete }: LazyLines): string {
  if (complete && count >= known) return '';
  const range = `${from + 1}-${from + count}`;
  return complete ? `${range} of ${countText(known)}` : `${range} …`;
}

/** The same of a document, of which folded lines are none less; and what its reader should know of it. */
function linePosition(line: number, { document }: Reader, rows: number): string {
  const { lineCount, complete, raw, note } = document;
  const place =
    complete && lineCount <= rows
      ? ''
      : `${countText(line)} of ${countText(lineCount)}${complete ? '' : ' …'}`;
  return [note ? `(${note})` : '', raw ? 'raw' : '', place].filter((part) => part !== '').join('  ');
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
  const lines = list.slice(from, from + rows);
  return {
    facts: {
      request,
      lines,
      position: lines.length < list.length ? `${line + 1} of ${countText(list.length)}` : '',
      cursor: { row: line - from, type: 'line' },
    },
    state: { line },
  };
}
