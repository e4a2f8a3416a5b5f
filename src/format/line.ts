import type { Attempt, Outcome } from '../model/attempt.ts';
import type { HeldStanding } from '../model/held.ts';
import type { RequestSummary } from '../model/request.ts';
import { heldText } from './held.ts';
import { type MaskOptions, maskSecrets } from './mask.ts';
import { type Paint, plainPaint } from './paint.ts';
import { printable, printableLatin1 } from './printable.ts';
import { lateText, senderText, signatureText } from './sender-text.ts';
import { sizeText } from './size.ts';
import { attemptStatus, type StatusText, statusOf } from './status.ts';
import { type Symbols, unicodeSymbols } from './symbols.ts';
import { targetName } from './target-name.ts';
import { durationText, timeText } from './time.ts';
import { cut, textWidth } from './width.ts';

/** The properties of a request that a line shows. */
export type LineRequest = Pick<
  RequestSummary,
  | 'id'
  | 'project'
  | 'receivedAt'
  | 'ms'
  | 'method'
  | 'requestTarget'
  | 'bodySize'
  | 'state'
  | 'reply'
  | 'classification'
  | 'redeliveryOf'
  | 'lastAttempt'
  | 'isHeld'
> & {
  /** The target that it goes to; absent: none, or the line does not say. */
  readonly target?: string | undefined;
};

export interface RequestLineOptions extends MaskOptions {
  readonly paint?: Paint | undefined;
  readonly symbols?: Symbols | undefined;
}

export interface SessionLineOptions extends RequestLineOptions {
  /** The terminal's width: the line is shortened to it, what matters least first. */
  readonly columns?: number | undefined;
}

/** What a line leaves out: nothing; the size; also what is usual of the signature; also the sender. */
const lengths = ['full', 'no-size', 'no-remarks', 'no-sender'] as const;

type Length = (typeof lengths)[number];

/** Below this width of the path something else is left out. */
const wantedPathColumns = 24;
const minPathColumns = 8;

/**
 * A request on one line, as headless `listen` prints it: time, status, method, path and target, ms, sender and
 * signature, size, id. Every control character of captured text is escaped.
 */
export function requestLine(request: LineRequest, options: SessionLineOptions = {}): string {
  const { columns, symbols = unicodeSymbols } = options;
  const path = targetText(request, options);
  const pathColumns = textWidth(path);
  const lineOf = (shown: string, length: Length, paint = options.paint) =>
    lineWith(shown, request, length, { ...options, paint });
  if (columns === undefined) return lineOf(path, 'full');
  const roomFor = (length: Length) => columns - textWidth(lineOf('', length, plainPaint));
  const wanted = Math.min(pathColumns, wantedPathColumns);
  const length = lengths.find((each) => roomFor(each) >= wanted) ?? 'no-sender';
  return lineOf(cut(path, Math.max(minPathColumns, roomFor(length)), symbols.ellipsis), length);
}

function lineWith(path: string, request: LineRequest, length: Length, options: RequestLineOptions): string {
  const { paint = plainPaint, symbols = unicodeSymbols } = options;
  const { target, lastAttempt } = request;
  const isRetry = lastAttempt?.kind === 'retry';
  const to = target === undefined ? '' : ` ${symbols.arrow} ${targetName(target)}`;
  return [
    paint('dim', timeText(isRetry ? lastAttempt.startedAt : request.receivedAt)),
    marked(statusOf(request), options),
    `${printable(request.method)} ${path}${to}`,
    durationText(timeTaken(request)),
    ...(isRetry ? ['retry'] : []),
    ...senderParts(request, length, options),
    ...lateParts(request, options),
    ...(length === 'full' ? [sizeText(request.bodySize)] : []),
    paint('dim', printable(request.id)),
  ].join('  ');
}

