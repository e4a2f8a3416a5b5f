import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { acceptsConnection } from './server-connection.ts';

test('tells whether a server accepts connections, and leaves nothing on the signal', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stop = new AbortController();
  expect(await acceptsConnection(url, 5_000, stop.signal)).toBe(true);
  server.close();
  await once(server, 'close');
  expect(await acceptsConnection(url, 5_000, stop.signal)).toBe(false);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  const asking = acceptsConnection(url, 60_000, stop.signal);
  stop.abort();
  expect(await asking).toBe(false);
  expect(await acceptsConnection(url, 60_000, stop.signal)).toBe(false);
});
