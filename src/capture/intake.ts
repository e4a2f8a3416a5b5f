import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Bag, createBag } from '../model/bag.ts';
import type { BodySink } from '../model/body.ts';
import { headersFromFlat } from '../model/headers.ts';
import type { Reply } from '../model/reply.ts';
import type { Arrival } from '../model/request.ts';
import { type AccessControl, type Rejection, type RequestMeta, rejectionReply } from './access-control.ts';
import { addressesOf, type TunnelSide } from './addresses.ts';
import { type ArrivalResult, discardRest, readArrival } from './arrival.ts';
import { type ArrivingRequests, createArrivingRequests } from './arriving-requests.ts';
import { createDisconnects, type Disconnects } from './disconnects.ts';
import { protocolErrorReply, tooManyReply, tooSlowReply } from './limit-replies.ts';
import { protocolErrorOf } from './malformed-request.ts';
import type { Pace } from './pace.ts';
import { reportArrival } from './report-arrival.ts';
import { sendReply } from './send-reply.ts';
import { type TunnelRequests, tellTunnel } from './tunnel-requests.ts';

export interface IntakeOptions {
  /** Larger bodies are recorded as truncated and replied to with 413. */
  readonly maxBodyBytes: number;
  /** The least speed of a body. */
  readonly pace: Pace;
  /** Requests that may arrive at once: the next gets a 503. Those that are complete and wait do not count. */
  readonly mostArriving: number;
  /** Decides which requests are let in; all unless given. */
  readonly access?: AccessControl | undefined;
  /** Record rejected requests, too: `receive` gets the rejection. */
  readonly recordRefused: boolean;
  /** Opens the sink that a body is written to as it arrives. */
  readonly openBody: () => BodySink;
  /** Handles a request and returns the reply; must not reject. The sender of an aborted one gets none. */
  readonly receive: (arrival: Arrival, sender: Sender, rejection?: Rejection) => Promise<Reply>;
  /** The reply to a request whose body the store could not take. */
  readonly unrecordable: (error: unknown) => Reply;
  /** Called with requests that get a reply but can't be recorded. */
  readonly refused: (status: number, reason: string) => void;
  /** Replies to a challenge by another command of the same user; undefined for every other request. */
  readonly replyToChallenge?: ((headers: IncomingHttpHeaders) => Reply | undefined) | undefined;
  /** Set on the port that only the tunnel knows: there forwarded addresses count. */
  readonly tunnel?: TunnelSide;
}

/** The sender of a request that waits for its reply. */
export interface Sender {
  readonly onDisconnect: OnSenderDisconnect;
  /** Calls back if the sender had disconnected when its reply was sent: so many ms after the request's head had arrived. */
  readonly onMissed: (listener: (afterMs: number) => void) => void;
}

/** Calls back once if the sender disconnects before it has its reply; returns a function that stops listening. */
export type OnSenderDisconnect = (listener: () => void) => () => void;

/** State of a listener: the requests that have no reply yet. */
export interface Intake {
  readonly options: IntakeOptions;
  readonly arriving: ArrivingRequests;
  readonly unreplied: Bag<ServerResponse>;
  /** Connections whose request was malformed: they have their reply. */
  readonly malformed: WeakSet<Socket>;
  readonly disconnects: Disconnects;
  readonly tunnelRequests: TunnelRequests;
  idleWaiters: (() => void)[];
  /** Connections are kept open after a reply. */
  accepting: boolean;
}

/** The state of a listener that has got no request yet. */
export function createIntake(options: IntakeOptions): Intake {
  return {
    options,
    arriving: createArrivingRequests(options),
    unreplied: createBag(),
    malformed: new WeakSet(),
    disconnects: createDisconnects(),
    tunnelRequests: new WeakMap(),
    idleWaiters: [],
    accepting: true,
  };
}

/** Resolves when every request that began has its reply. */
export function whenIdle({ unreplied, idleWaiters }: Intake): Promise<void> {
  return unreplied.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));
}

/** Calls back when all requests of a connection have their replies, or their sender is gone. */
export function whenReplied({ unreplied }: Intake, socket: Socket, then: () => void): void {
  const pending = unreplied.members().filter(({ req }) => req.socket === socket);
  let left = pending.length;
  if (left === 0) then();
  for (const response of pending) {
    response.once('close', () => {
      left--;
      if (left === 0) then();
    });
  }
}

/**
 * True if a complete request of the connection waits for its reply, which then becomes the connection's last: what
 * follows such a request is no reason to leave it without one.
 */
export function hasCompleteRequest({ unreplied }: Intake, socket: Socket): boolean {
  const pending = unreplied.members().filter(({ req }) => req.socket === socket && req.complete);
  for (const response of pending) response.shouldKeepAlive = false;
  return pending.length > 0;
}

