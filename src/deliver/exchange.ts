import type { FailureCode, Outcome } from '../model/attempt.ts';
import type { Body, BodySink } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import { failureOf } from './failure.ts';

export type Exchange = ReturnType<typeof createExchange>;

/** What of the client's options an exchange goes by. */
export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly maxResponseBytes?: number | undefined;
  readonly openBody: () => BodySink;
}

export interface ExchangeEvents {
  /** Once, with how it went. */
  readonly settled: (outcome: Outcome) => void;
  /** Once, when the connection is free for the next: that may be later. */
  readonly over: () => void;
}

/**
 * Follows one exchange and settles it once. These are the client's own callbacks, called as they come off the
 * parser: its promise API costs a fifth of the rate and merges repeated headers.
 */
export function createExchange(
  options: ExchangeOptions,
  target: Target,
  { settled: tell, over }: ExchangeEvents,
) {
  const most = options.maxResponseBytes ?? Number.POSITIVE_INFINITY;
  let settled = false;
  let cut = false;
  let abort: ((error: Error) => void) | undefined;
  let head: { status: number; statusText: string; headers: HeaderList } | undefined;
  let sink: BodySink | undefined;
  let resumeReading: () => void = () => {};
  const timer = setTimeout(onTimeout, options.timeoutMs);

  function settle(outcome: Outcome): void {
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
    const seconds = options.timeoutMs / 1000;
    cutShort('timeout', `${target.hostname}:${target.port} did not answer within ${seconds} s`);
  }

  /** Ends the exchange before its answer is whole; what had come of it is kept. */
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
    stop({ type: 'failed', code: 'store', message: `the answer could not be recorded: ${reason}` });
  }

  return {
    onConnect(abortExchange: (error?: Error) => void) {
      if (settled || cut) abortExchange(noLongerWaitedFor());
      abort = abortExchange;
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
        cutShort('answer-cut', `the response is larger than ${most} bytes`);
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
      over();
      if (settled || cut) return;
      const failure = failureOf(error, target);
      if (head) cutShort('answer-cut', `the answer broke off: ${failure.message}`);
      else if (isNotSendable(error)) settle(notSendable(error.message));
      else settle({ type: 'failed', ...failure });
    },
    /** Nobody waits for it any more. */
    interrupt(): void {
      cutShort('interrupted', 'webhook-cli was ended before the answer came');
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
