import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasCompleteRequest, type Intake, type IntakeOptions, take, whenReplied } from './intake.ts';
import { rejectConnect, rejectUnreadable } from './malformed-request.ts';
import { declineUpgrades } from './upgrade.ts';

export interface HttpServerOptions extends IntakeOptions {
  /** The longest time for the head of a request, and for silence within its body. */
  readonly headTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

/** Long enough that a tunnel never reuses a connection that is just being closed. */
const keepAliveMs = 120_000;
/** Of the request target, names and values together; more gets a 431. */
const maxHeaderBytes = 128 * 1024;

/** A server, not yet bound, that hands every request of HTTP/1.x to an intake. */
export function createHttpServer(intake: Intake, options: HttpServerOptions): Server {
  const server = createServer({
    keepAliveTimeout: keepAliveMs,
    headersTimeout: options.headTimeoutMs,
    // Half the time at most is added to it, and no more than Node's own 30 s.
    connectionsCheckingInterval: Math.min(options.headTimeoutMs / 2, 30_000),
    // A body may take as long as it keeps coming: silence ends it, below.
    requestTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    noDelay: true,
    // Node would reply 400 by itself without any event.
    requireHostHeader: false,
  });
  // By default Node drops, without a word, what is beyond some thousand fields: their size is limit enough.
  server.maxHeadersCount = 0;
  // A sender that has ended its side, as nc does at the end of its input, may still read the reply.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Node watches the connection, not the request: it is silent, too, while a target thinks or nobody sends.
  server.setTimeout(options.bodyTimeoutMs, (socket) => intake.arriving.abort(socket));
  server.on('connection', intake.disconnects.watch);
  const restoreFields = declineUpgrades(server, (socket, then) => whenReplied(intake, socket, then));
  const arrive = (waitsForContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    restoreFields(request);
    take(intake, request, response, waitsForContinue);
  };
  server.on('request', arrive(false));
  server.on('checkContinue', arrive(true));
  // Any other expectation is an ordinary header here: whether it can be met is the target's to say.
  server.on('checkExpectation', arrive(false));
  server.on('connect', (_request, socket) => rejectConnect(socket as Socket, options.refused));
  server.on('clientError', (error, socket) => rejectRest(intake, error, socket as Socket));
  return server;
}

/** Replies to what Node's parser could not read, unless the connection already has or awaits its last reply. */
function rejectRest(intake: Intake, error: NodeJS.ErrnoException, socket: Socket): void {
  const { options, malformed, arriving } = intake;
  if (malformed.has(socket)) socket.end();
  // It is recorded as aborted when its connection closes, so it is not refused without a trace.
  else if (arriving.has(socket)) rejectUnreadable(error, socket);
  else if (options.tunnel && isUnused(error, socket)) return;
  else if (!hasCompleteRequest(intake, socket)) rejectUnreadable(error, socket, options.refused);
}

/**
 * True if a head timed out of which nothing has come: a tunnel connects ahead of need and waits, and a 408 would
 * become the reply to the next request. The head of what comes later has the same time again.
 */
function isUnused(error: NodeJS.ErrnoException, socket: Socket): boolean {
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
}
