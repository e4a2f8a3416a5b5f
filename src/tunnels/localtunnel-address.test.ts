import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { get } from './localtunnel-address.ts';

async function startServer(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an address is taken over without what the library does not need', async () => {
  const address = { id: 'fox', url: 'https://fox.loca.lt/', port: 4711, ip: '192.0.2.7', max_conn_count: 10 };
  const url = await startServer(200, JSON.stringify({ ...address, local_host: 'evil' }));
  expect(await get(`${url}/?new`)).toEqual({ status: 200, data: { ...address, url: 'https://fox.loca.lt' } });
});

test('the server cannot make us open any number of connections', async () => {
  const address = { id: 'fox', url: 'https://fox.loca.lt', port: 4711, max_conn_count: 1e9 };
  const url = await startServer(200, JSON.stringify(address));
  expect(await get(url)).toMatchObject({ status: 200, data: { max_conn_count: 32 } });
});

test('what the server says against us becomes one line of bounded length', async () => {
  const message = `no\u001b]0;title\u0007\r\n\u202e${'x'.repeat(5000)}`;
  const url = await startServer(403, JSON.stringify({ message }));
  const { status, data } = await get(url);
  expect(status).toBe(503);
  expect('message' in data && data.message).toMatch(
    /^The tunnel server \S+ gave no address: no ]0;title x{180,190}$/,
  );
});

test('a server that hangs up is said to have done so', async () => {
  const server = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await get(url)).toEqual({
    status: 503,
    data: { message: `The tunnel server ${url} can't be reached: it broke the connection off.` },
  });
});
