import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createDisconnects } from './disconnects.ts';

/** A request that waits for its reply, and who sent it. */
async function waiting() {
  const disconnects = createDisconnects();
  const server = createServer();
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('connection', disconnects.watch);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  onTestFinished(() => {
    sender.destroy();
    server.close();
    server.closeAllConnections();
  });
  sender.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { disconnects, sender, response, socket: response.req.socket };
}

test('a sender that has closed its connection misses its reply', async () => {
  const { disconnects, sender, response, socket } = await waiting();
  const ended = once(socket, 'end');
  sender.destroy();
  await ended;
  const missed = new Promise<number>((resolve) => disconnects.follow(response, resolve));
  response.end('ok');
  expect(await missed).toBeLessThanOrEqual(performance.now());
});

test.each<[string, (sender: Socket, socket: Socket) => Promise<unknown> | undefined]>([
  ['stays', () => undefined],
  [
    'has only ended its side',
    (sender, socket) => {
      const ended = once(socket, 'end');
      sender.end();
      return ended;
    },
  ],
])('a sender that %s gets its reply', async (_, wait) => {
  const { disconnects, sender, response, socket } = await waiting();
  await wait(sender, socket);
  const missed: number[] = [];
  disconnects.follow(response, (leftAt) => missed.push(leftAt));
  response.end('ok');
  const [chunk] = (await once(sender, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/ok$/);
  expect(missed).toEqual([]);
});
