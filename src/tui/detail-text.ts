import { decodeText, unpack } from '../format/decode.ts';
import { mediaTypeOf } from '../format/media-type.ts';
import { printable } from '../format/printable.ts';
import { attemptHead, factLines, headerLines, requestLineText } from '../format/show.ts';
import { sizeText } from '../format/size.ts';
import { attemptStatus } from '../format/status.ts';
import { lineWidth, type StyledLine, wrapLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import { cut, wrapWords } from '../format/width.ts';
import type { Attempt, TargetResponse } from '../model/attempt.ts';
import type { RequestRecord } from '../model/request.ts';
import type { Finding } from './findings.ts';
import { type LazyLines, lazyLines } from './lazy-lines.ts';

/** Its fields as lines of at most `columns`. */
export function headerText(record: RequestRecord, columns: number): LazyLines {
  return lazyLines(headers(record), columns, `… more: webhook-cli show ${record.request.id}`);
}

/** Below this width, and on the small screens that have it, how it went comes before the facts. */
const narrow = 40;

/** What stands above the body in the overview: what it is, who sent it, how it went. */
export function* overviewHead(
  record: RequestRecord,
  columns: number,
  finding?: Finding,
): Generator<StyledLine> {
  const { request, attempts } = record;
  const facts = [...factLines(record)].map((line) => ({
    isFirst: firstFacts.has(line[0]?.[1].trim() ?? ''),
    lines: columns < narrow ? [line] : [...hanging(line, columns)],
  }));
  const linesOf = (first: boolean) =>
    facts.filter(({ isFirst }) => isFirst === first).flatMap(({ lines }) => lines);
  const verdict = [...linesOf(true), ...(finding ? findingLines(finding, request.id, columns) : [])];
  yield [['strong', requestLineText(request)]];
  if (columns >= narrow) yield [];
  yield* verdict;
  for (const attempt of attempts) yield* attemptRow(attempt, columns);
  if (columns >= narrow && verdict.length + attempts.length > 0) yield [];
  yield* linesOf(false);
  yield [];
}

/** Who sent what, and is it genuine: the questions that come before all others. */
const firstFacts = new Set(['provider', 'event', 'delivery', 'signature', 'late', 'waiting']);

/** A fact whose value goes on below itself, not below its name. */
function* hanging([name, ...value]: StyledLine, columns: number): Generator<StyledLine> {
  let isFirst = true;
  for (const line of wrapLine(value, columns - kindColumns)) {
    yield [isFirst && name ? name : ['plain', ' '.repeat(kindColumns)], ...line];
    isFirst = false;
  }
}

/** What the doctor says of the signature: what is wrong, and how to mend it. */
function* findingLines(
  { message, hint, details }: Finding,
  id: string,
  columns: number,
): Generator<StyledLine> {
  const indent = columns < narrow ? 0 : kindColumns;
  const inLines = (text: string) =>
    text.split('\n').flatMap((line) => wrapWords(printable(line), Math.max(10, columns - indent)));
  for (const line of inLines(message)) yield [['warn', ' '.repeat(indent) + line]];
  const more = details ? [`How, for each framework: webhook-cli verify ${id}`] : [];
  for (const line of [hint, ...more].flatMap(inLines)) yield [['plain', ' '.repeat(indent) + line]];
}

const kindColumns = 10;

function* attemptRow(attempt: Attempt, columns: number): Generator<StyledLine> {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  yield attemptSummary(attempt, columns);
  const indent = columns < narrow ? 2 : kindColumns;
  if (failed) {
    for (const line of wrapWords(printable(failed.message), columns - indent)) {
      yield [['plain', ' '.repeat(indent) + line]];
    }
  } else if (outcome.response && outcome.response.status >= 400) {
    const said = answerText(outcome.response);
    if (said !== '') yield [['plain', ' '.repeat(indent) + cut(said, columns - indent)]];
  }
}

const mostAnswerBytes = 2_048;

/** The beginning of what an answer says, on one line. */
function answerText({ body, headers }: TargetResponse): string {
  const { bytes } = unpack(body.bytes(mostAnswerBytes), headers);
  const text = decodeText(bytes, mediaTypeOf(headers).charset);
  return printable(text.slice(0, mostAnswerBytes).replace(/\s+/g, ' ').trim());
}

/** An attempt on one line: why it was made, how it went, what came where there is room for it, when. */
export function attemptSummary(attempt: Attempt, columns = Number.POSITIVE_INFINITY): StyledLine {
  const whole = summaryOf(attempt, true);
  return lineWidth(whole) <= columns ? whole : summaryOf(attempt, false);
}

function summaryOf(attempt: Attempt, withSize: boolean): StyledLine {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
  const answer = outcome.response && withSize ? `, ${sizeText(outcome.response.body.size)}` : '';
  return [
    ['dim', attempt.kind.padEnd(kindColumns)],
    [tone, text],
    ['plain', ` in ${durationText(attempt.ms)}${answer}`],
    ['dim', `  ${timeText(attempt.startedAt)}`],
    ...(attempt.sent ? [['warn', '  edited'] as const] : []),
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

/** What stands above an answer's body: which attempt it was, how it went, the answer's fields. */
export function* answerHead(attempt: Attempt): Generator<StyledLine> {
  yield* attemptHead(attempt);
  if (attempt.outcome.response) yield [];
}

/** Why there is no attempt, in a sentence. */
export function noAttempt({ reply, request }: RequestRecord): string {
  const isReplied = reply.status !== null || reply.disconnectedAfterMs !== undefined;
  const waits = !isReplied && request.state === 'complete';
  return waits ? 'The target has not answered yet.' : 'It was sent to no target. r sends it.';
}
