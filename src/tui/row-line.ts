import { signatureText } from '../format/facts.ts';
import { timeTaken } from '../format/line.ts';
import type { Tone } from '../format/paint.ts';
import { printable, printableLatin1 } from '../format/printable.ts';
import { sizeText } from '../format/size.ts';
import { statusOf } from '../format/status.ts';
import type { Span, StyledLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import { padded } from '../format/width.ts';
import type { RequestSummary } from '../model/request.ts';

export interface RowOptions {
  readonly columns: number;
  /** Whether names are shown, because requests of several are. */
  readonly names: boolean;
  readonly marked: boolean;
}

const nameColumns = 12;

/** Of the longest status there is; on narrow lists long ones are cut. */
const statusColumns = 12;
const narrowStatusColumns = 9;

/**
 * A request as a row of exactly `columns`: when, who sent what, how it went, how long that took, how large it was and
 * whether it is genuine. What there is no room for is left out, size and method first.
 */
export function rowLine(request: RequestSummary, options: RowOptions): StyledLine {
  if (options.columns < 60) return narrowRow(request, options);
  return options.columns < 90 ? middleRow(request, options) : wideRow(request, options);
}

function narrowRow(request: RequestSummary, { columns, marked }: RowOptions): StyledLine {
  const status = statusOf(request);
  const room = columns - 21;
  const what = request.facts.event === null ? `${methodOf(request)} ${pathOf(request)}` : eventOf(request);
  return [
    ['dim', ` ${timeText(request.receivedAt).slice(0, 5)} `],
    ['plain', padded(what, room)],
    markSpan(request, marked, 1),
    [status.tone, padded(status.text, narrowStatusColumns, 'right')],
    ['plain', ' '],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

function middleRow(request: RequestSummary, options: RowOptions): StyledLine {
  const { columns, names, marked } = options;
  const room = columns - (1 + 8 + 2 + 3 + narrowStatusColumns + 1 + 7 + 1 + 1 + 1) - nameWidth(names);
  return [
    ...whenSpans(request, names),
    ...whoAndWhat(request, room, false),
    markSpan(request, marked, 3),
    ...outcomeSpans(request, narrowStatusColumns, { gap: 1, forTime: 7 }),
    ['plain', ' '],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

function wideRow(request: RequestSummary, options: RowOptions): StyledLine {
  const { columns, names, marked } = options;
  const forStatus = columns < 110 ? narrowStatusColumns : statusColumns;
  const room = columns - (1 + 8 + 2 + 3 + forStatus + 2 + 8 + 2 + 7 + 1 + 1 + 1) - nameWidth(names);
  return [
    ...whenSpans(request, names),
    ...whoAndWhat(request, room, true),
    markSpan(request, marked, 3),
    ...outcomeSpans(request, forStatus, { gap: 2, forTime: 8 }),
    ['dim', `  ${padded(sizeText(request.bodySize), 7, 'right')} `],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

function nameWidth(names: boolean): number {
  return names ? nameColumns + 1 : 0;
}

function whenSpans(request: RequestSummary, names: boolean): StyledLine {
  return [
    ['dim', ` ${timeText(request.receivedAt)}  `],
    ...(names ? [['dim', `${padded(printable(request.name), nameColumns)} `] as const] : []),
  ];
}

const providerColumns = 9;
const methodColumns = 7;

/** Less than this is not worth showing a path in, beside the event. */
const leastPath = 14;
const mostEvent = 30;
/** Less than this is not worth showing a method for. */
const leastEvent = 22;
/** The event's share of the room: a path is longer, a narrow list needs its end all the same. */
const eventShare = { wide: 0.6, narrow: 0.55 };

/**
 * Provider and event where they are known, then method and path; all of the room is the path's where they are not,
 * and the event's where there is not enough for both.
 */
function whoAndWhat(request: RequestSummary, room: number, withMethod: boolean): StyledLine {
  const { provider, event } = request.facts;
  const method = `${padded(methodOf(request), methodColumns)} `;
  const forAll = room - (provider === null ? 0 : providerColumns + 1);
  const sender: StyledLine =
    provider === null ? [] : [['key', `${padded(printable(provider), providerColumns)} `]];
  if (event === null) return [...sender, ['plain', method + padded(pathOf(request), forAll - method.length)]];
  const share = withMethod ? eventShare.wide : eventShare.narrow;
  // The method is what matters least: a webhook is nearly always a POST.
  for (const shown of withMethod ? [method, ''] : ['']) {
    const forEvent = Math.min(mostEvent, Math.floor((forAll - shown.length - 1) * share));
    const forPath = forAll - forEvent - 1 - shown.length;
    if (forPath < leastPath || (shown !== '' && forEvent < leastEvent)) continue;
    return [
      ...sender,
      ['strong', `${padded(eventOf(request), forEvent)} `],
      ['plain', shown + padded(pathOf(request), forPath)],
    ];
  }
  return [...sender, ['strong', padded(eventOf(request), forAll)]];
}

/** The status, and the time: against what the provider waits where that was most of it or too much. */
function outcomeSpans(
  request: RequestSummary,
  columns: number,
  { gap, forTime }: { readonly gap: number; readonly forTime: number },
): StyledLine {
  const { text, tone } = statusOf(request);
  return [
    [tone, padded(text, columns, 'right')],
    [timeTone(request), `${' '.repeat(gap)}${padded(answerTime(request), forTime, 'right')}`],
  ];
}

function timeTone({ facts: { answerLimitMs }, lastAttempt }: RequestSummary): Tone {
  if (answerLimitMs === null || lastAttempt?.kind !== 'forward') return 'plain';
  if (lastAttempt.ms > answerLimitMs) return 'bad';
  return lastAttempt.ms > answerLimitMs / 2 ? 'warn' : 'plain';
}

/** A `!` says in a character that the provider had stopped waiting. */
function answerTime(request: RequestSummary): string {
  const { state, lastAttempt, reply, isHeld } = request;
  const waits = isHeld || (state === 'complete' && !lastAttempt && reply.status === null);
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
