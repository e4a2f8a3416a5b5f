import { type DocumentPosition, openDocument } from '../../format/document/document.ts';
import { heldText } from '../../format/held.ts';
import { countText } from '../../format/size.ts';
import { type StyledLine, wrapLine } from '../../format/styled.ts';
import type { Body } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import type { RequestRecord, RequestSummary } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import type { Session } from '../../session/session.ts';
import type { History } from '../history/history.ts';
import type { Layout } from '../state/layout.ts';
import type { State, Tab } from '../state/state.ts';
import { attemptList } from './attempt-list.ts';
import {
  headerText,
  noAttempt,
  overviewHead,
  responseHead,
  type SignatureExplanation,
} from './detail-text.ts';
import type { LazyLines } from './lazy-lines.ts';
import { createPager, type Pager } from './pager.ts';
import { openRelatedRequests, type RelatedRequests } from './related-requests.ts';
import { createSignatureExplainer, type SignatureExplainer } from './signature-explanation.ts';

/** The detail as it is drawn. */
export interface DetailModel {
  readonly request: RequestSummary;
  readonly lines: readonly StyledLine[];
  /** Scroll position in a few characters. */
  readonly position: string;
  /** The row of the cursor, if there is one, and its look. */
  readonly cursor?: { readonly row: number; readonly type: 'line' | 'margin' } | undefined;
}

/** The detail of the selected request, and the scroll positions clamped to its content. */
export interface DetailView {
  readonly model: DetailModel;
  readonly state: Partial<Pick<State, 'scroll' | 'rowCursor' | 'viewport'>>;
}

/** Reads the selected request; keeps what it has computed while the request stays the same. */
export interface DetailSource {
  /** The body on screen, if there is one. */
  readonly pager: Pager | undefined;
  /** Undefined: the request was deleted. */
  view(state: State, layout: Layout, request: RequestSummary): DetailView | undefined;
  /** Switches between raw and formatted; returns the place of the same bytes. */
  toggleRaw(at: DocumentPosition): DocumentPosition | undefined;
  /** The request in a row of the related requests. */
  related(row: number): Seq | undefined;
  /** Explains the signature anew, as with another secret. */
  verifyAgain(): void;
  close(): void;
}

/** Sources of the detail, and its callbacks. */
export interface DetailSourceOptions {
  readonly history: History;
  /** Related requests come from its project, unless those of all projects are shown. */
  readonly session: Pick<Session, 'project' | 'verify' | 'paused'>;
  /** Names the keys that are in force. */
  readonly keymap: { readonly keyOf: (action: 'verify') => string };
  /** Called when there is more to show. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

interface Details extends DetailSourceOptions {
  readonly explainer: SignatureExplainer;
  readonly relatedRequests: RelatedRequests;
  record: { readonly key: string; readonly record: RequestRecord } | undefined;
  headerLines: { readonly key: string; readonly lines: LazyLines } | undefined;
  open: OpenBody | undefined;
}

interface OpenBody {
  readonly key: string;
  /** Changes with everything that the pager's head and width depend on. */
  readonly headKey: string;
  /** Aborted: reading ahead in the body ends. */
  readonly reading: AbortController;
  readonly pager: Pager;
}

/** A body with the lines above it. */
interface BodyPage {
  /** Key of the body, whose document is kept. */
  readonly key: string;
  /** Key of the head. */
  readonly part: string;
  readonly head: readonly StyledLine[];
  readonly body: Body;
  readonly headers: HeaderList;
}

/** Nothing is read before the first view. */
export function openDetailSource(options: DetailSourceOptions): DetailSource {
  const { history, session, changed, failed } = options;
  const details: Details = {
    ...options,
    explainer: createSignatureExplainer(session, changed),
    relatedRequests: openRelatedRequests(history, changed, failed),
    record: undefined,
    headerLines: undefined,
    open: undefined,
  };
  return {
    get pager() {
      return details.open?.pager;
    },
    view: (state, layout, request) => detailView(details, state, layout, request),
    toggleRaw: (at) => toggleRaw(details, at),
    related: details.relatedRequests.at,
    verifyAgain: details.explainer.forget,
    close() {
      stopReading(details);
      details.relatedRequests.close();
    },
  };
}

