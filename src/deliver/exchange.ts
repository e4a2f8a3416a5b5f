import type { FailureCode, Outcome } from '../model/attempt.ts';
import type { Body, BodySink } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import type { Connection, Wire } from './connection.ts';
import { failureOf, timeoutFailure } from './failure.ts';

export type Exchange = ReturnType<typeof createExchange>;

/** What of the client's options an exchange goes by. */
export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly maxResponseBytes?: number | undefined;
  readonly openBody: () => BodySink;
}

export interface ExchangeEvents {
  /** Once, with how it went; undefined where nothing of the request can have been read, so that it is sent again. */
  readonly settled: (outcome: Outcome | undefined) => void;
  /** Once, when the connection is free for the next: that may be later, and never where the request is sent again. */
  readonly over: () => void;
  readonly mayRepeat: boolean;
  /** Whether the target has responded before. */
  readonly hasResponded: boolean;
  readonly requestBytes: number;
}

/** A request this short, with its head, reaches the target in one piece: all of it is read or nothing. */
const onePieceBytes = 8 * 1024;

/**
 * Follows one exchange and settles it once. These are the client's own callbacks, called as they come off the
 * parser: its promise API costs a fifth of the rate and merges repeated headers.
 */
export function createExchange(
  options: ExchangeOptions,
  target: Target,
  connection: Pick<Connection, 'begin' | 'wasAccepted'>,
  { settled: tell, over, mayRepeat, hasResponded, requestBytes }: ExchangeEvents,
) {
  const most = options.maxResponseBytes ?? Number.POSITIVE_INFINITY;
  let settled = false;
  let cut = false;
  let abort: ((error: Error) => void) | undefined;
  let wire: Wire | undefined;
  let head: { status: number; statusText: string; headers: HeaderList } | undefined;
  let sink: BodySink | undefined;
  let resumeReading: () => void = () => {};
  const timer = setTimeout(onTimeout, options.timeoutMs);

  function settle(outcome: Outcome | undefined): void {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    tell(outcome);
  }

  function stop(outcome: Outcome): void {
    settle(outcome);
    abort?.(noLongerWaitedFor());
  }

  function onTimeout(): void {
    const isAccepted = connection.wasAccepted();
    const failure = timeoutFailure(target, options.timeoutMs, {
      wire,
      isAccepted,
      hasHead: !!head,
      hasResponded,
    });
    cutShort(failure.code, failure.message);
  }

  /** Ends the exchange before its response is whole; what had come of it is kept. */
  function cutShort(code: FailureCode, message: string): void {
    if (settled || cut) return;
    cut = true;
    abort?.(noLongerWaitedFor());
    if (!head) settle({ type: 'failed', code, message });
    else {
      const came = { ...head, trailers: [] };
      const kept = (body: Body) => settle({ type: 'failed', code, message, response: { ...came, body } });
      Promise.resolve(sink!.end()).then(kept, () => settle({ type: 'failed', code, message }));
    }
  }

  function storeFailed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    stop({ type: 'failed', code: 'store', message: `the response could not be recorded: ${reason}` });
  }

  /**
   * Whether a request that was to go over a kept connection can't have been read by the target (RFC 9112 9.3.1): the
   * target had ended the connection before, or the system did not take a byte of it.
   */
  function wasUnread(error: Error): boolean {
    // A connection that was idle was reset before the request was written.
    if (!wire) return (error as NodeJS.ErrnoException).syscall === 'read';
    if (!wire.isKept || wire.received > 0 || requestBytes > onePieceBytes) return false;
    return wire.wasEnded || (error as NodeJS.ErrnoException).syscall === 'write';
  }

  return {
    onConnect(abortExchange: (error?: Error) => void) {
      if (settled || cut) abortExchange(noLongerWaitedFor());
      abort = abortExchange;
      wire = connection.begin();
    },
    onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
      if (status < 200) return true;
      head = { status, statusText, headers: headersOf(raw) };
      sink = options.openBody();
      resumeReading = resume;
      return true;
    },
    onData(chunk: Buffer): boolean {
      if (sink!.size + chunk.length > most) {
        cutShort('response-cut', `the response is larger than ${most} bytes`);
        return false;
      }
      const written = sink!.write(chunk);
      if (written === undefined) return true;
      written.then(() => resumeReading(), storeFailed);
      return false;
    },
    onComplete(raw: Buffer[] | null): void {
      over();
      const body = sink!.end();
      const whole = { ...head!, trailers: headersOf(raw ?? []) };
      if (body instanceof Promise) {
        body.then(
          (stored) => settle({ type: 'response', response: { ...whole, body: stored } }),
          storeFailed,
        );
      } else settle({ type: 'response', response: { ...whole, body } });
    },
    onError(error: Error): void {
      if (mayRepeat && !settled && !cut && wasUnread(error)) {
        settle(undefined);
        return;
      }
      over();
      if (settled || cut) return;
      if (!head && isNotSendable(error)) {
        settle(notSendable(error.message));
        return;
      }
      const isAccepted = connection.wasAccepted();
      const failure = failureOf(error, target, {
        wire,
        isAccepted,
        hasHead: head !== undefined,
        hasResponded,
      });
      cutShort(failure.code, failure.message);
    },
    /** Nobody waits for it any more. */
    interrupt(): void {
      cutShort('interrupted', 'webhook-cli was ended before the response came');
    },
    /** It is not even begun: the client would not try, or (no error) nobody waits for it any more. */
    refuse(error: unknown): void {
      if (error === undefined) this.interrupt();
      else settle(notSendable(error instanceof Error ? error.message : String(error)));
      over();
    },
  };
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