/** Takes a request whose head has arrived: replies at once, or reads it and passes it to `receive`. */
export function take(
  intake: Intake,
  request: IncomingMessage,
  response: ServerResponse,
  waitsForContinue: boolean,
): void {
  const { options, arriving } = intake;
  const error = protocolErrorOf(request);
  if (error) {
    intake.malformed.add(request.socket);
    options.refused(error.status, error.reason);
    turnAway(request, response, protocolErrorReply(error));
    return;
  }
  if (options.tunnel?.wantsReport(request.headers)) {
    if (waitsForContinue) response.writeContinue();
    reportArrival(request, (report) => sendReply(response, report, true));
    return;
  }
  const own = options.tunnel?.replyToProbe(request.headers) ?? options.replyToChallenge?.(request.headers);
  if (own) {
    request.resume();
    sendReply(response, own, true);
    return;
  }
  if (options.tunnel) tellTunnel(intake.tunnelRequests, options.tunnel, request, response);
  const rejection = options.access?.(metaOf(request, options.tunnel), Date.now());
  if (rejection) options.refused(rejection.status, rejection.reason);
  if (rejection && !options.recordRefused) {
    turnAway(request, response, rejectionReply(rejection));
    return;
  }
  if (arriving.isFull()) {
    options.refused(503, `${options.mostArriving} other requests are arriving at once`);
    turnAway(request, response, tooManyReply());
    return;
  }
  const tooLarge = waitsForContinue && Number(request.headers['content-length'] ?? 0) > options.maxBodyBytes;
  if (waitsForContinue && !tooLarge) response.writeContinue();
  read(intake, request, response, tooLarge, rejection);
}

/** Replies to a request of which nothing is kept. */
function turnAway(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  discardRest(request);
  sendReply(response, reply, false, request);
}

/** A request that was taken and has no reply yet. */
interface Exchange {
  readonly intake: Intake;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rejection: Rejection | undefined;
  /** Performance clock. */
  readonly started: number;
  /** Ends the waiting for its reply. */
  readonly leave: () => void;
  onMissed: ((afterMs: number) => void) | undefined;
}

function read(
  intake: Intake,
  request: IncomingMessage,
  response: ServerResponse,
  tooLarge: boolean,
  rejection: Rejection | undefined,
): void {
  const exchange: Exchange = {
    intake,
    request,
    response,
    rejection,
    started: performance.now(),
    leave: intake.unreplied.add(response),
    onMissed: undefined,
  };
  let arrived = () => {};
  const arriving = readArrival(request, intake.options, tooLarge, (result) => {
    arrived();
    handle(exchange, result);
  });
  // Of one that is too large nothing is read.
  if (!tooLarge) arrived = intake.arriving.add(arriving);
}

function handle(exchange: Exchange, result: ArrivalResult): void {
  const { options } = exchange.intake;
  if (result.type === 'unrecordable') {
    reply(exchange, options.unrecordable(result.error), false);
    return;
  }
  const { state } = result.arrival;
  options.receive(result.arrival, senderOf(exchange), exchange.rejection).then((received) => {
    // The sender of an aborted request is gone, unless we ended it.
    if (state === 'aborted') reply(exchange, result.tooSlow ? tooSlowReply() : undefined, false);
    else reply(exchange, received, state === 'complete');
  });
}

function senderOf(exchange: Exchange): Sender {
  const { request, response } = exchange;
  return {
    onDisconnect(listener) {
      if (response.destroyed) queueMicrotask(listener);
      response.once('close', listener);
      // A sender that ends its side may still read a reply, but none waits long like that.
      request.socket.once('end', listener);
      return () => {
        response.off('close', listener);
        request.socket.off('end', listener);
      };
    },
    onMissed(listener) {
      exchange.onMissed = listener;
    },
  };
}

function reply(exchange: Exchange, sent: Reply | undefined, wasRead: boolean): void {
  const { intake, request, response, started, leave } = exchange;
  if (sent) {
    intake.disconnects.follow(response, (at) => exchange.onMissed?.(Math.max(0, at - started)));
    sendReply(response, sent, intake.accepting && wasRead, wasRead ? undefined : request);
  }
  leave();
  if (intake.unreplied.size > 0) return;
  for (const resolve of intake.idleWaiters.splice(0)) resolve();
}

function metaOf(request: IncomingMessage, tunnel: TunnelSide | undefined): RequestMeta {
  return {
    sender: addressesOf(request, tunnel).sender,
    requestTarget: request.url ?? '',
    headers: headersFromFlat(request.rawHeaders),
  };
}
