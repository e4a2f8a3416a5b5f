import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a proxy does to messages, each given whole with one character a byte. */
export interface Changes {
  /** The request that is passed on instead. */
  readonly request?: (message: string) => string;
  /** A reply of the proxy's own to a request, in place of passing it on. */
  readonly reply?: (request: string) => string | undefined;
  /** The response that is passed on instead. */
  readonly response?: (message: string) => string;
}

/** A proxy before a port on loopback that changes what passes: one exchange a connection. */
export async function startChangingProxy(port: () => number, changes: () => Changes) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    whole(socket, (request) => {
      const { reply, request: changed = same, response = same } = changes();
      const own = reply?.(request);
      if (own !== undefined) {
        socket.end(own, 'latin1');
        return;
      }
      const inner = connect(port(), '127.0.0.1');
      inner.on('error', () => socket.destroy());
      inner.write(changed(request), 'latin1');
      whole(inner, (message) => {
        socket.end(closing(response(message)), 'latin1');
        inner.destroy();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A response that says that it is the last on its connection. */
function closing(message: string): string {
  return withLines(message, (lines) => [
    ...lines.filter((line) => !/^(connection|keep-alive):/i.test(line)),
    'Connection: close',
  ]);
}

const same = (message: string) => message;

/** Calls back once with the message that comes over a socket, head and body. */
function whole(socket: Socket, done: (message: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let wanted: number | undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    wanted ??= lengthOf(Buffer.concat(chunks).toString('latin1'));
    if (wanted === undefined || size < wanted) return;
    socket.removeAllListeners('data');
    done(Buffer.concat(chunks).toString('latin1'));
  });
}

/** The length of a message by its head; undefined until that is there. */
function lengthOf(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, headEnd))?.[1] ?? '0';
  return headEnd + 4 + Number(length);
}

/** A message with its head lines changed; the first line is the start line. */
export function withLines(message: string, change: (lines: string[]) => string[]): string {
  const headEnd = message.indexOf('\r\n\r\n');
  const lines = change(message.slice(0, headEnd).split('\r\n'));
  return lines.join('\r\n') + message.slice(headEnd);
}
