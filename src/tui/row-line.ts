import { timeTaken } from '../format/line.ts';
import { printable, printableLatin1 } from '../format/printable.ts';
import { sizeText } from '../format/size.ts';
import { statusOf } from '../format/status.ts';
import type { StyledLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import { padded } from '../format/width.ts';
import type { RequestSummary } from '../model/request.ts';

export interface RowOptions {
  readonly columns: number;
  /** Whether names are shown, because requests of several are. */
  readonly names: boolean;
}

const nameColumns = 12;

/** Of the longest status there is; on narrow lists long ones are cut. */
const statusColumns = 12;
const narrowStatusColumns = 9;

/** A request as a row of exactly `columns`: what came, how it went, how long it took, how large it was. */
export function rowLine(request: RequestSummary, { columns, names }: RowOptions): StyledLine {
  const status = statusOf(request);
  const path = printableLatin1(request.requestTarget);
  const method = printable(request.method);
  const again = request.attemptCount > 1 ? '↻' : ' ';
  if (columns < 60) {
    const room = columns - 19;
    return [
      ['dim', ` ${timeText(request.receivedAt).slice(0, 5)} `],
      ['plain', padded(`${method} ${path}`, room)],
      ['dim', ` ${again}`],
      [status.tone, padded(status.text, narrowStatusColumns, 'right')],
      ['plain', ' '],
    ];
  }
  const forStatus = columns < 90 ? narrowStatusColumns : statusColumns;
  const fixed = 1 + 8 + 2 + 8 + 2 + forStatus + 2 + 7 + 2 + 7 + 1;
  const room = Math.max(8, columns - fixed - (names ? nameColumns + 1 : 0));
  return [
    ['dim', ` ${timeText(request.receivedAt)}  `],
    ...(names ? [['dim', `${padded(printable(request.name), nameColumns)} `] as const] : []),
    ['plain', `${padded(method, 7)} ${padded(path, room)}`],
    ['dim', ` ${again}`],
    [status.tone, padded(status.text, forStatus, 'right')],
    ['plain', `  ${padded(answerTime(request), 7, 'right')}`],
    ['dim', `  ${padded(sizeText(request.bodySize), 7, 'right')} `],
  ];
}

function answerTime(request: RequestSummary): string {
  const { state, lastAttempt, reply, isHeld } = request;
  const waits = isHeld || (state === 'complete' && !lastAttempt && reply.status === null);
  return waits ? 'waiting' : durationText(timeTaken(request));
}
