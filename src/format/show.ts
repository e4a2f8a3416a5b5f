import type { Attempt } from '../model/attempt.ts';
import type { Body } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import type { RequestRecord } from '../model/request.ts';
import { type BodyKind, bodyView } from './body.ts';
import { fieldLines } from './field-lines.ts';
import { type MaskOptions, maskHeaders, maskSecrets } from './mask.ts';
import { type Paint, plainPaint } from './paint.ts';
import { printable, printableLatin1 } from './printable.ts';
import { countText, sizeText } from './size.ts';
import { attemptStatus } from './status.ts';
import { paintLine, type StyledLine } from './styled.ts';
import { dateText, durationText, preciseTimeText } from './time.ts';

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
  yield* fieldLines(record, options);
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
    const { change = 'edited', body } = attempt.sent;
    const line = requestLineText(attempt.sent, options);
    yield [['plain', `sent ${change}: ${line}, ${sizeText(body.size)}`]];
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
