import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../test/support/certificate.ts';
import { startConnectProxy } from '../../test/support/connect-proxy.ts';
import { writeWithoutEnd } from '../../test/support/endless.ts';
import { proxyFor } from '../proxy/proxy-for.ts';
import { fetchThrough } from './fetch-through.ts';
import { get, setProxyEnv } from './localtunnel-address.ts';

const never = new AbortController().signal;

async function aProxy() {
  const proxy = await startConnectProxy();
  onTestFinished(proxy.close);
  return proxy;
}

/** The port of a server on loopback. */
async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function fetched(serve: RequestListener, signal = never) {
  const [proxy, port] = [await aProxy(), await listening(createServer(serve))];
  const through = proxyFor(new URL('http://a.test'), { HTTP_PROXY: proxy.url })!;
  return fetchThrough(through, new URL(`http://a.test:${port}/?new`), { accept: 'application/json' }, signal);
}

test('a response comes with its status, its text and where it redirects to', async () => {
  const seen: unknown[] = [];
  const response = await fetched(({ url, headers }, reply) => {
    seen.push(url, headers.host?.startsWith('a.test:'), headers.accept);
    reply.writeHead(302, 'Elsewhere', { Location: '/fox' }).end('moved');
  });
  expect([response.status, response.statusText, response.headers.get('location')]).toEqual([
    ...[302, 'Elsewhere', '/fox'],
  ]);
  expect(await response.text()).toBe('moved');
  expect(seen).toEqual(['/?new', true, 'application/json']);
  expect((await fetched((_request, reply) => void reply.writeHead(204).end())).status).toBe(204);
});

test('an endless response can be left, and a silent server given up', async () => {
  let isOpen = true;
  const response = await fetched((_request, reply) => {
    reply.on('close', () => {
      isOpen = false;
    });
    writeWithoutEnd(reply);
  });
  await response.body?.cancel();
  await expect.poll(() => isOpen).toBe(false);
  const over = new AbortController();
  const silent = fetched(() => over.abort(new Error('enough')), over.signal);
  await expect(silent).rejects.toThrow();
});

test('the certificate of the server counts, not the one of the proxy', async () => {
  const proxy = await aProxy();
  const port = await listening(createTlsServer(selfSignedCertificate(), (_request, reply) => reply.end()));
  const through = proxyFor(new URL('https://a.test'), { HTTPS_PROXY: proxy.url })!;
  await expect(fetchThrough(through, new URL(`https://a.test:${port}`), {}, never)).rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
});

test('the address of a tunnel is asked for through the proxy', async () => {
  const proxy = await aProxy();
  const address = { id: 'fox', url: 'https://fox.a.test', port: 4711 };
  const port = await listening(createServer((_request, reply) => reply.end(JSON.stringify(address))));
  setProxyEnv({ HTTP_PROXY: proxy.url });
  onTestFinished(() => setProxyEnv({}));
  expect(await get(`http://a.test:${port}/?new`)).toMatchObject({ status: 200, data: address });
  proxy.reply = () => 'HTTP/1.1 407 Who are you\r\n\r\n';
  expect(await get(`http://a.test:${port}/?new`)).toEqual({
    status: 503,
    data: {
      message: `The tunnel server http://a.test:${port} can't be reached: the proxy 127.0.0.1:${proxy.port} asks for a user name and a password, which its URL can have (http://name:password@host).`,
    },
  });
});
