import type { Attempt, Outcome } from '../model/attempt.ts';
import type { RequestSummary } from '../model/request.ts';
import { type MaskOptions, maskSecrets } from './mask.ts';
import { type Paint, plainPaint } from './paint.ts';
import { printable, printableLatin1 } from './printable.ts';
import { lateText, senderText, signatureText } from './sender-text.ts';
import { sizeText } from './size.ts';
import { attemptStatus, type StatusText, statusOf } from './status.ts';
import { type Symbols, unicodeSymbols } from './symbols.ts';
import { durationText, timeText, whenText } from './time.ts';
import { cut, padded, textWidth } from './width.ts';

/** The properties of a request that a line shows. */
export type LineRequest = Pick<
  RequestSummary,
  | 'id'
  | 'project'
  | 'receivedAt'
  | 'ms'
  | 'method'
  | 'requestTarget'
  | 'bodySize'
  | 'state'
  | 'reply'
  | 'classification'
  | 'redeliveryOf'
  | 'lastAttempt'
  | 'isHeld'
>;

export interface RequestLineOptions extends MaskOptions {
  readonly paint?: Paint | undefined;
  readonly symbols?: Symbols | undefined;
}

/**
 * A request on one line, as headless `listen` prints it: time, status, method and path, sender and signature, ms, size,
 * id. Every control character of captured text is escaped.
 */
export function requestLine(request: LineRequest, options: RequestLineOptions = {}): string {
  const { paint = plainPaint } = options;
  return [
    paint('dim', timeText(request.receivedAt)),
    marked(statusOf(request), options),
    `${printable(request.method)} ${targetText(request, options)}`,
    ...senderParts(request, options),
    durationText(timeTaken(request)),
    ...lateParts(request, options),
    sizeText(request.bodySize),
    paint('dim', printable(request.id)),
  ].join('  ');
}

function senderParts(
  { classification, reply, redeliveryOf }: LineRequest,
  { paint = plainPaint, symbols = unicodeSymbols }: RequestLineOptions,
) {
  const isRefused = reply.by === 'listener' && reply.status === 401;
  if (classification.provider === null && !isRefused) return [];
  const { mark, text, tone } = signatureText(classification.verification);
  const why =
    isRefused && mark === 'none' ? `${text}: ${printable(classification.verification.reason ?? '')}` : text;
  return [
    ...(classification.provider === null ? [] : [senderText(classification)]),
    paint(tone, mark === 'none' ? why : `${symbols[mark]} ${text}`),
    ...(redeliveryOf === undefined ? [] : [paint('dim', `redelivery of ${printable(redeliveryOf)}`)]),
  ];
}

function lateParts(request: LineRequest, { paint = plainPaint }: RequestLineOptions): string[] {
  const late = lateText(request);
  return late === undefined ? [] : [paint('warn', late)];
}

/** An attempt on one line, as `replay` and `forward` print it: how it went, ms, size of the response, id, target. */
export function attemptLine(attempt: Attempt, options: RequestLineOptions = {}): string {
  const { paint = plainPaint, symbols = unicodeSymbols } = options;
  const { outcome } = attempt;
  return [
    outcomeText(outcome, attempt.ms, options),
    `${printable(attempt.requestId)} ${symbols.arrow} ${printable(attempt.target)}`,
    ...(attempt.sent ? [paint('dim', attempt.sent.change ?? 'edited')] : []),
    ...(outcome.type === 'failed' ? [paint('dim', printable(outcome.message))] : []),
  ].join('  ');
}

/** The outcome of an attempt: in a word or number, in how many ms, and the size of the response. */
export function outcomeText(outcome: Outcome, ms: number, options: RequestLineOptions = {}): string {
  const code = outcome.type === 'failed' ? outcome.code : undefined;
  return [
    marked(attemptStatus(outcome.response?.status, code), options),
    durationText(ms),
    ...(outcome.response ? [sizeText(outcome.response.body.size)] : []),
  ].join('  ');
}

/** The request target, made visible, with what has to be masked in it masked. */
function targetText({ requestTarget }: Pick<LineRequest, 'requestTarget'>, options: MaskOptions): string {
  return maskSecrets(printableLatin1(requestTarget), options);
}

function marked(
  status: StatusText,
  { paint = plainPaint, symbols = unicodeSymbols }: RequestLineOptions,
): string {
  const mark =
    status.tone === 'dim' ? '' : status.tone === 'bad' || status.tone === 'warn' ? symbols.bad : symbols.ok;
  const text = status.text === '…' ? symbols.waiting : status.text;
  return paint(status.tone, mark === '' ? text : `${mark} ${text}`);
}

