import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HttpProxy } from './proxy-for.ts';

/** The code of errors by which a proxy, or the way to it, keeps us from a server. */
export const proxyErrorCode = 'ERR_PROXY';

/** More than the head of any reply to CONNECT. */
const mostHeadBytes = 16 * 1024;

/**
 * A socket to a server through a proxy (CONNECT, RFC 9110 9.3.6). It emits `connect` once the proxy has connected it,
 * and carries the server's bytes alone; write nothing before. Fails with an error whose code is `ERR_PROXY`.
 */
export function connectThrough(proxy: HttpProxy, host: string, port: number): Socket {
  const { hostname, secure } = proxy;
  const socket = secure
    ? connectTls({ host: hostname, port: proxy.port, servername: isIP(hostname) ? '' : hostname })
    : connectTcp({ host: hostname, port: proxy.port });
  const name = `the proxy ${authority(hostname, proxy.port)}`;
  const emit: (event: string | symbol, ...args: unknown[]) => boolean = socket.emit.bind(socket);
  const own = socket.rawListeners('connect');
  let head = Buffer.alloc(0);

  const fail = (why: string) => void socket.destroy(proxyError(why));
  const read = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (head.length > mostHeadBytes) fail(`${name} does not respond like an HTTP proxy`);
      return;
    }
    const refusal = refusalIn(head.toString('latin1', 0, end), name, authority(host, port));
    if (refusal !== undefined) {
      fail(refusal);
      return;
    }
    socket.emit = emit;
    socket.off('readable', onReadable);
    const rest = head.subarray(end + 4);
    if (rest.length > 0) socket.unshift(rest);
    socket.emit('connect');
  };
  // Reading emits `data`, also where somebody listens to that already.
  const onReadable = () => void socket.read();
  // A socket that was to read while it connected waits for `connect` to do so.
  const startReading = () => socket._read(0);
  // What happens before the proxy has connected us is between the proxy and us.
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    switch (event) {
      case secure ? 'secureConnect' : 'connect':
        socket.write(requestTo(authority(host, port), proxy));
        socket.on('readable', onReadable);
        startReading();
        return true;
      case 'connect':
        // TLS starts by it.
        for (const listener of own) listener.call(socket);
        startReading();
        return true;
      case 'ready':
        return true;
      case 'data':
        read(args[0] as Buffer);
        return true;
      case 'end':
        fail(`${name} closed the connection`);
        return true;
      case 'error': {
        const error = args[0] as NodeJS.ErrnoException;
        const isOurs = error.code === proxyErrorCode;
        return emit('error', isOurs ? error : proxyError(unreachable(name, error)));
      }
      default:
        return emit(event, ...args);
    }
  };
  return socket;
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
function refusalIn(head: string, name: string, server: string): string | undefined {
  const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head) ?? [];
  if (status === undefined) return `${name} does not respond like an HTTP proxy`;
  if (status.startsWith('2')) return undefined;
  if (status === '407') return `${name} asks for another user name or password, which belong into its URL`;
  return `${name} does not connect to ${server} (status ${status})`;
}

function unreachable(name: string, { code, message }: NodeJS.ErrnoException): string {
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

function proxyError(message: string): Error {
  return Object.assign(new Error(message), { code: proxyErrorCode });
}

function authority(hostname: string, port: number): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}
