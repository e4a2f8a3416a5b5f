import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { BodySink } from '../model/body.ts';
import { createCrowd } from '../model/crowd.ts';
import { UserError } from '../model/errors.ts';
import { headersFromFlat } from '../model/headers.ts';
import type { Reply } from '../model/reply.ts';
import type { Arrival } from '../model/request.ts';
import { addressesOf, type TunnelSide } from './addresses.ts';
import { discardRest, readArrival } from './arrival.ts';
import { createArrivals } from './arrivals.ts';
import { createDepartures } from './departures.ts';
import { type Gate, type Refusal, refusalReply, type Visitor } from './gate.ts';
import { flawReply, tooManyReply, tooSlowReply } from './limit-replies.ts';
import type { Pace } from './pace.ts';
import { flawOf, refuseConnect, refuseUnreadable } from './refusal.ts';
import { sendReply } from './send-reply.ts';
import { declineUpgrades } from './upgrade.ts';

export interface ListenerOptions {
  /** Any free port if 0. */
  readonly port: number;
  /** The addresses to listen on, all with the same port; those this machine does not have are left out. */
  readonly addresses: readonly string[];
  /** A body over this many bytes is recorded as truncated and answered 413. */
  readonly maxBodyBytes: number;
  /** How long a sender may take for the head of a request, and for silence within its body. */
  readonly headTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** How slowly a body may come. */
  readonly pace: Pace;
  /** So many requests may arrive at once: the next is answered 503. Those that are there and wait do not count. */
  readonly mostArriving: number;
  /** Who may come in; everybody unless given. */
  readonly gate?: Gate | undefined;
  /** Have those who may not come in recorded, too: `receive` is told why they were turned away. */
  readonly recordRefused: boolean;
  /** Where a body goes as it arrives. */
  readonly openBody: () => BodySink;
  /** What becomes of a request; must not reject. For an aborted one there is nobody to send the reply to. */
  readonly receive: (arrival: Arrival, sender: Sender, refusal?: Refusal) => Promise<Reply>;
  /** The reply to a request whose body the store could not take. */
  readonly unrecordable: (error: unknown) => Reply;
  /** Told of what is answered but can't be recorded. */
  readonly refused: (status: number, reason: string) => void;
  /** Replies to a challenge by another command of the same user; undefined for every other request. */
  readonly answerChallenge?: ((headers: IncomingHttpHeaders) => Reply | undefined) | undefined;
  /** Set on the port that only the tunnel knows: there forwarded addresses count. */
  readonly tunnel?: TunnelSide;
}

/** The one who waits for the reply to a request. */
export interface Sender {
  readonly onHangUp: OnHangUp;
  /** Calls back if the sender was gone when its reply was sent: so many ms after the request's head had arrived. */
  readonly onMissed: (listener: (afterMs: number) => void) => void;
}

/** Calls back once if the sender hangs up before it has its reply; returns how to listen no more. */
export type OnHangUp = (listener: () => void) => () => void;

