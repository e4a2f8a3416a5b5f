import { timeTaken } from '../../format/line.ts';
import type { Tone } from '../../format/paint.ts';
import { printable, printableLatin1 } from '../../format/printable.ts';
import { markSymbol, signatureText } from '../../format/sender-text.ts';
import { sizeText } from '../../format/size.ts';
import { statusOf } from '../../format/status.ts';
import type { Span, StyledLine } from '../../format/styled.ts';
import { briefestTimeText, briefTimeText, durationText } from '../../format/time.ts';
import { padded, textWidth } from '../../format/width.ts';
import type { RequestSummary } from '../../model/request.ts';

/** Width and columns of a row. */
export interface RowOptions {
  readonly columns: number;
  /** The project of each request has a column. */
  readonly showProjects: boolean;
  readonly marked: boolean;
  /** The provider has a column. */
  readonly showProviderColumn: boolean;
  /** In ms since the epoch: rows of other days show the day. */
  readonly now: number;
}

const projectColumns = 12;

/** Width of the usual statuses. */
const minStatusColumns = 4;

/**
 * A request as a row of exactly `columns`: time, sender, event, request, status, duration, size and signature. Size and
 * method go first where there is no room.
 */
export function rowLine(request: RequestSummary, options: RowOptions): StyledLine {
  if (options.columns < 60) return narrowRow(request, options);
  const isWide = options.columns >= 90;
  const { columns, showProjects, marked } = options;
  const status = statusOf(request);
  const forStatus = statusColumns(status.text, request, marked);
  const fixed = 1 + 8 + 2 + 3 + minStatusColumns + timeColumns + 3 + (isWide ? 9 : 0);
  const room = columns - fixed - (showProjects ? projectColumns + 1 : 0);
  return [
    ['dim', ` ${briefTimeText(request.receivedAt, options.now)}  `],
    ...(showProjects ? [['dim', `${padded(printable(request.project), projectColumns)} `] as const] : []),
    ...senderAndRequest(request, room, { ...options, forStatus: forStatus - minStatusColumns }),
    flagsSpan(request, marked, 3),
    [status.tone, padded(status.text, forStatus, 'right')],
    [timeTone(request), padded(durationOf(request), timeColumns, 'right')],
    ['dim', isWide ? `  ${padded(sizeText(request.bodySize), 7, 'right')} ` : ' '],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

function narrowRow(request: RequestSummary, { columns, marked, now }: RowOptions): StyledLine {
  const status = statusOf(request);
  const forStatus = statusColumns(status.text, request, marked);
  const what =
    request.classification.event === null ? `${methodOf(request)} ${pathOf(request)}` : eventOf(request);
  return [
    ['dim', ` ${briefestTimeText(request.receivedAt, now)} `],
    ['plain', padded(what, columns - 11 - forStatus)],
    flagsSpan(request, marked, 1),
    [status.tone, padded(status.text, forStatus, 'right')],
    ['plain', ' '],
    signatureSpan(request),
    ['plain', ' '],
  ];
}

const providerColumns = 9;

/** Width of the usual methods; a longer one moves its path. */
const methodColumns = 4;

/** Width of ` waiting`. */
const timeColumns = 8;

/** In less than this the path is left out beside an event. */
const minPath = 8;
/** In less than this the method is left out before the path. */
const minPathWithMethod = 22;
const minEvent = 24;
const maxEvent = 30;

/**
 * Provider and event if known, then method and path; without an event the path gets all of the room. `forStatus`:
 * columns that a long status takes from the end of the room.
 */
function senderAndRequest(
  request: RequestSummary,
  room: number,
  { showProviderColumn, forStatus }: Pick<RowOptions, 'showProviderColumn'> & { readonly forStatus: number },
): StyledLine {
  const { provider, event } = request.classification;
  const sender: StyledLine = showProviderColumn
    ? [
        [
          provider === null ? 'dim' : 'key',
          `${padded(provider === null ? '—' : printable(provider), providerColumns)} `,
        ],
      ]
    : [];
  const forAll = room - (showProviderColumn ? providerColumns + 1 : 0);
  const call = `${methodOf(request).padEnd(methodColumns)} ${pathOf(request)}`;
  if (event === null) return [...sender, ['plain', padded(call, forAll - forStatus)]];
  const forEvent = Math.max(minEvent, Math.min(maxEvent, Math.floor(forAll * 0.45)));
  // The method is what matters least: a webhook is nearly always a POST.
  const where = forAll - forEvent - 1 < minPathWithMethod ? pathOf(request) : call;
  return [...sender, ...eventAndPath(eventOf(request), where, forEvent, forAll - forStatus)];
}

/**
 * The path begins behind the column of the events; one that does not fit without its query begins in the blanks behind
 * its own event.
 */
function eventAndPath(event: string, path: string, forEvent: number, room: number): StyledLine {
  const [withoutQuery = ''] = path.split('?', 1);
  const forPath = Math.min(textWidth(path), textWidth(withoutQuery) + 1);
  const wanted = Math.max(room - forPath, Math.min(forEvent, textWidth(event)) + 1);
  const begin = Math.min(forEvent + 1, wanted);
  if (room - begin < Math.min(minPath, textWidth(path))) return [['strong', padded(event, room)]];
  return [
    ['strong', `${padded(event, begin - 1)} `],
    ['plain', padded(path, room - begin)],
  ];
}

/** Warns of a live delivery that took most of the time that the provider waits, or more. */
function timeTone({ classification: { replyDeadlineMs }, lastAttempt }: RequestSummary): Tone {
  if (replyDeadlineMs === null || lastAttempt?.kind !== 'forward') return 'plain';
  if (lastAttempt.ms > replyDeadlineMs) return 'bad';
  return lastAttempt.ms > replyDeadlineMs / 2 ? 'warn' : 'plain';
}

/** `!`: the provider had stopped waiting. */
function durationOf(request: RequestSummary): string {
  const { state, lastAttempt, isHeld } = request;
  const waits = isHeld || (state === 'complete' && !lastAttempt && statusOf(request).text === '…');
  if (waits) return 'waiting';
  return durationText(timeTaken(request)) + (timeTone(request) === 'bad' ? '!' : '');
}

/** A longer status takes columns from its left neighbour, one of them as a gap behind flags. */
function statusColumns(text: string, request: RequestSummary, marked: boolean): number {
  const gap = flagsOf(request, marked) === '' ? 0 : 1;
  return Math.max(minStatusColumns, text.length + gap);
}

/** Marked by the user, redelivery, more than one attempt. */
function flagsOf({ redeliveryOf, attemptCount }: RequestSummary, marked: boolean): string {
  return [marked ? '•' : '', redeliveryOf === undefined ? '' : '»', attemptCount > 1 ? '↻' : ''].join('');
}

/** The flags, as many as there is room for. */
function flagsSpan(request: RequestSummary, marked: boolean, columns: number): Span {
  const flags = flagsOf(request, marked);
  // The first column stays empty as a gap.
  const room = Math.max(1, columns - 1);
  return [marked ? 'strong' : 'dim', flags.slice(0, room).padStart(columns)];
}

function signatureSpan({ classification }: RequestSummary): Span {
  const { mark, tone } = signatureText(classification.verification);
  return [tone, markSymbol(mark) || ' '];
}

function methodOf({ method }: RequestSummary): string {
  return printable(method);
}

function pathOf({ requestTarget }: RequestSummary): string {
  return printableLatin1(requestTarget);
}

function eventOf({ classification }: RequestSummary): string {
  return printable(classification.event ?? '');
}