/** The ms a line shows: of the newest attempt, or that the request took to arrive where there was none. */
export function timeTaken(request: Pick<RequestSummary, 'ms' | 'lastAttempt'>): number {
  return request.lastAttempt?.ms ?? request.ms;
}

export interface TableOptions extends RequestLineOptions {
  /** The terminal's width; absent: tab-separated, for programs. */
  readonly columns?: number | undefined;
  /** The current time, ms since the epoch: rows of other days show their date. */
  readonly now: number;
}

/**
 * Requests as the lines of `list`. For a terminal: a heading, aligned, the path cut so that a row fits.
 * Otherwise tab-separated and whole: id, time (ISO 8601 UTC), name, method, request target, status, ms, bytes,
 * provider, event, delivery id, verification, id of the first delivery; empty where there is none.
 */
export function requestTable(requests: readonly LineRequest[], options: TableOptions): string[] {
  return options.columns === undefined
    ? requests.map((request) => separated(request, options))
    : aligned(requests, options.columns, options);
}

function separated(request: LineRequest, options: MaskOptions): string {
  return [
    printable(request.id),
    new Date(request.receivedAt).toISOString(),
    printable(request.project),
    printable(request.method),
    targetText(request, options),
    statusOf(request).text,
    String(timeTaken(request)),
    String(request.bodySize),
    ...[
      request.classification.provider,
      request.classification.event,
      request.classification.eventId,
      request.classification.verification.result,
      request.redeliveryOf,
    ].map((text) => printable(text ?? '')),
  ].join('\t');
}

interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
  readonly cell: (request: LineRequest) => string;
}

/** In the order shown; names of one project only would all be alike, so that column comes when they differ. */
function columnsFor(requests: readonly LineRequest[], options: TableOptions): Column[] {
  const { now, symbols = unicodeSymbols } = options;
  const named = requests.some(({ project: name }) => name !== requests[0]?.project);
  const known = requests.some(({ classification }) => classification.provider !== null);
  const name: Column = {
    heading: 'NAME',
    align: 'left',
    cell: (r) => cut(printable(r.project), 20, symbols.ellipsis),
  };
  return [
    { heading: 'ID', align: 'left', cell: (r) => printable(r.id) },
    { heading: 'TIME', align: 'left', cell: (r) => whenText(r.receivedAt, now) },
    ...(named ? [name] : []),
    ...(known ? senderColumns(symbols) : []),
    { heading: 'METHOD', align: 'left', cell: (r) => cut(printable(r.method), 10, symbols.ellipsis) },
    { heading: 'PATH', align: 'left', cell: (r) => targetText(r, options) },
    { heading: 'STATUS', align: 'left', cell: (r) => statusOf(r).text.replace('…', symbols.waiting) },
    { heading: 'MS', align: 'right', cell: (r) => durationText(timeTaken(r)) },
    { heading: 'SIZE', align: 'right', cell: (r) => sizeText(r.bodySize) },
  ];
}

function senderColumns({ ok, bad, ellipsis }: Symbols): Column[] {
  const marks = { ok, bad, none: '' };
  return [
    { heading: 'SENDER', align: 'left', cell: (r) => cut(senderText(r.classification), 40, ellipsis) },
    { heading: 'SIG', align: 'left', cell: (r) => marks[signatureText(r.classification.verification).mark] },
  ];
}

function aligned(requests: readonly LineRequest[], width: number, options: TableOptions): string[] {
  const { paint = plainPaint, symbols = unicodeSymbols } = options;
  const columns = columnsFor(requests, options);
  const cells = requests.map((request) => columns.map(({ cell }) => cell(request)));
  const widths = columns.map(({ heading }, index) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[index]!)), heading.length),
  );
  const path = columns.findIndex(({ heading }) => heading === 'PATH');
  const gap = 2;
  const others = widths.reduce((sum, each, index) => (index === path ? sum : sum + each + gap), 0);
  widths[path] = Math.max(4, Math.min(widths[path]!, width - others));

  const row = (texts: readonly string[], tone: (index: number) => (text: string) => string) =>
    texts
      .map((text, index) =>
        tone(index)(padded(text, widths[index]!, columns[index]!.align, symbols.ellipsis)),
      )
      .join(' '.repeat(gap));
  const heading = row(
    columns.map((column) => column.heading),
    () => (text) => paint('dim', text),
  );
  const status = columns.findIndex((column) => column.heading === 'STATUS');
  const lines = cells.map((texts, at) =>
    row(texts, (index) => (text) => {
      if (index === status) return paint(statusOf(requests[at]!).tone, text);
      return columns[index]!.heading === 'TIME' ? paint('dim', text) : text;
    }),
  );
  return [heading, ...lines];
}
