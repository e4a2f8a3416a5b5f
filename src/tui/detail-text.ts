import { printable } from '../format/printable.ts';
import { attemptLines, bodyLines, factLines, headerLines, requestLineText } from '../format/show.ts';
import { sizeText } from '../format/size.ts';
import { attemptStatus } from '../format/status.ts';
import { type StyledLine, wrapLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import { wrapWords } from '../format/width.ts';
import type { Attempt } from '../model/attempt.ts';
import type { RequestRecord } from '../model/request.ts';
import type { Tab } from './state.ts';

/** Lines that are made when somebody scrolls to them. */
export interface LazyLines {
  /** `count` lines from `from` on, or the last ones if there are not that many, and where they begin. */
  slice(from: number, count: number): { readonly lines: readonly StyledLine[]; readonly from: number };
  /** How many there are, as far as that is known. */
  readonly known: number;
  /** Whether `known` is all. */
  readonly complete: boolean;
}

/** More lines than this nobody reads in a terminal: `show` prints them all. */
const maxLines = 20_000;

/** One part of a request as lines of at most `columns`. */
export function detailText(record: RequestRecord, tab: Tab, columns: number): LazyLines {
  return lazyLines(wrapped(linesOf(record, tab, columns), columns), record.request.id);
}

function lazyLines(source: Iterator<StyledLine>, id: string): LazyLines {
  const made: StyledLine[] = [];
  let complete = false;
  function makeUpTo(count: number): void {
    while (!complete && made.length < count) {
      const next = source.next();
      if (next.done) {
        complete = true;
      } else if (made.length >= maxLines) {
        made.push([['dim', `… more: webhook-cli show ${id} --body`]]);
        complete = true;
      } else {
        made.push(next.value);
      }
    }
  }
  return {
    slice(from, count) {
      makeUpTo(Math.min(from, maxLines) + count + 1);
      const start = Math.max(0, Math.min(from, made.length - count));
      return { lines: made.slice(start, start + count), from: start };
    },
    get known() {
      return made.length;
    },
    get complete() {
      return complete;
    },
  };
}

function* wrapped(lines: Iterable<StyledLine>, columns: number): Generator<StyledLine> {
  for (const line of lines) yield* wrapLine(line, columns);
}

function linesOf(record: RequestRecord, tab: Tab, columns: number): Iterable<StyledLine> {
  switch (tab) {
    case 'overview':
      return overview(record, columns);
    case 'headers':
      return headers(record);
    case 'body':
      return bodyLines(record.request.body, record.request.headers, { columns });
    case 'attempts':
      return attempts(record, columns);
  }
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
  const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
  const answer = outcome.response ? `, ${sizeText(outcome.response.body.size)}` : '';
  yield [
    ['dim', attempt.kind.padEnd(kindColumns)],
    [tone, text],
    ['plain', ` in ${durationText(attempt.ms)}${answer}`],
    ['dim', `  ${timeText(attempt.startedAt)}`],
  ];
  if (!failed) return;
  const indent = columns < narrow ? 2 : kindColumns;
  for (const line of wrapWords(printable(failed.message), columns - indent)) {
    yield [['plain', ' '.repeat(indent) + line]];
  }
}

function* headers({ request }: RequestRecord): Generator<StyledLine> {
  if (request.headers.length === 0) yield [['dim', '(no headers)']];
  yield* headerLines(request.headers);
  if (request.trailers.length === 0) return;
  yield [];
  yield [['dim', 'trailers']];
  yield* headerLines(request.trailers);
}

/** The newest first: it is the one that was just made. */
function* attempts(record: RequestRecord, columns: number): Generator<StyledLine> {
  if (record.attempts.length === 0) {
    const waits = record.reply.status === null && record.request.state === 'complete';
    yield [['dim', waits ? 'The target has not answered yet.' : 'It was sent to no target. r sends it.']];
  }
  for (const [index, attempt] of record.attempts.toReversed().entries()) {
    if (index > 0) yield [['dim', '─'.repeat(columns)]];
    yield* attemptLines(attempt, { columns });
  }
}