function detailView(
  details: Details,
  state: State,
  layout: Layout,
  request: RequestSummary,
): DetailView | undefined {
  const record = recordOf(details, request);
  if (!record) return undefined;
  const { detailColumns: columns, detailRows: rows } = layout;
  const advice = state.tab === 'overview' ? details.explainer.of(request) : undefined;
  const explanation = advice && { advice, verifyKey: details.keymap.keyOf('verify') };
  const page = bodyPageOf(record, state, columns - 1, explanation);
  if (page?.body) return bodyView(details, request, page as BodyPage, state, layout);
  stopReading(details);
  if (page) return headView(request, page.head, layout);
  if (state.tab === 'related') {
    const name = state.allProjects ? undefined : details.session.project;
    return listView(request, details.relatedRequests.lines(record, name, columns), state.rowCursor, rows);
  }
  if (state.tab === 'attempts') return listView(request, attemptList(record, columns), state.rowCursor, rows);
  return headersView(request, headerLinesOf(details, record, columns), state, rows);
}

function recordOf(details: Details, request: RequestSummary): RequestRecord | undefined {
  const { history, session } = details;
  const { seq, attemptCount, reply, isHeld } = request;
  // What is ahead of it, and the time to its next try, change without it.
  const standings = isHeld
    ? history.standings(seq, Date.now()).map((each) => ({ ...each, isPaused: session.paused }))
    : [];
  const key = [seq, attemptCount, reply.status, ...standings.map((each) => heldText(each))].join();
  if (details.record?.key !== key) {
    const record = history.record(seq);
    details.record = record && { key, record: { ...record, standings } };
  }
  return details.record?.record;
}

function headerLinesOf(details: Details, record: RequestRecord, columns: number): LazyLines {
  const key = [details.record?.key, columns].join();
  if (details.headerLines?.key !== key) details.headerLines = { key, lines: headerText(record, columns) };
  return details.headerLines.lines;
}

function stopReading(details: Details): void {
  details.open?.reading.abort();
  details.open = undefined;
}

/** The document of a body is kept while the body is on screen, because it holds the folds. */
function pagerOf(details: Details, page: BodyPage, columns: number): Pager {
  const { open } = details;
  const headKey = [page.part, details.record?.key, columns].join();
  if (open?.key === page.key && open.headKey === headKey) return open.pager;
  const wrapped = page.head.flatMap((line) => [...wrapLine(line, columns)]);
  const { reading, document } =
    open?.key === page.key
      ? { reading: open.reading, document: open.pager.document }
      : openBody(details, page);
  const pager = createPager(wrapped, document);
  details.open = { key: page.key, headKey, reading, pager };
  return pager;
}

function openBody(details: Details, { body, headers }: BodyPage) {
  stopReading(details);
  const reading = new AbortController();
  const document = openDocument(body, headers, details.history.masking);
  // After the frame, which reads what it needs itself. A body that can't be read says so when it is drawn.
  setImmediate(() => document.prepare(reading.signal, details.changed).catch(() => {}));
  return { reading, document };
}

function bodyView(
  details: Details,
  request: RequestSummary,
  page: BodyPage,
  state: State,
  layout: Layout,
): DetailView {
  // The margin shows the cursor.
  const columns = layout.detailColumns - 1;
  const pager = pagerOf(details, page, columns);
  pager.document.highlight(state.search === '' ? undefined : state.search);
  const view = pager.view(state.viewport, layout.detailRows, columns);
  return {
    model: {
      request,
      lines: view.lines.map((line) => [['plain', ' '], ...line]),
      position: linePosition(state.tab, view.line, pager, layout.detailRows),
      cursor: state.pane === 'detail' ? { row: view.cursor, type: 'margin' } : undefined,
    },
    state: { viewport: view.viewport },
  };
}

