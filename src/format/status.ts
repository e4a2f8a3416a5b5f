import type { FailureCode } from '../model/attempt.ts';
import type { AttemptSummary, RequestSummary } from '../model/request.ts';
import type { Tone } from './paint.ts';
import { printable } from './printable.ts';

/** The outcome, in one word or number. */
export interface StatusText {
  readonly text: string;
  readonly tone: Tone;
}

/** The reason why there was no whole response, in at most 13 characters. */
const failureWords: Readonly<Record<FailureCode, string>> = {
  refused: 'refused',
  reset: 'disconnected',
  timeout: 'timed out',
  'not-found': 'no such host',
  unreachable: 'unreachable',
  tls: 'TLS failed',
  'bad-response': 'no HTTP',
  'response-cut': 'cut off',
  'not-sendable': 'not sendable',
  interrupted: 'interrupted',
  withheld: 'not sent',
  store: 'not recorded',
};

/** The status of a request: that it waits for its target, the newest attempt, the reply to the sender, or `…`. */
export function statusOf(
  request: Pick<RequestSummary, 'state' | 'reply' | 'lastAttempt' | 'isHeld'>,
): StatusText {
  const { state, reply, lastAttempt, isHeld } = request;
  if (state === 'aborted') return { text: 'aborted', tone: 'bad' };
  if (state === 'truncated') return { text: 'too large', tone: 'bad' };
  if (isHeld) return { text: 'held', tone: 'warn' };
  if (lastAttempt) return attemptStatus(lastAttempt.status, lastAttempt.errorCode);
  if (reply.disconnectedAfterMs !== undefined) return { text: 'disconnected', tone: 'warn' };
  return reply.status === null ? { text: '…', tone: 'dim' } : httpStatus(reply.status);
}

/** True for a request whose newest attempt failed, which its row shows in red; not while it is held. */
export function hasFailed({
  lastAttempt,
  isHeld,
}: {
  readonly lastAttempt: Pick<AttemptSummary, 'status' | 'errorCode'> | undefined;
  readonly isHeld: boolean;
}): boolean {
  if (!lastAttempt || isHeld) return false;
  return attemptStatus(lastAttempt.status, lastAttempt.errorCode).tone === 'bad';
}

/** The status of an attempt: its failure in a word if it has one, else the target's status. */
export function attemptStatus(status: number | undefined, errorCode: string | undefined): StatusText {
  // What the user withheld did not fail.
  if (errorCode !== undefined)
    return { text: failureWord(errorCode), tone: errorCode === 'withheld' ? 'warn' : 'bad' };
  return status === undefined ? { text: '…', tone: 'dim' } : httpStatus(status);
}

/** A failure code as a word for people. */
export function failureWord(code: string): string {
  return failureWords[code as FailureCode] ?? printable(code);
}

/** An HTTP status with its meaning for the reader. */
export function httpStatus(status: number): StatusText {
  return { text: String(status), tone: statusTone(status) };
}

function statusTone(status: number): Tone {
  if (status >= 500) return 'bad';
  if (status >= 400) return 'warn';
  if (status >= 300) return 'redirect';
  return status >= 200 ? 'good' : 'plain';
}
