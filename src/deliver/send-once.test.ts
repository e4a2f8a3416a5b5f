import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../test/support/certificate.ts';
import { startConnectProxy } from '../../test/support/connect-proxy.ts';
import { startTarget } from '../../test/support/target.ts';
import { emptyBody, wholeBody } from '../model/body.ts';
import { type OnceOptions, sendOnce } from './send-once.ts';

const { signal } = new AbortController();

/** Sends a request to an origin through the proxies of an environment. */
const send = (origin: string, env: Record<string, string>, options: Partial<OnceOptions> = {}) =>
  sendOnce(
    {
      method: 'GET',
      requestTarget: '/a%2Fb',
      headers: [
        ['Host', 'a.test'],
        ['X-CaSe', '1'],
      ],
      body: emptyBody,
    },
    { origin, timeoutMs: 5_000, env, signal, ...options },
  );

async function aProxy() {
  const proxy = await startConnectProxy();
  onTestFinished(proxy.close);
  return proxy;
}

test('a request through a proxy arrives byte for byte', async () => {
  const [proxy, target] = [await aProxy(), await startTarget()];
  onTestFinished(() => target.close());
  const outcome = await send(`http://a.test:${target.port}`, { HTTP_PROXY: proxy.url });
  expect(outcome).toMatchObject({ type: 'response', response: { status: 200 } });
  const [request] = target.requests;
  expect(request?.url).toBe('/a%2Fb');
  expect(request?.rawHeaders).toEqual(expect.arrayContaining(['a.test', 'X-CaSe', '1']));
  expect(proxy.heads).toEqual([`CONNECT a.test:${target.port} HTTP/1.1\r\nHost: a.test:${target.port}`]);
});

test('TLS goes through the proxy to the server, whose certificate counts', async () => {
  const proxy = await aProxy();
  const server = createServer(selfSignedCertificate(), (_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const origin = `https://a.test:${(server.address() as AddressInfo).port}`;
  const env = { HTTPS_PROXY: proxy.url };
  expect(await send(origin, env)).toMatchObject({ type: 'failed', code: 'tls' });
  const outcome = await send(origin, env, { insecure: true });
  expect(outcome.response && Buffer.from(wholeBody(outcome.response.body)).toString()).toBe('hello');
});

test('a target on loopback is not reached through a proxy', async () => {
  const [proxy, target] = [await aProxy(), await startTarget()];
  onTestFinished(() => target.close());
  for (const host of ['127.0.0.1', 'localhost']) {
    const outcome = await send(`http://${host}:${target.port}`, { HTTP_PROXY: proxy.url });
    expect(outcome.type).toBe('response');
  }
  expect(proxy.heads).toEqual([]);
});

test('what keeps the proxy from connecting is the failure', async () => {
  const proxy = await aProxy();
  proxy.reply = () => 'HTTP/1.1 403 Forbidden\r\n\r\n';
  const refused = `a.test:80: the proxy 127.0.0.1:${proxy.port} does not connect to a.test:80 (status 403)`;
  expect(await send('http://a.test', { HTTP_PROXY: proxy.url })).toEqual({
    type: 'failed',
    code: 'unreachable',
    message: refused,
  });
  expect(await send('http://a.test', { HTTP_PROXY: 'ftp://proxy.test' })).toEqual({
    type: 'failed',
    code: 'unreachable',
    message: 'HTTP_PROXY names a proxy of another kind (ftp).',
  });
});

test('a proxy that says nothing is given up in time', async () => {
  const silent = createTcpServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const outcome = await send('http://a.test', { HTTP_PROXY: url }, { connectTimeoutMs: 100 });
  expect(outcome).toMatchObject({ type: 'failed', code: 'unreachable' });
});
