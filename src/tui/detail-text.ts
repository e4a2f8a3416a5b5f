import { printable } from '../format/printable.ts';
import { attemptHead, bodyLines, factLines, headerLines, requestLineText } from '../format/show.ts';
import { sizeText } from '../format/size.ts';
import { attemptStatus } from '../format/status.ts';
import type { StyledLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import { wrapWords } from '../format/width.ts';
import type { Attempt } from '../model/attempt.ts';
import type { RequestRecord } from '../model/request.ts';
import { type LazyLines, lazyLines } from './lazy-lines.ts';

/** The parts of a request that are text from top to bottom. */
export type TextPart = 'overview' | 'headers';

/** One part of a request as lines of at most `columns`. */
export function detailText(record: RequestRecord, part: TextPart, columns: number): LazyLines {
  const more = `… more: webhook-cli show ${record.request.id} --body`;
  return lazyLines(part === 'overview' ? overview(record, columns) : headers(record), columns, more);
}

/** Below this width and on the small screens that have it, how it went and the body come before the facts. */
const narrow = 50;

function* overview(record: RequestRecord, columns: number): Generator<StyledLine> {
  const { request, attempts } = record;
  const facts = function* (): Generator<StyledLine> {
    yield [];
    yield* factLines(record);
  };
  yield [['strong', requestLineText(request)]];
  if (columns >= narrow) yield* facts();
  if (attempts.length > 0) {
    yield [];
    for (const attempt of attempts) yield* attemptRow(attempt, columns);
  }
  yield [];
  yield* bodyLines(request.body, request.headers, { columns });
  if (columns < narrow) yield* facts();
}

const kindColumns = 10;

function* attemptRow(attempt: Attempt, columns: number): Generator<StyledLine> {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  yield attemptSummary(attempt);
  if (!failed) return;
  const indent = columns < narrow ? 2 : kindColumns;
  for (const line of wrapWords(printable(failed.message), columns - indent)) {
    yield [['plain', ' '.repeat(indent) + line]];
  }
}

/** An attempt on one line: why it was made, how it went, what came, when. */
export function attemptSummary(attempt: Attempt): StyledLine {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
  const answer = outcome.response ? `, ${sizeText(outcome.response.body.size)}` : '';
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
  const waits = reply.status === null && request.state === 'complete';
  return waits ? 'The target has not answered yet.' : 'It was sent to no target. r sends it.';
}
