import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

type Refused = (status: number, reason: string) => void;

/** Replies 405 to CONNECT, which asks for a proxy. */
export function rejectConnect(socket: Socket, refused: Refused): void {
  reply(socket, 405, 'CONNECT: this is not a proxy');
  refused(405, 'CONNECT: this is not a proxy');
}

/** The reason for rejecting a request that Node's parser could read; nothing of it is kept. */
export interface ProtocolError {
  readonly status: number;
  readonly reason: string;
}

/** Checks what HTTP does not allow (RFC 9112 3.2), and codings of a body that are not decoded here (6.1). */
export function protocolErrorOf({ httpVersion, headers }: IncomingMessage): ProtocolError | undefined {
  if (headers.host === undefined && httpVersion === '1.1') {
    return { status: 400, reason: 'HTTP/1.1 without a Host header' };
  }
  const coding = headers['transfer-encoding'];
  if (coding === undefined || coding === 'chunked') return undefined;
  const other = coding.split(',').find((token) => !/^\s*(chunked|identity)?\s*$/i.test(token));
  return other === undefined
    ? undefined
    : {
        status: 501,
        reason: `Transfer-Encoding: only chunked is supported, not ${JSON.stringify(other.trim())}`,
      };
}

/**
 * Replies to what Node's parser could not read, or what came too slowly, and ends the connection. `refused`: called
 * afterwards, if nothing of the request is recorded.
 */
export function rejectUnreadable(error: NodeJS.ErrnoException, socket: Socket, refused?: Refused): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] = meaningOf(error);
  reply(socket, status, reason);
  refused?.(status, reason);
}

function meaningOf(error: NodeJS.ErrnoException): [status: number, reason: string] {
  const packet = (error as { rawPacket?: Buffer }).rawPacket;
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'the headers are too large'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'the request arrived too slowly'];
    case 'HPE_INVALID_METHOD':
      if (packet?.[0] === 0x16) return [400, 'TLS on a plain HTTP port: use http://'];
      return [400, 'unknown HTTP method'];
    case 'HPE_INVALID_EOF_STATE':
      return [400, 'the sender ended the request before it was complete'];
    case 'HPE_PAUSED_H2_UPGRADE':
      return [400, 'HTTP/2 is not supported'];
    default:
      return [400, `not HTTP: ${error.message.replace(/^Parse Error: /, '')}`];
  }
}

function reply(socket: Socket, status: number, reason: string): void {
  const body = `${reason}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroySoon(),
  );
}
