import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { openClient } from '../../test/support/client.ts';
import { startTarget } from '../../test/support/target.ts';
import { parseTarget } from '../model/target.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listeningOn(host: string): Promise<number | undefined> {
  const server: Server = createServer((request, response) => response.end(`host ${request.headers.host}`));
  server.listen(0, host);
  const bound = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  if (!bound) return undefined;
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('localhost', () => {
  test.each(['127.0.0.1', '::1'])('is reached where the dev server listens on %s alone', async (host) => {
    const port = await listeningOn(host);
    if (port === undefined) return; // a machine without IPv6
    const outcome = await openClient().send(aRequest(), parseTarget(String(port)));
    expect(outcome).toMatchObject({ type: 'response', response: { status: 200 } });
  });
});

describe('the Host header', () => {
  test.each([
    ['keep', 'public.example'],
    ['rewrite', /^localhost:\d+$/],
    [{ name: 'app.test' }, 'app.test'],
  ] as const)('%j', async (hostHeader, expected) => {
    const target = await startTarget();
    cleanUps.push(target.close);
    const request = aRequest({
      headers: [
        ['X-A', '1'],
        ['Host', 'public.example'],
      ],
    });
    await openClient({ hostHeader }).send(request, parseTarget(String(target.port)));
    const { rawHeaders } = await target.next();
    const host = rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'host') + 1]!;
    if (typeof expected === 'string') expect(host).toBe(expected);
    else expect(host).toMatch(expected);
  });
});

describe('a base path', () => {
  test.each([
    ['/a..b/.c?x=/../y', '/base/a..b/.c?x=/../y'],
    ['//elsewhere.example/a', '/base//elsewhere.example/a'],
    ['/', '/base'],
    ['/?x=1', '/base?x=1'],
    ['http://elsewhere.example', '/base'],
    ['//', '/base//'],
    ['http://elsewhere.example/a?b', '/base/a?b'],
  ])('is put before %s', async (requestTarget, expected) => {
    const target = await startTarget();
    cleanUps.push(target.close);
    await openClient().send(aRequest({ requestTarget }), parseTarget(`localhost:${target.port}/base`));
    expect((await target.next()).url).toBe(expected);
  });

  test('is never left', async () => {
    const target = await startTarget();
    cleanUps.push(target.close);
    for (const requestTarget of ['/a/../b', '/%2e%2e/b', 'http://x/..', '/..;/b', '/..%5cb']) {
      const outcome = await openClient().send(
        aRequest({ requestTarget }),
        parseTarget(`localhost:${target.port}/base`),
      );
      expect(outcome).toMatchObject({ code: 'not-sendable', message: expect.stringContaining('segment') });
      await openClient().send(aRequest({ requestTarget }), parseTarget(String(target.port)));
      expect((await target.next()).url).toBe(requestTarget);
    }
  });
});

test("removes the sender's headers that look like marks", async () => {
  const target = await startTarget();
  cleanUps.push(target.close);
  const headers = [
    ['Host', 'h'],
    ['webhook-cli-request-id', 'forged'],
    ['Webhook-CLI-Attempt', '9'],
    ['webhook_cli_request_id', 'forged'],
    ['WEBHOOK-CLI-Other', 'forged'],
    ['X-Webhook-Cli', 'kept'],
  ] as const;
  const to = parseTarget(String(target.port));
  await openClient().send(aRequest({ headers }), to, [['webhook-cli-request-id', 'ours']]);
  expect((await target.next()).rawHeaders.filter((_, at) => at % 2 === 1)).toEqual(
    expect.not.arrayContaining(['forged', '9']),
  );
  expect(target.requests[0]?.rawHeaders).toEqual(expect.arrayContaining(['kept', 'ours']));
  await openClient().send(aRequest({ headers }), to);
  expect((await target.next()).rawHeaders).toEqual(expect.arrayContaining(['forged', '9', 'kept']));
});

describe('failures', () => {
  test('have a code each: refused, not found, not HTTP, closed, timeout, interrupted', async () => {
    const free = await startTarget();
    await free.close();
    const stop = new AbortController();
    const client = openClient({ timeoutMs: 300 });
    const stoppable = openClient({ signal: stop.signal });
    const codeOf = async (target: string, by = client) => {
      const outcome = await by.send(aRequest(), parseTarget(target));
      return outcome.type === 'failed' ? outcome.code : outcome.response.status;
    };
    expect(await client.send(aRequest(), parseTarget(String(free.port)))).toMatchObject({
      code: 'refused',
      message: `refused: is the server on localhost:${free.port} running?`,
    });
    expect(await codeOf('http://no-such-host.invalid')).toBe('not-found');

    const target = await startTarget({ answer: () => {} });
    cleanUps.push(target.close);
    expect(await codeOf(String(target.port))).toBe('timeout');
    const interrupted = codeOf(String(target.port), stoppable);
    await target.next();
    await target.next();
    stop.abort();
    expect(await interrupted).toBe('interrupted');

    target.answer = (_request, response) => void response.socket!.destroy();
    expect(await codeOf(String(target.port))).toBe('reset');
    target.answer = (_request, response) => void response.socket!.end('SSH-2.0-OpenSSH\r\n');
    expect(await codeOf(String(target.port))).toBe('bad-response');
    expect(await codeOf(`https://localhost:${target.port}`)).toBe('tls');
  });

  test('keep the part of a response that arrived', async () => {
    const target = await startTarget({
      answer(_request, response) {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('half', () => response.socket!.destroy());
      },
    });
    cleanUps.push(target.close);
    const outcome = await openClient().send(aRequest(), parseTarget(String(target.port)));
    expect(outcome).toMatchObject({ type: 'failed', code: 'response-cut', response: { status: 200 } });
    expect(Buffer.from(outcome.response!.body.bytes(100)).toString()).toBe('half');
  });

  test("include requests that can't be sent", async () => {
    const client = openClient();
    const twoHosts = aRequest({
      headers: [
        ['Host', 'a'],
        ['Host', 'b'],
      ],
    });
    for (const request of [twoHosts, aRequest({ requestTarget: '*', method: 'OPTIONS' })]) {
      expect(await client.send(request, parseTarget('9'))).toMatchObject({
        type: 'failed',
        code: 'not-sendable',
      });
    }
  });
});
