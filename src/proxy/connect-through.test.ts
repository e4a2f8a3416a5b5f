import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startConnectProxy } from '../../test/support/connect-proxy.ts';
import { connectedThrough, connectThrough } from './connect-through.ts';
import { type HttpProxy, proxyFor } from './proxy-for.ts';

const { signal } = new AbortController();

async function aProxy() {
  const proxy = await startConnectProxy();
  onTestFinished(proxy.close);
  return proxy;
}

const through = (url: string): HttpProxy => proxyFor(new URL('http://a.test'), { HTTP_PROXY: url })!;

/** A server that greets, and then sends back what it gets. */
async function anEcho(greeting = ''): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (greeting !== '') socket.write(greeting);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What comes over a socket until so many bytes are there. */
async function received(socket: Socket, bytes: number): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.length >= bytes) break;
  }
  return text;
}

test('connects to a name that only the proxy knows, and carries what follows', async () => {
  const proxy = await aProxy();
  const port = await anEcho();
  const socket = await connectedThrough(through(proxy.url), 'echo.test', port, signal);
  socket.write('hello');
  expect(await received(socket, 5)).toBe('hello');
  expect(proxy.heads).toEqual([`CONNECT echo.test:${port} HTTP/1.1\r\nHost: echo.test:${port}`]);
});

test('sends a user name and a password', async () => {
  const proxy = await aProxy();
  const url = proxy.url.replace('//', '//ann:p%40ss@');
  (await connectedThrough(through(url), 'echo.test', await anEcho(), signal)).destroy();
  const encoded = Buffer.from('ann:p@ss').toString('base64');
  expect(proxy.heads[0]).toMatch(new RegExp(`^Proxy-Authorization: Basic ${encoded}$`, 'm'));
});

test('what the server sends at once is not lost, whoever reads it and when', async () => {
  const proxy = await aProxy();
  const greeting = 'HTTP/1.1 200 OK\r\n\r\nfirst words';
  // It comes in one piece with the reply of the proxy.
  proxy.reply = () => `HTTP/1.1 200 Connected\r\n\r\n${greeting}`;
  const early = connectThrough(through(proxy.url), 'echo.test', 1);
  const seen: string[] = [];
  early.on('data', (chunk) => seen.push(String(chunk)));
  await once(early, 'connect');
  await once(early, 'close');
  expect(seen.join('')).toBe(greeting);
  const late = await connectedThrough(through(proxy.url), 'echo.test', 1, signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await received(late, greeting.length)).toBe(greeting);
});

test.each([
  [
    'HTTP/1.1 403 Forbidden\r\n\r\n',
    /^the proxy 127\.0\.0\.1:\d+ does not connect to a\.test:443 \(status 403\)$/,
  ],
  [
    'HTTP/1.1 407 Authentication\r\n\r\n',
    /^the proxy \S+ does not accept the user name and password of its URL$/,
  ],
  ['SSH-2.0-OpenSSH_9.9\r\n\r\n', /^the proxy \S+ does not respond like an HTTP proxy$/],
  ['x'.repeat(20_000), /^the proxy \S+ does not respond like an HTTP proxy$/],
  ['HTTP/1.1 200 OK\r\n', /^the proxy \S+ closed the connection$/],
  ['', /^the proxy \S+ closed the connection$/],
])('a proxy that replies %j is an error that names it', async (reply, message) => {
  const proxy = await aProxy();
  proxy.reply = () => reply;
  const url = proxy.url.replace('//', '//ann:secret@');
  const connecting = connectedThrough(through(url), 'a.test', 443, signal);
  await expect(connecting).rejects.toMatchObject({
    code: 'ERR_PROXY',
    message: expect.stringMatching(message),
  });
  await expect(connecting).rejects.not.toThrow(/secret/);
});

test('a proxy that is not there is an error, too', async () => {
  const proxy = await aProxy();
  proxy.close();
  await expect(connectedThrough(through(proxy.url), 'a.test', 443, signal)).rejects.toMatchObject({
    code: 'ERR_PROXY',
    message: `the proxy 127.0.0.1:${proxy.port} refuses the connection`,
  });
  await expect(
    connectedThrough(through('http://no-such-proxy.invalid'), 'a.test', 443, signal),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/^the (name of the )?proxy no-such-proxy\.invalid/),
  });
});

test('is given up when the signal aborts', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const connected = once(silent, 'connection');
  const over = new AbortController();
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const connecting = connectedThrough(through(url), 'a.test', 443, over.signal);
  const [socket] = (await connected) as [Socket];
  socket.on('error', () => {});
  over.abort(new Error('enough'));
  await expect(connecting).rejects.toThrow('enough');
  await expect(connectedThrough(through(url), 'a.test', 443, over.signal)).rejects.toThrow('enough');
  socket.destroy();
});