function toggleRaw({ open, changed }: Details, at: DocumentPosition): DocumentPosition | undefined {
  if (!open) return undefined;
  const { document } = open.pager;
  const place = document.toggleRaw(at);
  document.prepare(open.reading.signal, changed).catch(() => {});
  return place;
}

/** The body of a tab, without `body` if there is none to show; undefined: the tab shows no body. */
function bodyPageOf(
  record: RequestRecord,
  { tab, attempt }: State,
  columns: number,
  explanation: SignatureExplanation | undefined,
): (Omit<BodyPage, 'body'> & Partial<Pick<BodyPage, 'body'>>) | undefined {
  const { request, attempts } = record;
  const { body, headers } = request;
  if (tab === 'body') return { key: `${record.seq}`, part: tab, head: [], body, headers };
  if (tab === 'overview') {
    const head = [...overviewHead(record, columns, explanation)];
    return { key: `${record.seq}`, part: `${tab} ${explanation?.advice.message}`, head, body, headers };
  }
  const isResponse = tab === 'response' || (tab === 'attempts' && attempt !== undefined);
  if (!isResponse) return undefined;
  const chosen = tab === 'response' ? attempts.at(-1) : attempts.find(({ number }) => number === attempt);
  const key = `${record.seq} ${chosen?.number}`;
  const part = tab;
  if (!chosen) return { key, part, head: [[['dim', noAttempt(record)]]], headers: [] };
  const head = [...responseHead(chosen)];
  const { response } = chosen.outcome;
  return response
    ? { key, part, head, body: response.body, headers: response.headers }
    : { key, part, head, headers: [] };
}

/** The lines above a body, without one. */
function headView(request: RequestSummary, head: readonly StyledLine[], layout: Layout): DetailView {
  const lines = head.flatMap((line) => [...wrapLine(line, layout.detailColumns - 1)]);
  return {
    model: { request, lines: lines.map((line) => [['plain', ' '], ...line]), position: '' },
    state: {},
  };
}

function headersView(request: RequestSummary, lines: LazyLines, state: State, rows: number): DetailView {
  const slice = lines.slice(state.overlay ? 0 : state.scroll, rows);
  return {
    model: { request, lines: slice.lines, position: textPosition(slice.from, slice.lines.length, lines) },
    state: { scroll: slice.from },
  };
}

/** Range of the visible lines in words; empty if all are visible. */
function textPosition(from: number, count: number, { known, complete }: LazyLines): string {
  if (complete && count >= known) return '';
  const range = `lines ${from + 1}-${from + count}`;
  return complete ? `${range} of ${countText(known)}` : `${range} …`;
}

/** Line of the body that the cursor is on (folded lines count), and remarks on the document. */
function linePosition(tab: Tab, line: number, { document }: Pager, rows: number): string {
  const { lineCount, complete, raw, note } = document;
  const what = tab === 'overview' || tab === 'body' ? 'body' : 'response';
  const place =
    complete && lineCount <= rows
      ? ''
      : `${what} line ${countText(line)} of ${countText(lineCount)}${complete ? '' : ' …'}`;
  return [note ? `(${note})` : '', raw ? 'raw' : '', place].filter((part) => part !== '').join('  ');
}

/** A list with a selected row, which is kept visible. */
function listView(
  request: RequestSummary,
  list: readonly StyledLine[],
  selected: number,
  rows: number,
): DetailView {
  const rowCursor = Math.max(0, Math.min(selected, list.length - 1));
  const from = Math.max(0, Math.min(rowCursor - Math.floor(rows / 2), list.length - rows));
  const lines = list.slice(from, from + rows);
  return {
    model: {
      request,
      lines,
      position: lines.length < list.length ? `row ${rowCursor + 1} of ${countText(list.length)}` : '',
      cursor: { row: rowCursor - from, type: 'line' },
    },
    state: { rowCursor },
  };
}
