import type { Outcome } from '../model/attempt.ts';
import type { Body, BodySink } from '../model/body.ts';
import { messageOf } from '../model/errors.ts';
import type { HeaderList } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import type { Connection, Wire } from './connection.ts';
import { type ExchangeProgress, type Failure, failureOf, timeoutFailure } from './failure.ts';

/** The options of the client that an exchange uses. */
export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly maxResponseBytes?: number | undefined;
  readonly openBody: () => BodySink;
}

export interface ExchangeEvents {
  /** Called once with the outcome; undefined where nothing of the request can have been read, so that it is sent again. */
  readonly settled: (outcome: Outcome | undefined) => void;
  /** Called once when the connection is free for the next: that may be later, and never where the request is sent again. */
  readonly over: () => void;
  readonly mayRepeat: boolean;
  /** The target has responded before. */
  readonly hasResponded: boolean;
  readonly requestBytes: number;
}

/** A request this short, with its head, reaches the target in one piece: all of it is read or nothing. */
const onePieceBytes = 8 * 1024;

/** State of one exchange. */
interface ExchangeState {
  readonly options: ExchangeOptions;
  readonly target: Target;
  readonly connection: Pick<Connection, 'begin' | 'wasAccepted'>;
  readonly events: ExchangeEvents;
  timer: NodeJS.Timeout | undefined;
  settled: boolean;
  /** It was ended before its response was whole. */
  cut: boolean;
  abort: ((error: Error) => void) | undefined;
  wire: Wire | undefined;
  head: { readonly status: number; readonly statusText: string; readonly headers: HeaderList } | undefined;
  sink: BodySink | undefined;
  resumeReading: () => void;
}

/** The callbacks of one exchange, called by the HTTP client as they come off its parser. */
export interface Exchange {
  onConnect(abort: (error?: Error) => void): void;
  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean;
  onData(chunk: Buffer): boolean;
  onComplete(raw: Buffer[] | null): void;
  onError(error: Error): void;
  /** Ends it because nothing waits for it any more. */
  interrupt(): void;
  /** Ends it before it began: the client would not try, or (no error) nothing waits for it any more. */
  refuse(error: unknown): void;
}

/**
 * Follows one exchange and settles it once. These are the client's own callbacks: its promise API costs a fifth of the
 * rate and merges repeated headers.
 */
export function createExchange(
  options: ExchangeOptions,
  target: Target,
  connection: ExchangeState['connection'],
  events: ExchangeEvents,
): Exchange {
  const state: ExchangeState = {
    options,
    target,
    connection,
    events,
    timer: undefined,
    settled: false,
    cut: false,
    abort: undefined,
    wire: undefined,
    head: undefined,
    sink: undefined,
    resumeReading: () => {},
  };
  state.timer = setTimeout(onTimeout, options.timeoutMs, state);
  return {
    onConnect(abort) {
      if (state.settled || state.cut) abort(noLongerWaitedFor());
      state.abort = abort;
      state.wire = connection.begin();
    },
    onHeaders(status, raw, resume, statusText) {
      if (status < 200) return true;
      state.head = { status, statusText, headers: headersOf(raw) };
      state.sink = options.openBody();
      state.resumeReading = resume;
      return true;
    },
    onData: (chunk) => onData(state, chunk),
    onComplete: (raw) => onComplete(state, raw),
    onError: (error) => onError(state, error),
    interrupt: () => interrupt(state),
    refuse(error) {
      if (error === undefined) interrupt(state);
      else settle(state, notSendable(messageOf(error)));
      events.over();
    },
  };
}

function settle(state: ExchangeState, outcome: Outcome | undefined): void {
  if (state.settled) return;
  state.settled = true;
  clearTimeout(state.timer);
  state.events.settled(outcome);
}

/** Ends the exchange before its response is whole; what had come of it is kept. */
function cutShort(state: ExchangeState, { code, message }: Failure): void {
  if (state.settled || state.cut) return;
  state.cut = true;
  state.abort?.(noLongerWaitedFor());
  const { head, sink } = state;
  if (!head) settle(state, { type: 'failed', code, message });
  else {
    const kept = (body: Body) =>
      settle(state, { type: 'failed', code, message, response: { ...head, trailers: [], body } });
    Promise.resolve(sink!.end()).then(kept, () => settle(state, { type: 'failed', code, message }));
  }
}

function interrupt(state: ExchangeState): void {
  cutShort(state, { code: 'interrupted', message: 'webhook-cli was stopped before the response arrived' });
}

function onTimeout(state: ExchangeState): void {
  cutShort(state, timeoutFailure(state.target, state.options.timeoutMs, progressOf(state)));
}

function onData(state: ExchangeState, chunk: Buffer): boolean {
  const sink = state.sink!;
  const most = state.options.maxResponseBytes ?? Number.POSITIVE_INFINITY;
  if (sink.size + chunk.length > most) {
    const message = `the response is larger than ${most} bytes`;
    cutShort(state, { code: 'response-cut', message });
    return false;
  }
  const written = sink.write(chunk);
  if (written === undefined) return true;
  written.then(
    () => state.resumeReading(),
    (error: unknown) => storeFailed(state, error),
  );
  return false;
}

function onComplete(state: ExchangeState, raw: Buffer[] | null): void {
  state.events.over();
  const body = state.sink!.end();
  const whole = { ...state.head!, trailers: headersOf(raw ?? []) };
  if (body instanceof Promise) {
    body.then(
      (stored) => settle(state, { type: 'response', response: { ...whole, body: stored } }),
      (error: unknown) => storeFailed(state, error),
    );
  } else settle(state, { type: 'response', response: { ...whole, body } });
}

function onError(state: ExchangeState, error: Error): void {
  const { events, head } = state;
  if (events.mayRepeat && !state.settled && !state.cut && wasUnread(state, error)) {
    settle(state, undefined);
    return;
  }
  events.over();
  if (state.settled || state.cut) return;
  if (!head && isNotSendable(error)) settle(state, notSendable(error.message));
  else cutShort(state, failureOf(error, state.target, progressOf(state)));
}

function storeFailed(state: ExchangeState, error: unknown): void {
  const message = `the response could not be recorded: ${messageOf(error)}`;
  settle(state, { type: 'failed', code: 'store', message });
  state.abort?.(noLongerWaitedFor());
}

function progressOf({ wire, connection, head, events }: ExchangeState): ExchangeProgress {
  const isAccepted = connection.wasAccepted();
  return { wire, isAccepted, hasHead: head !== undefined, hasResponded: events.hasResponded };
}

/**
 * True if a request that was to go over a kept connection can't have been read by the target (RFC 9112 9.3.1): the
 * target had ended the connection before, or the system did not take a byte of it.
 */
function wasUnread({ wire, events }: ExchangeState, error: Error): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  // A connection that was idle was reset before the request was written.
  if (!wire) return syscall === 'read';
  if (!wire.isKept || wire.received > 0 || events.requestBytes > onePieceBytes) return false;
  return wire.wasEnded || syscall === 'write';
}

function noLongerWaitedFor(): Error {
  return new Error('no longer waited for');
}

function isNotSendable(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED';
}

/** The outcome of a request that can't be put on the wire. */
export function notSendable(reason: string): Outcome {
  return {
    type: 'failed',
    code: 'not-sendable',
    message: `this request can't be sent by an HTTP client: ${reason}`,
  };
}

function headersOf(raw: readonly Buffer[]): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    headers.push([raw[index]!.toString('latin1'), raw[index + 1]!.toString('latin1')]);
  }
  return headers;
}
