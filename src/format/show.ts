import type { Attempt } from '../model/attempt.ts';
import type { Body } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { type RequestRecord, type RequestState, urlOf } from '../model/request.ts';
import { bodyView } from './body.ts';
import { type MaskOptions, maskHeaders, maskSecrets } from './mask.ts';
import { type Paint, plainPaint } from './paint.ts';
import { printable, printableLatin1 } from './printable.ts';
import { countText, sizeText } from './size.ts';
import { attemptStatus, httpStatus } from './status.ts';
import { dateText, durationText, preciseTimeText } from './time.ts';

export interface ShowOptions extends MaskOptions {
  readonly paint?: Paint | undefined;
  readonly columns?: number | undefined;
  /** How many lines of each body are shown; all that was read (2 MB) unless given. */
  readonly maxBodyLines?: number | undefined;
}

/** All of a recorded request for people: request line, facts, headers, body, and the attempts with their answers. */
export function* showLines(record: Omit<RequestRecord, 'seq'>, options: ShowOptions = {}): Generator<string> {
  const { paint = plainPaint } = options;
  const { request, attempts } = record;
  const requestLine = `${printable(request.method)} ${maskSecrets(printableLatin1(request.requestTarget), options)}`;
  yield paint('strong', `${requestLine} HTTP/${printable(request.httpVersion)}`);
  yield '';
  for (const [name, value] of factsOf(record, options)) yield `${paint('dim', name.padEnd(9))} ${value}`;
  yield '';
  yield* headerLines(request.headers, options);
  if (request.trailers.length > 0) {
    yield paint('dim', 'trailers');
    yield* headerLines(request.trailers, options);
  }
  yield '';
  yield* bodyLines(request.body, request.headers, options);
  for (const attempt of attempts) {
    yield '';
    yield* attemptLines(attempt, options);
  }
}

/** What is known of a request beside its bytes: words and values for people. */
export function factsOf(
  { request, reply, owed }: Pick<RequestRecord, 'request' | 'reply' | 'owed'>,
  options: ShowOptions = {},
): [name: string, value: string][] {
  const { paint = plainPaint } = options;
  const facts: [string, string][] = [
    ['id', request.id],
    [
      'received',
      `${dateText(request.receivedAt)} ${preciseTimeText(request.receivedAt)}, in ${durationText(request.ms)}`,
    ],
    ['from', printable(request.remoteAddress)],
    ['url', maskSecrets(printableLatin1(urlOf(request)), options)],
    ['session', printable(request.name)],
    ['body', `${sizeText(request.body.size)}${stateWords(request.state)}`],
  ];
  if (reply.status !== null) {
    const { text, tone } = httpStatus(reply.status);
    facts.push(['answered', `${paint(tone, text)} by the ${reply.by ?? 'listener'}`]);
  }
  for (const { to, state } of owed) {
    if (state === 'open') facts.push(['waiting', `${printable(to)} has still to get it`]);
  }
  return facts;
}

function stateWords(state: RequestState): string {
  switch (state) {
    case 'complete':
      return '';
    case 'truncated':
      return ': more than --max-body allows, only the beginning was kept';
    case 'aborted':
      return ': the sender hung up before all of it was here';
  }
}

/** One attempt with the target's answer, or why there was none. */
export function* attemptLines(attempt: Attempt, options: ShowOptions = {}): Generator<string> {
  const { paint = plainPaint } = options;
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
  const phrase = outcome.response?.statusText ? ` ${printableLatin1(outcome.response.statusText)}` : '';
  const heading = `attempt ${attempt.number}, ${attempt.kind} to ${printable(attempt.to)}`;
  const when = `${dateText(attempt.startedAt)} ${preciseTimeText(attempt.startedAt)}`;
  yield `${paint('strong', heading)}  ${paint('dim', when)}`;
  yield `${paint(tone, `${text}${failed ? '' : phrase}`)} in ${durationText(attempt.ms)}`;
  if (failed) yield printable(failed.message);
  if (attempt.sent) {
    const { method, requestTarget, body } = attempt.sent;
    const edited = `${printable(method)} ${maskSecrets(printableLatin1(requestTarget), options)}`;
    yield `sent edited: ${edited}, ${sizeText(body.size)}`;
  }
  if (!outcome.response) return;
  yield '';
  yield* headerLines(outcome.response.headers, options);
  yield '';
  yield* bodyLines(outcome.response.body, outcome.response.headers, options);
}

/** Header fields, one a line, secrets masked. */
export function* headerLines(headers: HeaderList, options: ShowOptions = {}): Generator<string> {
  const { paint = plainPaint } = options;
  for (const [name, value] of maskHeaders(headers, options)) {
    yield `${paint('dim', `${printableLatin1(name)}:`)} ${printableLatin1(value)}`;
  }
}

function* bodyLines(body: Body, headers: HeaderList, options: ShowOptions): Generator<string> {
  const { paint = plainPaint, maxBodyLines = Number.POSITIVE_INFINITY } = options;
  const view = bodyView(body, headers, { columns: options.columns });
  if (view.note) yield paint('dim', `(${view.note})`);
  let shown = 0;
  for (const line of view.lines) {
    if (shown++ >= maxBodyLines) {
      yield paint('dim', '… more lines');
      break;
    }
    yield maskSecrets(line, options);
  }
  if (view.unread > 0)
    yield paint('dim', `… ${sizeText(view.unread)} more (${countText(body.size)} bytes in all)`);
}
