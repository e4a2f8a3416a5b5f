import { timeTaken } from '../format/line.ts';
import type { Tone } from '../format/paint.ts';
import { printable, printableLatin1 } from '../format/printable.ts';
import { signatureText } from '../format/sender-text.ts';
import { sizeText } from '../format/size.ts';
import { statusOf } from '../format/status.ts';
import type { Span, StyledLine } from '../format/styled.ts';
import { briefestTimeText, briefTimeText, durationText } from '../format/time.ts';
import { padded } from '../format/width.ts';
import type { RequestSummary } from '../model/request.ts';

export interface RowOptions {
  readonly columns: number;
  /** Whether names are shown, because requests of several are. */
  readonly names: boolean;
  readonly marked: boolean;
  /** Whether there is a column for who sent it. */
  readonly providers: boolean;
  /** In ms since the epoch: rows of other days say which. */
  readonly now: number;
}

const nameColumns = 12;

/** Of the usual statuses; a longer one takes room from what is before it. */
const leastStatus = 4;

/**
 * A request as a row of exactly `columns`: when, who sent what, how it went, how long that took, how large it was and
 * whether it is genuine. What there is no room for is left out, size and method first.
 */
export function rowLine(request: RequestSummary, options: RowOptions): StyledLine {
  if (options.columns < 60) return narrowRow(request, options);
  const isWide = options.columns >= 90;
  const { columns, names, marked } = options;
  const status = statusOf(request);
  const forStatus = Math.max(leastStatus, status.text.length);
  const fixed = 1 + 8 + 2 + 3 + leastStatus + timeColumns + 3 + (isWide ? 9 : 0);
  const room = columns - fixed - (names ? nameColumns + 1 : 0);
  return [
    ['dim', ` ${briefTimeText(request.receivedAt, options.now)}  `],
    ...(names ? [['dim', `${padded(printable(request.name), nameColumns)} `] as const] : []),
    ...whoAndWhat(request, room, { ...options, forStatus: forStatus - leastStatus }),
    markSpan(request, marked, 3),
    [status.tone, padded(status.text, forStatus, 'right')],
    [timeTone(request), padded(answerTime(request), timeColumns, 'right')],
    ['dim', isWide ? `  ${padded(sizeText(request.bodySize), 7, 'right')} ` : ' '],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

function narrowRow(request: RequestSummary, { columns, marked, now }: RowOptions): StyledLine {
  const status = statusOf(request);
  const forStatus = Math.max(leastStatus, status.text.length);
  const what = request.facts.event === null ? `${methodOf(request)} ${pathOf(request)}` : eventOf(request);
  return [
    ['dim', ` ${briefestTimeText(request.receivedAt, now)} `],
    ['plain', padded(what, columns - 12 - forStatus)],
    markSpan(request, marked, 1),
    [status.tone, padded(status.text, forStatus, 'right')],
    ['plain', ' '],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

const providerColumns = 9;

/** Of the usual methods; a longer one moves its path. */
const methodColumns = 4;

/** Of `waiting`, and a space before it. */
const timeColumns = 8;

/** Less than this is not worth showing a path in, beside the event. */
const leastPath = 14;
/** Less than this is not worth showing a method in, before the path. */
const leastPathWithMethod = 22;
const leastEvent = 24;
const mostEvent = 30;

/**
 * Provider and event where they are known, then method and path; all of the room is the path's where they are not,
 * and the event's where there is not enough for both. `forStatus`: of the room, what the status takes of its end.
 */
function whoAndWhat(
  request: RequestSummary,
  room: number,
  { providers, forStatus }: Pick<RowOptions, 'providers'> & { readonly forStatus: number },
): StyledLine {
  const { provider, event } = request.facts;
  const sender: StyledLine = providers
    ? [
        [
          provider === null ? 'dim' : 'key',
          `${padded(provider === null ? '—' : printable(provider), providerColumns)} `,
        ],
      ]
    : [];
  const forAll = room - (providers ? providerColumns + 1 : 0);
  const call = `${methodOf(request).padEnd(methodColumns)} ${pathOf(request)}`;
  if (event === null) return [...sender, ['plain', padded(call, forAll - forStatus)]];
  const forEvent = Math.max(leastEvent, Math.min(mostEvent, Math.floor(forAll * 0.45)));
  const forPath = forAll - forEvent - 1;
  if (forPath < leastPath) return [...sender, ['strong', padded(eventOf(request), forAll - forStatus)]];
  return [
    ...sender,
    ['strong', `${padded(eventOf(request), forEvent)} `],
    // The method is what matters least: a webhook is nearly always a POST.
    ['plain', padded(forPath < leastPathWithMethod ? pathOf(request) : call, forPath - forStatus)],
  ];
}

/** The time against what the provider waits, where that was most of it or too much. */
function timeTone({ facts: { answerLimitMs }, lastAttempt }: RequestSummary): Tone {
  if (answerLimitMs === null || lastAttempt?.kind !== 'forward') return 'plain';
  if (lastAttempt.ms > answerLimitMs) return 'bad';
  return lastAttempt.ms > answerLimitMs / 2 ? 'warn' : 'plain';
}

/** A `!` says in a character that the provider had stopped waiting. */
function answerTime(request: RequestSummary): string {
  const { state, lastAttempt, isHeld } = request;
  const waits = isHeld || (state === 'complete' && !lastAttempt && statusOf(request).text === '…');
  if (waits) return 'waiting';
  return durationText(timeTaken(request)) + (timeTone(request) === 'bad' ? '!' : '');
}

/** Marked by the user, delivered before, sent more than once: as many as there is room for. */
function markSpan({ redeliveryOf, attemptCount }: RequestSummary, marked: boolean, columns: number): Span {
  const marks = [marked ? '•' : '', redeliveryOf === undefined ? '' : '»', attemptCount > 1 ? '↻' : ''].join(
    '',
  );
  // The first column keeps them apart from what is before.
  const room = Math.max(1, columns - 1);
  return [marked ? 'strong' : 'dim', marks.slice(0, room).padStart(columns)];
}

function signatureSpan({ facts }: RequestSummary): Span {
  const { mark, tone } = signatureText(facts.verification);
  return [tone, mark === 'ok' ? '✓' : mark === 'bad' ? '✗' : ' '];
}

function methodOf({ method }: RequestSummary): string {
  return printable(method);
}

function pathOf({ requestTarget }: RequestSummary): string {
  return printableLatin1(requestTarget);
}

function eventOf({ facts }: RequestSummary): string {
  return printable(facts.event ?? '');
}
