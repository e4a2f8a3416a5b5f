import type { Attempt } from '../model/attempt.ts';
import type { Body } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { option, phrase } from '../model/phrase.ts';
import { type RequestRecord, type RequestState, urlOf, type Withholding } from '../model/request.ts';
import { type BodyKind, bodyView } from './body.ts';
import { formFields } from './form.ts';
import { inFlags } from './in-flags.ts';
import { type MaskOptions, maskHeaders, maskSecrets } from './mask.ts';
import { type Paint, plainPaint } from './paint.ts';
import { printable, printableLatin1 } from './printable.ts';
import { signatureText, verdictText } from './sender-text.ts';
import { countText, sizeText } from './size.ts';
import { attemptStatus, httpStatus } from './status.ts';
import { paintLine, type Span, type StyledLine } from './styled.ts';
import { dateText, durationText, limitText, preciseTimeText } from './time.ts';

export interface ViewOptions extends MaskOptions {
  /** Columns that a hexdump may use; 80 unless given. */
  readonly columns?: number | undefined;
}

export interface ShowOptions extends ViewOptions {
  readonly paint?: Paint | undefined;
}

type Recorded = Omit<RequestRecord, 'seq'>;

/** All of a recorded request for people: request line, classification, headers, body, and the attempts with their responses. */
export function* showLines(record: Recorded, options: ShowOptions = {}): Generator<string> {
  const { paint = plainPaint } = options;
  for (const line of recordLines(record, options)) yield paintLine(line, paint);
}

function* recordLines(record: Recorded, options: ViewOptions): Generator<StyledLine> {
  const { request, attempts } = record;
  const version = ` HTTP/${printable(request.httpVersion)}`;
  yield [['strong', requestLineText(request, options) + version]];
  yield [];
  yield* factLines(record, options);
  yield [];
  yield* headerLines(request.headers, options);
  if (request.trailers.length > 0) {
    yield [['dim', 'trailers']];
    yield* headerLines(request.trailers, options);
  }
  yield [];
  yield* bodyLines(request.body, request.headers, options);
  for (const attempt of attempts) {
    yield [];
    yield* attemptLines(attempt, options);
  }
}

/** Method and request target of a request, printable, configured secrets masked. */
export function requestLineText(
  request: { readonly method: string; readonly requestTarget: string },
  options: MaskOptions = {},
): string {
  return `${printable(request.method)} ${maskSecrets(printableLatin1(request.requestTarget), options)}`;
}

const factColumns = 10;

/** The properties of a request beside its bytes: a name and a value on each line. */
export function* factLines(
  { request, reply, classification, redeliveryOf, deliveries, attempts, ...withholding }: Recorded,
  options: ViewOptions = {},
): Generator<StyledLine> {
  const fact = (name: string, ...value: Span[]): StyledLine => [['dim', name.padEnd(factColumns)], ...value];
  const when = `${dateText(request.receivedAt)} ${preciseTimeText(request.receivedAt)}`;
  yield fact('id', ['plain', printable(request.id)]);
  yield fact('received', ['plain', `${when}, in ${durationText(request.ms)}`]);
  yield fact('from', ['plain', printable(request.remoteAddress)]);
  yield fact('url', ['plain', maskSecrets(printableLatin1(urlOf(request)), options)]);
  yield* queryLines(request.requestTarget, options, fact);
  yield fact('session', ['plain', printable(request.project)]);
  yield fact('body', ['plain', sizeText(request.body.size)], ...stateWords(request.state));
  if (classification.provider !== null) {
    yield fact('provider', ['plain', printable(classification.provider)]);
    if (classification.event !== null) yield fact('event', ['plain', printable(classification.event)]);
    if (classification.eventId !== null) {
      const again = redeliveryOf === undefined ? '' : `, redelivery of ${printable(redeliveryOf)}`;
      yield fact('delivery', ['plain', printable(classification.eventId)], ['warn', again]);
    }
    yield fact('signature', [
      signatureText(classification.verification).tone,
      verdictText(classification.verification),
    ]);
  }
  if (reply.status !== null) {
    const { text, tone } = httpStatus(reply.status);
    const live = attempts.find(({ kind }) => kind === 'forward');
    const limit = live && reply.by === 'target' && live.ms <= (classification.replyDeadlineMs ?? 0);
    const share = limit
      ? `, ${durationText(live.ms)} of the ${limitText(classification.replyDeadlineMs!)} ${printable(classification.provider ?? '')} waits`
      : '';
    yield fact('reply', [tone, text], ['plain', ` by the ${printable(reply.by ?? 'listener')}${share}`]);
  }
  if (reply.disconnectedAfterMs !== undefined) {
    const after = durationText(reply.disconnectedAfterMs);
    yield fact('sender', ['warn', `disconnected after ${after}, before its reply`]);
  }
  yield* withholdingLines(withholding, fact);
  for (const { target, state } of deliveries) {
    if (state === 'pending') yield fact('waiting', ['plain', `${printable(target)} has not received it yet`]);
  }
  const late = attempts.find(
    ({ kind, ms }) => kind === 'forward' && ms > (classification.replyDeadlineMs ?? Infinity),
  );
  if (late) {
    const limit = limitText(classification.replyDeadlineMs!);
    yield fact('late', [
      'warn',
      `${durationText(late.ms)}, and ${printable(classification.provider ?? '')} waits ${limit} for a reply`,
    ]);
  }
}

