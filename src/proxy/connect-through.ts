import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HttpProxy } from './proxy-for.ts';

/** The code of errors by which a proxy, or the way to it, keeps us from a server. */
export const proxyErrorCode = 'ERR_PROXY';

/** More than the head of any reply to CONNECT. */
const mostHeadBytes = 16 * 1024;

/** State of a socket that its proxy has not connected yet. */
interface Connecting {
  readonly socket: Socket;
  readonly proxy: HttpProxy;
  /** The server that the proxy is to connect to, with its port. */
  readonly server: string;
  /** The socket's own way to emit. */
  readonly emit: (event: string | symbol, ...args: unknown[]) => boolean;
  /** Listeners of Node's own, by which TLS starts. */
  readonly starters: readonly (() => void)[];
  readonly onReadable: () => void;
  /** What has come of the reply. */
  head: Buffer;
}

/**
 * A socket to a server through a proxy (CONNECT, RFC 9110 9.3.6). It emits `connect` once the proxy has connected it,
 * and carries the server's bytes alone; write nothing before. Fails with an error whose code is `ERR_PROXY`.
 */
export function connectThrough(proxy: HttpProxy, host: string, port: number): Socket {
  const { hostname, secure } = proxy;
  const socket = secure
    ? connectTls({ host: hostname, port: proxy.port, servername: isIP(hostname) ? '' : hostname })
    : connectTcp({ host: hostname, port: proxy.port });
  const connecting: Connecting = {
    socket,
    proxy,
    server: authority(host, port),
    emit: socket.emit.bind(socket),
    starters: socket.rawListeners('connect').map((start) => () => start.call(socket)),
    // Reading emits `data`, also where somebody listens to that already.
    onReadable: () => void socket.read(),
    head: Buffer.alloc(0),
  };
  // What happens before the proxy has connected us is between the proxy and us.
  socket.emit = (event: string | symbol, ...args: unknown[]) => intercept(connecting, event, args);
  return socket;
}

function intercept(connecting: Connecting, event: string | symbol, args: readonly unknown[]): boolean {
  const { socket, proxy, server, emit, starters, onReadable } = connecting;
  switch (event) {
    case proxy.secure ? 'secureConnect' : 'connect':
      socket.write(requestTo(server, proxy));
      socket.on('readable', onReadable);
      startReading(socket);
      return true;
    case 'connect':
      for (const start of starters) start();
      startReading(socket);
      return true;
    case 'ready':
      return true;
    case 'data':
      readReply(connecting, args[0] as Buffer);
      return true;
    case 'end':
      fail(connecting, `${nameOf(proxy)} closed the connection`);
      return true;
    case 'error': {
      const error = args[0] as NodeJS.ErrnoException;
      return emit('error', error.code === proxyErrorCode ? error : proxyError(unreachable(proxy, error)));
    }
    default:
      return emit(event, ...args);
  }
}

/** A socket that was to read while it connected waits for `connect` to do so. */
function startReading(socket: Socket): void {
  socket._read(0);
}

function readReply(connecting: Connecting, chunk: Buffer): void {
  const { socket, proxy, server, emit, onReadable } = connecting;
  connecting.head = Buffer.concat([connecting.head, chunk]);
  const { head } = connecting;
  const end = head.indexOf('\r\n\r\n');
  if (end < 0 && head.length <= mostHeadBytes) return;
  const refusal = refusalIn(head.toString('latin1', 0, Math.max(0, end)), proxy, server);
  if (refusal !== undefined) {
    fail(connecting, refusal);
    return;
  }
  socket.emit = emit;
  socket.off('readable', onReadable);
  const rest = head.subarray(end + 4);
  if (rest.length > 0) socket.unshift(rest);
  socket.emit('connect');
}

function fail({ socket }: Connecting, why: string): void {
  socket.destroy(proxyError(why));
}

/** Resolves with a connected socket to a server through a proxy; rejects with its error, or when the signal aborts. */
export function connectedThrough(
  proxy: HttpProxy,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectThrough(proxy, host, port);
    const abort = () => void socket.destroy(signal.reason);
    const over = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      over();
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', over);
  });
}

function requestTo(server: string, { authorization }: HttpProxy): string {
  const fields = [`Host: ${server}`, ...(authorization ? [`Proxy-Authorization: ${authorization}`] : [])];
  return `CONNECT ${server} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`;
}

/** What is wrong with the head of a reply to CONNECT, as a part of a sentence; undefined if it connects us. */
function refusalIn(head: string, proxy: HttpProxy, server: string): string | undefined {
  const name = nameOf(proxy);
  const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head) ?? [];
  if (status === undefined) return `${name} does not respond like an HTTP proxy`;
  if (status.startsWith('2')) return undefined;
  if (status !== '407') return `${name} does not connect to ${server} (status ${status})`;
  return proxy.authorization !== undefined
    ? `${name} does not accept the user name and password of its URL`
    : `${name} asks for a user name and a password, which its URL can have (http://name:password@host)`;
}

function unreachable(proxy: HttpProxy, { code, message }: NodeJS.ErrnoException): string {
  const name = nameOf(proxy);
  switch (code) {
    case 'ECONNREFUSED':
      return `${name} refuses the connection`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of ${name} cannot be resolved`;
    case 'ECONNRESET':
      return `${name} closed the connection`;
    default:
      return `${name} can't be reached: ${message}`;
  }
}

/** A proxy without what its URL may hold besides. */
function nameOf({ hostname, port }: HttpProxy): string {
  return `the proxy ${authority(hostname, port)}`;
}

function proxyError(message: string): Error {
  return Object.assign(new Error(message), { code: proxyErrorCode });
}

function authority(hostname: string, port: number): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}
