import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { declineUpgrades } from './upgrade.ts';

test('reads a request that offers an upgrade like any other, headers unchanged', async () => {
  const server = createServer();
  const restore = declineUpgrades(server, (_, then) => then());
  const seen: (readonly [url: string | undefined, fields: readonly string[]])[] = [];
  server.on('request', (request: IncomingMessage, response) => {
    restore(request);
    seen.push([request.url, request.rawHeaders]);
    request.resume();
    request.on('end', () => response.end('ok'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  socket.write(
    'POST /1 HTTP/1.1\r\nHost: h\r\nconnection: Close-Not, UPGRADE\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nhi',
  );
  socket.write('GET /2 HTTP/1.1\r\nHost: h\r\n\r\n');
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.match(/ok/g)?.length === 2) break;
  }
  expect(seen).toEqual([
    ['/1', ['Host', 'h', 'connection', 'Close-Not, UPGRADE', 'Upgrade', 'x', 'Content-Length', '2']],
    ['/2', ['Host', 'h']],
  ]);
});