function senderParts(
  { classification, reply, redeliveryOf }: LineRequest,
  length: Length,
  { paint = plainPaint, symbols = unicodeSymbols }: RequestLineOptions,
): string[] {
  const isRefused = reply.by === 'listener' && reply.status === 401;
  if (classification.provider === null && !isRefused) return [];
  const isBrief = length === 'no-remarks' || length === 'no-sender';
  const { mark, text, tone } = signatureText(classification.verification);
  const why =
    isRefused && mark === 'none' ? `${text}: ${printable(classification.verification.reason ?? '')}` : text;
  const isUsual = mark === 'ok' || (mark === 'none' && !isRefused);
  return [
    ...(classification.provider === null || length === 'no-sender' ? [] : [senderText(classification)]),
    ...(isBrief && isUsual ? [] : [paint(tone, mark === 'none' ? why : `${symbols[mark]} ${text}`)]),
    ...(redeliveryOf === undefined || isBrief
      ? []
      : [paint('dim', `redelivery of ${printable(redeliveryOf)}`)]),
  ];
}

function lateParts(request: LineRequest, { paint = plainPaint }: RequestLineOptions): string[] {
  const late = lateText(request);
  return late === undefined ? [] : [paint('warn', late)];
}

export interface AttemptLineOptions extends RequestLineOptions {
  /** How the delivery to its target is held; the line says that in place of the failure. */
  readonly standing?: HeldStanding | undefined;
}

/** An attempt on one line, as `replay` and `forward` print it: how it went, ms, size of the response, id, target. */
export function attemptLine(attempt: Attempt, options: AttemptLineOptions = {}): string {
  const { paint = plainPaint, symbols = unicodeSymbols, standing } = options;
  const { outcome } = attempt;
  const failure = outcome.type === 'failed' ? printable(outcome.message) : '';
  const why = standing ? heldText(standing, { symbols }) : failure;
  return [
    outcomeText(outcome, attempt.ms, options),
    `${printable(attempt.requestId)} ${symbols.arrow} ${printable(attempt.target)}`,
    ...(attempt.sent ? [paint('dim', attempt.sent.change ?? 'edited')] : []),
    ...(why === '' ? [] : [paint(standing ? 'warn' : 'dim', why)]),
  ].join('  ');
}

/** A request that stays held without an attempt, on one line: its id, its target, and why. */
export function heldLine(id: string, standing: HeldStanding, options: RequestLineOptions = {}): string {
  const { paint = plainPaint, symbols = unicodeSymbols } = options;
  return [
    marked({ text: 'held', tone: 'warn' }, options),
    `${printable(id)} ${symbols.arrow} ${printable(standing.target)}`,
    paint('warn', heldText(standing, { symbols })),
  ].join('  ');
}

/** The outcome of an attempt: in a word or number, in how many ms, and the size of the response. */
export function outcomeText(outcome: Outcome, ms: number, options: RequestLineOptions = {}): string {
  const code = outcome.type === 'failed' ? outcome.code : undefined;
  return [
    marked(attemptStatus(outcome.response?.status, code), options),
    durationText(ms),
    ...(outcome.response ? [sizeText(outcome.response.body.size)] : []),
  ].join('  ');
}

/** The request target, made visible, with what has to be masked in it masked. */
export function targetText(
  { requestTarget }: Pick<LineRequest, 'requestTarget'>,
  options: MaskOptions,
): string {
  return maskSecrets(printableLatin1(requestTarget), options);
}

function marked(
  status: StatusText,
  { paint = plainPaint, symbols = unicodeSymbols }: RequestLineOptions,
): string {
  const mark =
    status.tone === 'dim' ? '' : status.tone === 'bad' || status.tone === 'warn' ? symbols.bad : symbols.ok;
  const text = status.text === '…' ? symbols.waiting : status.text;
  return paint(status.tone, mark === '' ? text : `${mark} ${text}`);
}

/** The ms a line shows: of the newest attempt, or that the request took to arrive where there was none. */
export function timeTaken(request: Pick<RequestSummary, 'ms' | 'lastAttempt'>): number {
  return request.lastAttempt?.ms ?? request.ms;
}