/** More parameters of a query are counted only. */
const mostParameters = 20;

/** The parameters of a query, decoded: nothing where the URL reads as well. */
function* queryLines(
  requestTarget: string,
  options: MaskOptions,
  fact: (name: string, ...value: Span[]) => StyledLine,
): Generator<StyledLine> {
  const start = requestTarget.indexOf('?');
  if (start < 0 || !/[%+&]|[^ -~]/.test(requestTarget.slice(start))) return;
  const query = Buffer.from(requestTarget.slice(start + 1), 'latin1').toString('utf8');
  let count = 0;
  for (const [name, value] of formFields(query.replace(/#.*$/s, ''))) {
    if (count++ === mostParameters) {
      yield fact('', ['dim', '…']);
      return;
    }
    yield fact(count === 1 ? 'query' : '', [
      'plain',
      maskSecrets(`${printable(name)} = ${printable(value)}`, options),
    ]);
  }
}

/** The reason that keeps a request from being delivered, and the command that delivers it all the same. */
function* withholdingLines(
  { refusal, handledBy }: Withholding,
  fact: (name: string, ...value: Span[]) => StyledLine,
): Generator<StyledLine> {
  if (refusal !== null) {
    yield fact('refused', ['warn', printable(refusal)], ['plain', ': only replay sends it']);
  }
  if (handledBy !== null) {
    const how = refusal === null ? inFlags(phrase`: only replay and forward ${option('all')} send it`) : '';
    yield fact('handled', ['plain', `by the ${printable(handledBy)}${how}`]);
  }
}

function stateWords(state: RequestState): Span[] {
  switch (state) {
    case 'complete':
      return [];
    case 'truncated':
      return [['bad', inFlags(phrase`: more than ${option('maxBody')} allows, only the beginning was kept`)]];
    case 'aborted':
      return [['bad', ': the sender disconnected before all of it arrived']];
  }
}

/** One attempt with the target's response, or why there was none. */
function* attemptLines(attempt: Attempt, options: ViewOptions = {}): Generator<StyledLine> {
  yield* attemptHead(attempt, options);
  const { response } = attempt.outcome;
  if (!response) return;
  yield [];
  yield* bodyLines(response.body, response.headers, options);
}

/** The lines of an attempt before the body of the response: its number, its outcome, the headers of the response. */
export function* attemptHead(attempt: Attempt, options: ViewOptions = {}): Generator<StyledLine> {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
  const statusText = outcome.response?.statusText;
  const phrase = !failed && statusText ? ` ${printableLatin1(statusText)}` : '';
  const when = `${dateText(attempt.startedAt)} ${preciseTimeText(attempt.startedAt)}`;
  const heading = `attempt ${attempt.number}, ${printable(attempt.kind)} to ${printable(attempt.target)}`;
  yield [['strong', heading]];
  yield [
    [tone, text + phrase],
    ['plain', ` in ${durationText(attempt.ms)}`],
    ['dim', `  ${when}`],
  ];
  if (failed) yield [['plain', printable(failed.message)]];
  if (attempt.sent) {
    const edited = requestLineText(attempt.sent, options);
    yield [['plain', `sent edited: ${edited}, ${sizeText(attempt.sent.body.size)}`]];
  }
  if (!outcome.response) return;
  yield [];
  yield* headerLines(outcome.response.headers, options);
}

/** Header fields, one a line, secrets masked. */
export function* headerLines(headers: HeaderList, options: MaskOptions = {}): Generator<StyledLine> {
  for (const [name, value] of maskHeaders(headers, options)) {
    yield [
      ['dim', `${printableLatin1(name)}:`],
      ['plain', ` ${printableLatin1(value)}`],
    ];
  }
}

/** A body as people read it, a line at a time, with what they should know of it before and after. */
function* bodyLines(body: Body, headers: HeaderList, options: ViewOptions = {}): Generator<StyledLine> {
  const view = bodyView(body, headers, { columns: options.columns, markBroken: true });
  if (view.note) yield [['dim', `(${view.note})`]];
  for (const line of view.lines) yield styledBodyLine(maskSecrets(line, options), view.kind);
  if (view.unread > 0) {
    yield [['dim', `… ${sizeText(view.unread)} more (${countText(body.size)} bytes in all)`]];
  }
}

const key = /^( *)("(?:[^"\\]|\\.)*")(: .*)$/;

/** Longer lines are not worth looking for a key. */
const maxKeyLine = 10_000;

function styledBodyLine(line: string, kind: BodyKind): StyledLine {
  if (kind === 'empty') return [['dim', line]];
  const match = kind === 'json' && line.length <= maxKeyLine ? key.exec(line) : null;
  if (!match) return [['plain', line]];
  return [
    ['plain', match[1]!],
    ['key', match[2]!],
    ['plain', match[3]!],
  ];
}
