import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Outcome } from '../model/attempt.ts';
import { type Bag, createBag } from '../model/bag.ts';
import { type BodySink, bodyPieceBytes } from '../model/body.ts';
import { defaults } from '../model/defaults.ts';
import { flatFromHeaders, type HeaderList } from '../model/headers.ts';
import type { HostHeader } from '../model/host-header.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import type { HttpProxy } from '../proxy/proxy-for.ts';
import { type Connection, createConnection } from './connection.ts';
import { type Connections, createConnections } from './connections.ts';
import { createExchange, type Exchange, notSendable } from './exchange.ts';
import { type Sendable, sendableOf } from './sendable.ts';

export interface ClientOptions {
  /** For the whole exchange, from connecting to the last byte of the response; waiting for a connection does not count. */
  readonly timeoutMs: number;
  /** For connecting alone. */
  readonly connectTimeoutMs: number;
  /** Accept certificates that are not trusted. */
  readonly insecure: boolean;
  /** Connections to one target at once; 64 unless given. Whatever goes beyond that waits its turn. */
  readonly maxConnections?: number | undefined;
  /** A response body that is larger is not read to its end. */
  readonly maxResponseBytes?: number | undefined;
  /** The proxy that connects to every target; none unless given. */
  readonly proxy?: HttpProxy | undefined;
  readonly hostHeader: HostHeader;
  /** The random path that let a request in, if its target begins with one: it is not the target's to see. */
  readonly pathTokenOf: (requestTarget: string) => string | undefined;
  /** Opens the sink that the body of a response is written to as it arrives. */
  readonly openBody: () => BodySink;
  /** Aborting it ends what is under way as `interrupted`. */
  readonly signal: AbortSignal;
}

/** The parts of a request that are sent. */
export type OutgoingRequest = Pick<CapturedRequest, 'method' | 'requestTarget' | 'headers' | 'body'>;

/** Sends requests to targets, over connections that it keeps. */
export interface Client {
  /** One exchange, with `marks` behind the request's own fields. Never rejects: whatever goes wrong is an outcome. */
  send(request: OutgoingRequest, target: Target, marks?: HeaderList): Promise<Outcome>;
  close(): Promise<void>;
}

/** State of a client. */
interface ClientState {
  readonly options: ClientOptions;
  readonly connections: Connections<Connection>;
  /** Origins that have responded: they speak HTTP/1.x. */
  readonly responded: Set<string>;
  readonly underWay: Bag<Exchange>;
}

/** A client that keeps its connections until it is closed. */
export function createClient(options: ClientOptions): Client {
  const maxConnections = options.maxConnections ?? defaults.maxConnections;
  const state: ClientState = {
    options,
    connections: createConnections(maxConnections, (origin) => createConnection(origin, options)),
    responded: new Set(),
    underWay: createBag(),
  };
  const { connections, underWay } = state;
  // One listener for all: a signal warns of more than ten, and each would cost a request.
  const interruptAll = () => {
    for (const exchange of underWay.members()) exchange.interrupt();
    connections.letAllGo();
  };
  options.signal.addEventListener('abort', interruptAll, { once: true });
  return {
    send: (request, target, marks) => send(state, request, target, marks),
    close: async () => {
      options.signal.removeEventListener('abort', interruptAll);
      await Promise.all(connections.all().map((connection) => connection.destroy()));
    },
  };
}

async function send(
  state: ClientState,
  request: OutgoingRequest,
  target: Target,
  marks: HeaderList | undefined,
): Promise<Outcome> {
  const { options, connections } = state;
  const token = options.pathTokenOf(request.requestTarget);
  const sendable = sendableOf(request, target, { hostHeader: options.hostHeader, marks, token });
  if ('reason' in sendable) return notSendable(sendable.reason);
  const taken = connections.take(target.origin);
  const connection = taken instanceof Promise ? await taken : taken;
  const outcome = await exchangeOn(state, connection, request, target, sendable, true);
  // The target had closed the kept connection before: the same one is opened anew.
  return outcome ?? (await exchangeOn(state, connection, request, target, sendable, false))!;
}

/** One exchange on a connection, which is left when it is over: undefined if it must be made again. */
function exchangeOn(
  { options, connections, responded, underWay }: ClientState,
  connection: Connection,
  request: OutgoingRequest,
  target: Target,
  sendable: Sendable,
  mayRepeat: boolean,
): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const exchange = createExchange(options, target, connection, {
      settled(outcome) {
        left();
        if (outcome?.type === 'response') responded.add(target.origin);
        resolve(outcome);
      },
      over: () => connections.leave(target.origin, connection),
      mayRepeat,
      hasResponded: responded.has(target.origin),
      requestBytes: request.body.size,
    });
    const left = underWay.add(exchange);
    if (options.signal.aborted) {
      exchange.refuse(undefined);
      return;
    }
    try {
      connection.dispatch(
        dispatchOptions(request, target, sendable),
        exchange as unknown as Dispatcher.DispatchHandler,
      );
    } catch (error) {
      exchange.refuse(error);
    }
  });
}

function dispatchOptions(
  request: OutgoingRequest,
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
    // Otherwise the client would take it from the Host field, and connect anew whenever that is another.
    servername: target.hostname,
  } as Dispatcher.DispatchOptions;
}
