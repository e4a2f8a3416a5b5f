import { isIP, type Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { tryEveryAddress } from './lookup.ts';
import { loosenParser } from './response-parser.ts';

export interface ConnectionOptions {
  readonly connectTimeoutMs: number;
  /** Accept certificates that are not trusted. */
  readonly insecure: boolean;
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

export function createConnection(origin: string, options: ConnectionOptions): Connection {
  const { hostname } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  let socket: Socket | undefined;
  let isAccepted = false;
  let exchanges = 0;
  let wire: { -readonly [key in keyof Wire]: Wire[key] } | undefined;

  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    rejectUnauthorized: !options.insecure,
    allowH2: false,
    ...tryEveryAddress,
  }) as OpenSocket;

  const client = new Client(origin, {
    // What is just as large is taken.
    maxHeaderSize: maxHeaderBytes + 1024,
    // The whole exchange has one clock, ours.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(to, callback) {
      isAccepted = false;
      // A server name is never an address (RFC 6066 3), nor the public address that the Host field names.
      const connecting = connect({ ...to, servername: isIP(host) === 0 ? host : '' }, (...result) => {
        socket = result[1] ?? undefined;
        (callback as (...result: buildConnector.CallbackArgs) => void)(...result);
      });
      connecting.once('connect', () => {
        isAccepted = true;
      });
    },
  });
  // It has its parser then, and nothing is written yet.
  client.on('connect', () => adopt(socket!));

  function adopt(opened: Socket): void {
    exchanges = 0;
    wire = undefined;
    loosenParser(opened, (chunk) => {
      if (!wire) return;
      if (wire.received < beginningBytes) {
        wire.beginning = Buffer.concat([wire.beginning, chunk.subarray(0, beginningBytes)]);
      }
      wire.received += chunk.length;
    });
    opened.prependListener('end', () => {
      if (wire?.received === 0) wire.wasEnded = isReset(opened);
    });
  }

  return {
    dispatch: (request, handler) => void client.dispatch(request, handler),
    begin() {
      wire = { isKept: exchanges++ > 0, received: 0, beginning: Buffer.alloc(0), wasEnded: false };
      return wire;
    },
    wasAccepted: () => isAccepted,
    destroy: () => client.destroy(),
  };
}

/**
 * True if a connection that the other side has ended was reset, too: that is how a system replies to what comes after
 * the program there closed its side. A program that reads a request and then closes makes no reset.
 */
function isReset(socket: Socket): boolean {
  // A connection that was reset has no peer any more. Nobody has asked for it before: the result would be kept.
  return socket.remoteAddress === undefined;
}
