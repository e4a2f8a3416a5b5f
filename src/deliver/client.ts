import { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import type { FailureCode, Outcome } from '../model/attempt.ts';
import { type Body, type BodySink, bodyPieceBytes } from '../model/body.ts';
import { createCrowd } from '../model/crowd.ts';
import { flatFromHeaders, type HeaderList } from '../model/headers.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import { failureOf } from './failure.ts';
import { tryEveryAddress } from './lookup.ts';
import { type HostHeader, type Sendable, sendableOf } from './sendable.ts';

export interface ClientOptions {
  /** For the whole exchange, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** For connecting alone. */
  readonly connectTimeoutMs: number;
  /** Accept certificates that nobody vouches for. */
  readonly insecure: boolean;
  readonly hostHeader: HostHeader;
  /** The random path that let a request in, if its target begins with one: it is not the target's to see. */
  readonly pathTokenOf: (requestTarget: string) => string | undefined;
  /** Where an answer's body goes as it arrives. */
  readonly openBody: () => BodySink;
  /** Aborting it ends what is under way as `interrupted`. */
  readonly signal: AbortSignal;
}

/** What of a request is sent. */
export type Sent = Pick<CapturedRequest, 'method' | 'requestTarget' | 'headers' | 'body'>;

/** Sends requests to targets, over connections that it keeps. */
export interface Client {
  /** One exchange, with `marks` behind the request's own fields. Never rejects: whatever goes wrong is an outcome. */
  send(request: Sent, target: Target, marks?: HeaderList): Promise<Outcome>;
  close(): Promise<void>;
}

export function createClient(options: ClientOptions): Client {
  const agent = new Agent({
    // The whole exchange has one clock, ours.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: options.connectTimeoutMs,
      rejectUnauthorized: !options.insecure,
      ...tryEveryAddress,
    },
    allowH2: false,
  });

  // One listener for all: a signal warns of more than ten, and each would cost a request.
  const underWay = createCrowd<Exchange>();
  options.signal.addEventListener('abort', () => {
    for (const exchange of underWay.members()) exchange.interrupt();
  });

  let connections = 0;
  agent.on('connect', () => connections++);

  function exchangeOnce(request: Sent, target: Target, sendable: Sendable): Promise<Outcome> {
    return new Promise((resolve) => {
      const exchange = createExchange(options, target, (outcome) => {
        left();
        resolve(outcome);
      });
      const left = underWay.add(exchange);
      if (options.signal.aborted) {
        exchange.interrupt();
        return;
      }
      try {
        agent.dispatch(
          dispatchOptions(request, target, sendable),
          exchange as unknown as Dispatcher.DispatchHandler,
        );
      } catch (error) {
        exchange.refuse(error);
      }
    });
  }

  return {
    async send(request, target, marks) {
      const token = options.pathTokenOf(request.requestTarget);
      const sendable = sendableOf(request, target, { hostHeader: options.hostHeader, marks, token });
      if ('reason' in sendable) return notSendable(sendable.reason);
      const before = connections;
      const outcome = await exchangeOnce(request, target, sendable);
      // No connection was made meanwhile, so it went over one that was kept, which the target has just closed, as
      // servers do after some seconds. On a new one it may be taken.
      const wasStale = outcome.type === 'failed' && outcome.code === 'reset' && connections === before;
      return wasStale ? exchangeOnce(request, target, sendable) : outcome;
    },
    close: () => agent.destroy(),
  };
}

function dispatchOptions(
  request: Sent,
  target: Target,
  { method, path, headers }: Sendable,
): Dispatcher.DispatchOptions {
  const flat = flatFromHeaders(headers);
  const { body } = request;
  const inPieces = body.size > bodyPieceBytes;
  if (inPieces) flat.push('Content-Length', String(body.size));
  return {
    origin: target.origin,
    path,
    method: method as Dispatcher.HttpMethod,
    headers: flat,
    body:
      body.size === 0
        ? null
        : inPieces
          ? Readable.from(body.stream(), { objectMode: false })
          : body.bytes(bodyPieceBytes),
    // Otherwise the client would take it from the Host field, which names the public address.
    ...(target.secure ? { servername: target.hostname } : {}),
  } as Dispatcher.DispatchOptions;
}

type Exchange = ReturnType<typeof createExchange>;

/**
 * Follows one exchange and settles it once. These are the client's own callbacks, called as they come off the
 * parser: its promise API costs a fifth of the rate and merges repeated headers.
 */
function createExchange(options: ClientOptions, target: Target, resolve: (outcome: Outcome) => void) {
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
    resolve(outcome);
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
      const written = sink!.write(chunk);
      if (written === undefined) return true;
      written.then(() => resumeReading(), storeFailed);
      return false;
    },
    onComplete(raw: Buffer[] | null): void {
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
    /** The client would not even try. */
    refuse(error: unknown): void {
      settle(notSendable(error instanceof Error ? error.message : String(error)));
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

function notSendable(reason: string): Outcome {
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
