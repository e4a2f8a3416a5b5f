import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A target that does on each connection what a test says, HTTP or not. It is ended after the test. */
export async function startRawTarget(
  serve: (socket: Socket, head: string, number: number) => void,
): Promise<{ readonly port: number; readonly heads: readonly string[] }> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let bytes = '';
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = bytes.slice(0, end);
      bytes = '';
      heads.push(head);
      serve(socket, head, heads.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, heads };
}
