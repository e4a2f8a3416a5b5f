import { decodeText, unpack } from '../../format/decode.ts';
import { fieldLines } from '../../format/field-lines.ts';
import { inFlags } from '../../format/in-flags.ts';
import { mediaTypeOf } from '../../format/media-type.ts';
import { printable } from '../../format/printable.ts';
import { markSymbol, signatureText } from '../../format/sender-text.ts';
import { attemptHead, headerLines, requestLineText } from '../../format/show.ts';
import { sizeText } from '../../format/size.ts';
import { attemptStatus } from '../../format/status.ts';
import { lineWidth, type StyledLine, wrapLine } from '../../format/styled.ts';
import { durationText, timeText } from '../../format/time.ts';
import { cutWords, wrapWords } from '../../format/width.ts';
import type { Attempt, TargetResponse } from '../../model/attempt.ts';
import type { RequestRecord } from '../../model/request.ts';
import type { SignatureAdvice } from '../../operations/signature-advice.ts';
import { type LazyLines, lazyLines } from './lazy-lines.ts';

/** Headers and trailers as lines of at most `columns`. */
export function headerText(record: RequestRecord, columns: number): LazyLines {
  return lazyLines(headers(record), columns, `… more: webhook-cli show ${record.request.id}`);
}

/** Below this width the outcome comes before the other details. */
const narrow = 40;

/** What the overview says of the signature. */
export interface SignatureExplanation {
  readonly advice: SignatureAdvice;
  /** The key that verifies again. */
  readonly verifyKey: string;
}

/** The overview above the body: request line, sender, signature, attempts. */
export function* overviewHead(
  record: RequestRecord,
  columns: number,
  explanation?: SignatureExplanation,
): Generator<StyledLine> {
  const { request, attempts } = record;
  const explained = explanation ? [...explanationLines(explanation, request.id, columns)] : [];
  const details = [...fieldLines(record)].map((line) => {
    const label = labelOf(line);
    const marked = label === 'signature' ? withMark(line, record) : line;
    return {
      isFirst: firstLabels.has(label),
      lines: [
        ...(columns < narrow ? [marked] : hanging(marked, columns)),
        ...(label === 'signature' ? explained : []),
      ],
    };
  });
  const linesOf = (first: boolean) =>
    details.filter(({ isFirst }) => isFirst === first).flatMap(({ lines }) => lines);
  const delivery = linesOf(true);
  yield [['strong', requestLineText(request)]];
  if (columns >= narrow) yield [];
  yield* delivery;
  for (const attempt of attempts) yield* attemptRow(attempt, columns);
  if (columns >= narrow && delivery.length + attempts.length > 0) yield [];
  yield* linesOf(false);
  yield [];
}

function labelOf([label]: StyledLine): string {
  return label?.[1].trim() ?? '';
}

/** The line of the signature with the mark that the row has. */
function withMark([label, ...value]: StyledLine, { classification }: RequestRecord): StyledLine {
  const { mark, tone } = signatureText(classification.verification);
  return mark === 'none' ? [label!, ...value] : [label!, [tone, `${markSymbol(mark)} `], ...value];
}

/** Labels of the lines that come first: sender, signature and delivery. */
const firstLabels = new Set(['provider', 'event', 'delivery', 'signature', 'late', 'waiting']);

/** A labelled line whose value wraps below itself, not below its label. */
function* hanging([name, ...value]: StyledLine, columns: number): Generator<StyledLine> {
  let isFirst = true;
  for (const line of wrapLine(value, columns - labelColumns)) {
    yield [isFirst && name ? name : ['plain', ' '.repeat(labelColumns)], ...line];
    isFirst = false;
  }
}

function* explanationLines(
  { advice: { message, hint, details }, verifyKey }: SignatureExplanation,
  id: string,
  columns: number,
): Generator<StyledLine> {
  const indent = columns < narrow ? 0 : labelColumns;
  const inLines = (text: string) =>
    text.split('\n').flatMap((line) => wrapWords(printable(line), Math.max(10, columns - indent)));
  for (const line of inLines(message)) yield [['warn', ' '.repeat(indent) + line]];
  const more = details ? [`Fixes for each framework: ${verifyKey}, or webhook-cli verify ${id}`] : [];
  for (const line of [inFlags(hint), ...more].flatMap(inLines)) yield [['plain', ' '.repeat(indent) + line]];
}

const labelColumns = 10;

function* attemptRow(attempt: Attempt, columns: number): Generator<StyledLine> {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  yield attemptSummary(attempt, columns);
  const indent = columns < narrow ? 2 : labelColumns;
  if (failed) {
    for (const line of wrapWords(printable(failed.message), columns - indent)) {
      yield [['plain', ' '.repeat(indent) + line]];
    }
  } else if (outcome.response && outcome.response.status >= 400) {
    const excerpt = responseText(outcome.response);
    for (const line of excerptLines(excerpt, columns - indent)) yield [['plain', ' '.repeat(indent) + line]];
  }
}

/** The beginning of an excerpt, in at most three lines. */
function excerptLines(excerpt: string, columns: number): string[] {
  if (excerpt === '') return [];
  const lines = wrapWords(excerpt, columns);
  return [...lines.slice(0, 2), ...(lines.length > 2 ? [cutWords(lines.slice(2).join(' '), columns)] : [])];
}

const maxExcerptBytes = 2_048;

/** The beginning of a response body, on one line. */
function responseText({ body, headers }: TargetResponse): string {
  const { bytes } = unpack(body.bytes(maxExcerptBytes), headers);
  const text = decodeText(bytes, mediaTypeOf(headers).charset);
  return printable(text.slice(0, maxExcerptBytes).replace(/\s+/g, ' ').trim());
}

/** An attempt on one line: kind, status, duration, size if there is room, time. */
export function attemptSummary(attempt: Attempt, columns = Number.POSITIVE_INFINITY): StyledLine {
  const whole = summaryOf(attempt, true);
  return lineWidth(whole) <= columns ? whole : summaryOf(attempt, false);
}

function summaryOf(attempt: Attempt, withSize: boolean): StyledLine {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
  const size = outcome.response && withSize ? `, ${sizeText(outcome.response.body.size)}` : '';
  return [
    ['dim', attempt.kind.padEnd(labelColumns)],
    [tone, text],
    ['plain', ` in ${durationText(attempt.ms)}${size}`],
    ['dim', `  ${timeText(attempt.startedAt)}`],
    ...(attempt.sent ? [['warn', `  ${attempt.sent.change ?? 'edited'}`] as const] : []),
  ];
}

function* headers({ request }: RequestRecord): Generator<StyledLine> {
  if (request.headers.length === 0) yield [['dim', '(no headers)']];
  yield* headerLines(request.headers);
  if (request.trailers.length === 0) return;
  yield [];
  yield [['dim', 'trailers']];
  yield* headerLines(request.trailers);
}

/** The lines above a response body: the attempt, its status and the response headers. */
export function* responseHead(attempt: Attempt): Generator<StyledLine> {
  yield* attemptHead(attempt);
  if (attempt.outcome.response) yield [];
}

/** Sentence that says why there is no attempt. */
export function noAttempt({ reply, request }: RequestRecord): string {
  const isReplied = reply.status !== null || reply.disconnectedAfterMs !== undefined;
  const waits = !isReplied && request.state === 'complete';
  return waits ? 'No response from the target yet.' : 'Not sent to a target: replay sends it.';
}
