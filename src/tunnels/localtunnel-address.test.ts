import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { writeWithoutEnd } from '../../test/support/endless.ts';
import { get } from './localtunnel-address.ts';

const startServer = (status: number, body: string) =>
  startServing((_request, response) => void response.writeHead(status).end(body));

async function startServing(serve: RequestListener): Promise<string> {
  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('passes on only what the library needs of an address', async () => {
  const address = { id: 'fox', url: 'https://fox.loca.lt/', port: 4711, ip: '192.0.2.7', max_conn_count: 10 };
  const url = await startServer(200, JSON.stringify({ ...address, local_host: 'evil' }));
  expect(await get(`${url}/?new`)).toEqual({ status: 200, data: { ...address, url: 'https://fox.loca.lt' } });
});

test('limits the connections that a server asks for', async () => {
  const address = { id: 'fox', url: 'https://fox.loca.lt', port: 4711, max_conn_count: 1e9 };
  const url = await startServer(200, JSON.stringify(address));
  expect(await get(url)).toMatchObject({ status: 200, data: { max_conn_count: 32 } });
});

test('shortens an error of the server to one line', async () => {
  const message = `no\u001b]0;title\u0007\r\n\u202e${'x'.repeat(5000)}`;
  const url = await startServer(403, JSON.stringify({ message }));
  const { status, data } = await get(url);
  expect(status).toBe(503);
  expect('message' in data && data.message).toMatch(
    /^The tunnel server \S+ gave no address: no ]0;title x{180,190}$/,
  );
});

test('says that a server closed the connection', async () => {
  const server = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await get(url)).toEqual({
    status: 503,
    data: { message: `The tunnel server ${url} can't be reached: it closed the connection.` },
  });
});

test('reads 64 KB of an endless response', async () => {
  let sent = 0;
  const url = await startServing((_request, response) => {
    response.writeHead(200);
    writeWithoutEnd(response, (bytes) => {
      sent += bytes;
    });
  });
  expect(await get(url)).toEqual({
    status: 503,
    data: { message: `The tunnel server ${url} sent an endless response.` },
  });
  // What the two sockets hold between them counts as well.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test('follows redirects within the server only', async () => {
  const address = { id: 'fox', url: 'https://fox.loca.lt', port: 4711 };
  let called = 0;
  const other = await startServing((_request, response) => {
    called++;
    response.end(JSON.stringify(address));
  });
  const url = await startServing((request, response) => {
    const to: Record<string, string> = {
      '/within': '/address',
      '/other': other,
      '/scheme': `//${new URL(other).host}/x`,
      '/name': `${new URL(other).origin.replace('127.0.0.1', 'localhost')}/`,
      '/file': 'file:///etc/passwd',
      '/broken': 'http://[',
      '/circle': '/circle',
    };
    const location = to[request.url ?? ''];
    if (location === undefined) response.end(JSON.stringify(address));
    else response.writeHead(302, { Location: location }).end();
  });
  expect(await get(`${url}/within`)).toMatchObject({ status: 200, data: { id: 'fox' } });
  for (const path of ['/other', '/scheme', '/name', '/file', '/broken']) {
    expect(await get(url + path)).toEqual({
      status: 503,
      data: { message: expect.stringMatching(/redirects to another host/) },
    });
  }
  expect(await get(`${url}/circle`)).toMatchObject({
    data: { message: expect.stringMatching(/in a loop/) },
  });
  expect(called).toBe(0);
});

test('ignores an invalid relay address', async () => {
  const address = { id: 'fox', url: 'https://fox.loca.lt', port: 4711, ip: 'evil.example/x' };
  const url = await startServer(200, JSON.stringify(address));
  expect((await get(url)).data).not.toHaveProperty('ip');
});
