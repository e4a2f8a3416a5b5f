import { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import type { Outcome } from '../model/attempt.ts';
import { type BodySink, bodyPieceBytes } from '../model/body.ts';
import { createCrowd } from '../model/crowd.ts';
import { flatFromHeaders, type HeaderList } from '../model/headers.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import { createExchange, type Exchange, notSendable } from './exchange.ts';
import { tryEveryAddress } from './lookup.ts';
import { type HostHeader, type Sendable, sendableOf } from './sendable.ts';
import { createSlots } from './slots.ts';

export interface ClientOptions {
  /** For the whole exchange, from connecting to the last byte of the answer; waiting for a connection does not count. */
  readonly timeoutMs: number;
  /** For connecting alone. */
  readonly connectTimeoutMs: number;
  /** Accept certificates that nobody vouches for. */
  readonly insecure: boolean;
  /** Connections to one target at once; 64 unless given. Whatever goes beyond that waits its turn. */
  readonly maxConnections?: number | undefined;
  /** A response body that is larger is not read to its end. */
  readonly maxResponseBytes?: number | undefined;
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

/** As many connections to one target at once, unless it is said. */
export const defaultMaxConnections = 64;

/** Of a response's head and trailers; more is a failure, never cut. */
const maxHeaderBytes = 128 * 1024;

export function createClient(options: ClientOptions): Client {
  const maxConnections = options.maxConnections ?? defaultMaxConnections;
  const slots = createSlots(maxConnections);
  const agent = new Agent({
    connections: maxConnections,
    maxHeaderSize: maxHeaderBytes,
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
    slots.letAllGo();
  });

  let connections = 0;
  agent.on('connect', () => connections++);

  /** Waits for a connection, then makes one exchange. */
  async function exchangeOnce(request: Sent, target: Target, sendable: Sendable): Promise<Exchanged> {
    const turn = slots.take(target.origin);
    if (turn) await turn;
    const before = connections;
    const outcome = await new Promise<Outcome>((resolve) => {
      const exchange = createExchange(options, target, {
        settled(outcome) {
          left();
          resolve(outcome);
        },
        over: () => slots.leave(target.origin),
      });
      const left = underWay.add(exchange);
      if (options.signal.aborted) {
        exchange.refuse(undefined);
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
    return { outcome, isNewConnection: connections !== before };
  }

  return {
    async send(request, target, marks) {
      const token = options.pathTokenOf(request.requestTarget);
      const sendable = sendableOf(request, target, { hostHeader: options.hostHeader, marks, token });
      if ('reason' in sendable) return notSendable(sendable.reason);
      const { outcome, isNewConnection } = await exchangeOnce(request, target, sendable);
      // No connection was made meanwhile, so it went over one that was kept, which the target has just closed, as
      // servers do after some seconds. On a new one it may be taken.
      const wasStale = outcome.type === 'failed' && outcome.code === 'reset' && !isNewConnection;
      return wasStale ? (await exchangeOnce(request, target, sendable)).outcome : outcome;
    },
    close: () => agent.destroy(),
  };
}

interface Exchanged {
  readonly outcome: Outcome;
  /** Whether the client connected meanwhile. */
  readonly isNewConnection: boolean;
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