/** A bound port. Closing goes: stop accepting, wait or not, abort what still arrives, close. */
export interface Listener {
  readonly port: number;
  /** Takes no new connections and no further requests on those that are open. */
  stopAccepting(): void;
  /** Resolves when every request that began has been answered. */
  idle(): Promise<void>;
  /** Cuts off requests that have not arrived whole: they end as aborted. */
  abortArriving(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Long enough that a tunnel never reuses a connection that is just being closed. */
const keepAliveMs = 120_000;
/** Of the request target, names and values together; more is answered 431. */
const maxHeaderBytes = 128 * 1024;

/** Binds a port and answers HTTP/1.x on it. Rejects with a UserError if the port is taken. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const servers: Server[] = [];
  const arrivals = createArrivals(options);
  const unanswered = createCrowd<ServerResponse>();
  const flawed = new WeakSet<Socket>();
  const departures = createDepartures();
  let idleWaiters: (() => void)[] = [];
  let accepting = true;
  let port = options.port;
  try {
    for (const address of options.addresses) {
      const server = createHttpServer();
      const bound = await bind(server, address, port);
      if (bound === undefined) continue;
      port = bound;
      servers.push(server);
    }
  } catch (error) {
    arrivals.close();
    await closeAll(servers);
    throw error;
  }
  if (servers.length === 0)
    throw new UserError('failed', 'This machine has no loopback address to listen on.');

  return {
    port,
    stopAccepting() {
      accepting = false;
      for (const server of servers) {
        server.close();
        server.closeIdleConnections();
      }
    },
    idle: () =>
      unanswered.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve)),
    abortArriving: () => arrivals.abort(),
    close: () => {
      arrivals.close();
      return closeAll(servers);
    },
  };

  function createHttpServer(): Server {
    const server = createServer({
      keepAliveTimeout: keepAliveMs,
      headersTimeout: options.headTimeoutMs,
      // Half the time at most is added to it, and no more than Node's own 30 s.
      connectionsCheckingInterval: Math.min(options.headTimeoutMs / 2, 30_000),
      // A body may take as long as it keeps coming: silence ends it, below.
      requestTimeout: 0,
      maxHeaderSize: maxHeaderBytes,
      noDelay: true,
      // Node would answer 400 by itself and say nothing of it.
      requireHostHeader: false,
    });
    // By default Node drops, without a word, what is beyond some thousand fields: their size is limit enough.
    server.maxHeadersCount = 0;
    // A sender that has said all, as nc does at the end of its input, may still read what it is answered.
    Object.assign(server, { httpAllowHalfOpen: true });
    // Node watches the connection, not the request: it is silent, too, while a target thinks or nobody sends.
    server.setTimeout(options.bodyTimeoutMs, (socket) => arrivals.abort(socket));
    server.on('connection', departures.watch);
    const restoreFields = declineUpgrades(server, whenAnswered);
    const arrive = (waitsForContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
      restoreFields(request);
      take(request, response, waitsForContinue);
    };
    server.on('request', arrive(false));
    server.on('checkContinue', arrive(true));
    // Any other expectation is an ordinary header here: whether it can be met is the target's to say.
    server.on('checkExpectation', arrive(false));
    server.on('connect', (_request, socket) => refuseConnect(socket as Socket, options.refused));
    server.on('clientError', (error, socket) => {
      // It has its answer, and nothing more is read of it.
      if (flawed.has(socket as Socket)) return void socket.end();
      if (options.tunnel && isUnused(error, socket as Socket)) return;
      if (!answersWholeRequest(socket as Socket)) refuseUnreadable(error, socket as Socket, options.refused);
    });
    return server;
  }

  /** What follows a request that is whole is no reason to leave that unanswered: its answer is the connection's last. */
  function answersWholeRequest(socket: Socket): boolean {
    const pending = unanswered.members().filter(({ req }) => req.socket === socket && req.complete);
    for (const response of pending) response.shouldKeepAlive = false;
    return pending.length > 0;
  }

  /** Calls back when what has come on a connection is answered, or its sender is gone. */
  function whenAnswered(socket: Socket, then: () => void): void {
    const pending = unanswered.members().filter(({ req }) => req.socket === socket);
    let left = pending.length;
    if (left === 0) then();
    for (const response of pending) {
      response.once('close', () => {
        left--;
        if (left === 0) then();
      });
    }
  }

  function take(request: IncomingMessage, response: ServerResponse, waitsForContinue: boolean): void {
    const flaw = flawOf(request);
    if (flaw) {
      flawed.add(request.socket);
      options.refused(flaw.status, flaw.reason);
      turnAway(request, response, flawReply(flaw));
      return;
    }
    const own = options.tunnel?.answerProbe(request.headers) ?? options.answerChallenge?.(request.headers);
    if (own) {
      request.resume();
      sendReply(response, own, true);
      return;
    }
    const refusal = options.gate?.(visitorOf(request, options.tunnel), Date.now());
    if (refusal) options.refused(refusal.status, refusal.reason);
    if (refusal && !options.recordRefused) {
      turnAway(request, response, refusalReply(refusal));
      return;
    }
    if (arrivals.isFull()) {
      options.refused(503, `${options.mostArriving} other requests are arriving at once`);
      turnAway(request, response, tooManyReply());
      return;
    }
    const tooLarge =
      waitsForContinue && Number(request.headers['content-length'] ?? 0) > options.maxBodyBytes;
    if (waitsForContinue && !tooLarge) response.writeContinue();
    read(request, response, tooLarge, refusal);
  }

  /** Answers a request of which nothing is kept. */
  function turnAway(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    discardRest(request);
    sendReply(response, reply, false, request);
  }

  function read(
    request: IncomingMessage,
    response: ServerResponse,
    tooLarge: boolean,
    refusal: Refusal | undefined,
  ): void {
    let arrived = () => {};
    let tellMissed: ((afterMs: number) => void) | undefined;
    const started = performance.now();
    const leave = unanswered.add(response);
    const answer = (reply: Reply | undefined, wasRead: boolean) => {
      if (reply) {
        departures.follow(response, (leftAt) => tellMissed?.(Math.max(0, leftAt - started)));
        sendReply(response, reply, accepting && wasRead, wasRead ? undefined : request);
      }
      leave();
      if (unanswered.size === 0) tellIdle();
    };
    const arriving = readArrival(request, options, tooLarge, (result) => {
      arrived();
      if (result.type === 'unrecordable') {
        answer(options.unrecordable(result.error), false);
        return;
      }
      const { state } = result.arrival;
      const onHangUp: OnHangUp = (listener) => {
        if (response.destroyed) queueMicrotask(listener);
        response.once('close', listener);
        // Whoever ends his side may still read an answer, but nobody waits long like that.
        request.socket.once('end', listener);
        return () => {
          response.off('close', listener);
          request.socket.off('end', listener);
        };
      };
      const onMissed = (listener: (afterMs: number) => void) => {
        tellMissed = listener;
      };
      options.receive(result.arrival, { onHangUp, onMissed }, refusal).then((reply) => {
        // For an aborted one there is nobody to send it to, unless we ended it.
        if (state === 'aborted') answer(result.tooSlow ? tooSlowReply() : undefined, false);
        else answer(reply, state === 'complete');
      });
    });
    // Of one that is too large nothing is read.
    if (!tooLarge) arrived = arrivals.add(arriving);
  }

  function tellIdle(): void {
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

/**
 * Whether a head timed out of which nothing has come: a tunnel connects ahead of need and waits, and a 408 would
 * become the answer to the next request. The head of what comes later has the same time again.
 */
function isUnused(error: NodeJS.ErrnoException, socket: Socket): boolean {
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
}

function visitorOf(request: IncomingMessage, tunnel: TunnelSide | undefined): Visitor {
  return {
    sender: addressesOf(request, tunnel).sender,
    requestTarget: request.url ?? '',
    headers: headersFromFlat(request.rawHeaders),
  };
}

/** The port that was bound, or undefined where this machine lacks the address (no IPv6). */
function bind(server: Server, address: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined);
      else reject(cannotBind(error, address, port));
    });
    server.listen({ port, host: address }, () => resolve((server.address() as AddressInfo).port));
  });
}

function cannotBind(error: NodeJS.ErrnoException, address: string, port: number): UserError {
  const cause = { cause: error };
  if (error.code === 'EADDRINUSE') {
    return new UserError(
      'port-in-use',
      `Port ${port} is in use by another program.`,
      'Choose another with --port, or leave --port out to get a free one.',
      cause,
    );
  }
  if (error.code === 'EACCES') {
    return new UserError(
      'failed',
      `Port ${port} needs privileges.`,
      'Choose one above 1023 with --port.',
      cause,
    );
  }
  return new UserError(
    'failed',
    `${address}:${port} can't be listened on: ${error.message}.`,
    undefined,
    cause,
  );
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}
