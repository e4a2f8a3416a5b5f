import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TestCertificate } from './certificate.ts';

/** A proxy on loopback for CONNECT, to which every host name means this machine. */
export interface ConnectProxy {
  /** Such as `http://127.0.0.1:4711`. */
  readonly url: string;
  readonly port: number;
  /** The heads of the requests that it got, in order. */
  readonly heads: readonly string[];
  /** The connections that it carries now. */
  readonly open: number;
  /** Replies to a request in place of connecting. */
  reply: ((head: string) => string | undefined) | undefined;
  /** Closes the connections that it carries. */
  cut(): void;
  /** Ends it at once, connections included. */
  close(): void;
}

/** Starts a proxy, which is spoken to with TLS if it has a certificate: its name is `localhost` then. */
export async function startConnectProxy(certificate?: TestCertificate): Promise<ConnectProxy> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let head = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', read);
      const text = head.toString('latin1', 0, end);
      heads.push(text);
      const own = proxy.reply?.(text);
      if (own !== undefined) socket.end(own);
      else carry(socket, text, head.subarray(end + 4));
    };
    socket.on('data', read);
  };
  const server = certificate ? createTlsServer({ ...certificate }, serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: ConnectProxy = {
    url: certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    port,
    heads,
    get open() {
      return sockets.size;
    },
    reply: undefined,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close() {
      proxy.cut();
      server.close();
    },
  };
  return proxy;
}

function carry(socket: Socket, head: string, rest: Buffer): void {
  const [, port] = /^CONNECT \S+:(\d+) HTTP\/1\.1$/m.exec(head) ?? [];
  const server = connect(Number(port), '127.0.0.1');
  server.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  server.once('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.write(rest);
    socket.pipe(server).pipe(socket);
  });
  socket.on('close', () => server.destroy());
}
