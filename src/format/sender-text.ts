import { type Classification, unsignedMark, type Verification } from '../model/classification.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Tone } from './paint.ts';
import { printable } from './printable.ts';
import { type Symbols, unicodeSymbols } from './symbols.ts';
import { limitText } from './time.ts';

/** The provider and the event, such as `stripe charge.succeeded`; empty if no provider is recognised. */
export function senderText({ provider, event }: Classification): string {
  return printable([provider, event].filter((part) => part !== null).join(' '));
}

export interface SignatureText {
  readonly mark: 'ok' | 'bad' | 'none';
  readonly text: string;
  readonly tone: Tone;
}

/** A verification in words: `valid`, or why it is not, or `unsigned`, or `unchecked`. */
export function signatureText({ result, reason }: Verification): SignatureText {
  switch (result) {
    case 'valid':
      return { mark: 'ok', text: 'valid', tone: 'good' };
    case 'invalid':
      return { mark: 'bad', text: printable(reason ?? 'invalid'), tone: 'bad' };
    case 'unchecked':
      return { mark: 'none', text: isUnsigned(reason) ? unsignedMark : 'unchecked', tone: 'dim' };
  }
}

/** The symbol of a verification; none for one that is not checked. */
export function markSymbol(mark: SignatureText['mark'], symbols: Symbols = unicodeSymbols): string {
  return mark === 'none' ? '' : symbols[mark];
}

/** The same as a sentence's end, with the reason: `invalid: …`, or what `bad` says in place of that. */
export function verdictText(verification: Verification, bad = 'invalid'): string {
  const { mark, text } = signatureText(verification);
  if (mark === 'ok') return text;
  if (mark === 'bad') return `${bad}: ${text}`;
  const reason = printable(verification.reason ?? '');
  return isUnsigned(reason) ? reason : `${text}: ${reason}`;
}

function isUnsigned(reason: string | null): boolean {
  return reason?.startsWith(`${unsignedMark}:`) ?? false;
}

/** That the target took longer than the provider waits, in words; undefined where it did not. */
export function lateText({
  classification: { replyDeadlineMs },
  lastAttempt,
}: Pick<RequestSummary, 'classification' | 'lastAttempt'>): string | undefined {
  if (replyDeadlineMs === null || lastAttempt?.kind !== 'forward' || lastAttempt.ms <= replyDeadlineMs)
    return undefined;
  return `over the ${limitText(replyDeadlineMs)} that the provider waits`;
}
