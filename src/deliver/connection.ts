import { isIP, type Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { connectedThrough } from '../proxy/connect-through.ts';
import type { HttpProxy } from '../proxy/proxy-for.ts';
import { tryEveryAddress } from './lookup.ts';
import { loosenParser } from './response-parser.ts';

export interface ConnectionOptions {
  readonly connectTimeoutMs: number;
  /** Accept certificates that are not trusted. */
  readonly insecure: boolean;
  /** The proxy that connects; none unless given. */
  readonly proxy?: HttpProxy | undefined;
}

/** The bytes that came back on a connection since a request was written to it. */
export interface Wire {
  /** The connection was kept from an exchange before. */
  readonly isKept: boolean;
  /** The number of bytes. */
  readonly received: number;
  /** The first of them. */
  readonly beginning: Buffer;
  /** The other side had ended the connection before the request reached it: it can have read nothing of it. */
  readonly wasEnded: boolean;
}

/** One connection to an origin, one exchange at a time: opened with the first, and anew when it was closed. */
export interface Connection {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** Call it when the request is about to be written. */
  begin(): Wire;
  /** True if the last try to connect was accepted by the other side, TLS aside. */
  wasAccepted(): boolean;
  destroy(): Promise<void>;
}

/** Of a response's head, and of its trailers; more is a failure, never cut. */
export const maxHeaderBytes = 128 * 1024;

const beginningBytes = 16;

type OpenSocket = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/** State of a connection. */
interface ConnectionState {
  socket: Socket | undefined;
  isAccepted: boolean;
  /** The number of exchanges on this socket. */
  exchanges: number;
  wire: { -readonly [key in keyof Wire]: Wire[key] } | undefined;
}

/** A connection to an origin, opened with the first exchange. */
export function createConnection(origin: string, options: ConnectionOptions): Connection {
  const state: ConnectionState = { socket: undefined, isAccepted: false, exchanges: 0, wire: undefined };
  const client = new Client(origin, {
    // What is just as large is taken.
    maxHeaderSize: maxHeaderBytes + 1024,
    // The whole exchange has one clock, ours.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connectorOf(state, origin, options),
  });
  // It has its parser then, and nothing is written yet.
  client.on('connect', () => adopt(state, state.socket!));
  return {
    dispatch: (request, handler) => void client.dispatch(request, handler),
    begin() {
      const wire = {
        isKept: state.exchanges++ > 0,
        received: 0,
        beginning: Buffer.alloc(0),
        wasEnded: false,
      };
      state.wire = wire;
      return wire;
    },
    wasAccepted: () => state.isAccepted,
    destroy: () => client.destroy(),
  };
}

/** Connects for the client, and notices the socket and its being accepted. */
function connectorOf(
  state: ConnectionState,
  origin: string,
  options: ConnectionOptions,
): buildConnector.connector {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    rejectUnauthorized: !options.insecure,
    allowH2: false,
    ...tryEveryAddress,
  }) as OpenSocket;
  return (to, callback) => {
    state.isAccepted = false;
    const connected = (...result: buildConnector.CallbackArgs) => {
      state.socket = result[1] ?? undefined;
      (callback as (...result: buildConnector.CallbackArgs) => void)(...result);
    };
    // A server name is never an address (RFC 6066 3), nor the public address that the Host field names.
    const servername = isIP(host) === 0 ? host : '';
    const accepted = () => {
      state.isAccepted = true;
    };
    if (!options.proxy) {
      connect({ ...to, servername }, connected as buildConnector.Callback).once('connect', accepted);
      return;
    }
    const isSecure = to.protocol === 'https:';
    const port = Number(to.port || (isSecure ? 443 : 80));
    const signal = AbortSignal.timeout(options.connectTimeoutMs);
    connectedThrough(options.proxy, host, port, signal).then(
      (socket) => {
        accepted();
        if (isSecure)
          connect({ ...to, servername, httpSocket: socket }, connected as buildConnector.Callback);
        else connected(null, socket.setNoDelay(true));
      },
      (error: Error) => connected(signal.aborted ? timedOut() : error, null),
    );
  };
}

function timedOut(): Error {
  return Object.assign(new Error('the proxy did not connect in time'), { code: 'ETIMEDOUT' });
}

/** Counts what comes on a new socket, and whether its end was a reset. */
function adopt(state: ConnectionState, opened: Socket): void {
  state.exchanges = 0;
  state.wire = undefined;
  loosenParser(opened, (chunk) => {
    const { wire } = state;
    if (!wire) return;
    if (wire.received < beginningBytes) {
      wire.beginning = Buffer.concat([wire.beginning, chunk.subarray(0, beginningBytes)]);
    }
    wire.received += chunk.length;
  });
  opened.prependListener('end', () => {
    const { wire } = state;
    if (wire?.received === 0) wire.wasEnded = isReset(opened);
  });
}

/**
 * True if a connection that the other side has ended was reset, too: that is how a system replies to what comes after
 * the program there closed its side. A program that reads a request and then closes makes no reset.
 */
function isReset(socket: Socket): boolean {
  // A connection that was reset has no peer any more. Nobody has asked for it before: the result would be kept.
  return socket.remoteAddress === undefined;
}
