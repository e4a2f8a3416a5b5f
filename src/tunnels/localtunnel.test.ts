import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/support/listening.ts';
import { type LocaltunnelServer, startLocaltunnelServer } from '../../test/support/localtunnel-server.ts';
import { sendTo } from '../../test/support/send.ts';
import { startTarget, type TargetOptions } from '../../test/support/target.ts';
import { UserError } from '../model/errors.ts';
import { localtunnel } from './localtunnel.ts';
import type { TunnelOptions } from './tunnel.ts';

let server: LocaltunnelServer;

beforeAll(async () => {
  server = await startLocaltunnelServer();
});
afterAll(() => server.stop());

const never = new AbortController().signal;

async function openTunnel({ host = server.url, ...options }: TunnelOptions & TargetOptions = {}) {
  const target = await startTarget(options);
  const tunnel = await localtunnel.open(target.port, { host, ...options }, never);
  onTestFinished(async () => {
    await tunnel.close();
    await target.close();
  });
  return { target, tunnel };
}

/** A server on loopback that gives every request this answer, in place of a localtunnel server. */
async function startFakeServer(status: number, body: string): Promise<string> {
  const fake = createServer((_request, response) => void response.writeHead(status).end(body));
  fake.listen(0, '127.0.0.1');
  await once(fake, 'listening');
  onTestFinished(() => {
    fake.close();
    fake.closeAllConnections();
  });
  return `http://127.0.0.1:${(fake.address() as AddressInfo).port}`;
}

/** A running worker thread holds at least one. */
function threadPorts(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;
}

async function failureOf(opening: Promise<unknown>): Promise<UserError> {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('an open localtunnel', () => {
  test('brings a request to the local port and the response back', async () => {
    const { target, tunnel } = await openTunnel({
      answer: (_request, response) => void response.writeHead(201, { 'X-Told': 'yes' }).end('made'),
    });

    const answer = await sendTo(`${tunnel.url}/hooks/a?x=1`, {
      headers: { 'X-Sent': 'this' },
      body: 'hello',
    });

    const request = await target.next();
    expect(tunnel.url).toMatch(new RegExp(`^http://[a-z0-9-]+\\.localhost:${server.port}$`));
    expect([request.method, request.url, request.body.toString()]).toEqual(['POST', '/hooks/a?x=1', 'hello']);
    expect(request.rawHeaders).toContain('this');
    expect([answer.status, answer.body.toString()]).toEqual([201, 'made']);
    expect(answer.rawHeaders).toContain('yes');
  });

  test('keeps Host as the sender wrote it', async () => {
    const { target, tunnel } = await openTunnel();
    await sendTo(tunnel.url, { body: 'x' });
    const { rawHeaders } = await target.next();
    expect(rawHeaders[rawHeaders.indexOf('host') + 1]).toBe(new URL(tunnel.url).host);
  });

  test('changes no byte of a binary body, either way', async () => {
    const sent = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      randomBytes(3_000_000),
    ]);
    const answered = Buffer.concat([Buffer.from('ff00fe0180', 'hex'), randomBytes(2_000_000)]);
    const { target, tunnel } = await openTunnel({
      answer: (_request, response) => void response.end(answered),
    });

    const answer = await sendTo(tunnel.url, { body: sent });

    expect((await target.next()).body.equals(sent)).toBe(true);
    expect(answer.body.equals(answered)).toBe(true);
  });

  test('carries many requests at once, and more than it has connections', async () => {
    const { target, tunnel } = await openTunnel({
      answer: (request, response) => void response.end(request.body),
    });
    const bodies = Array.from({ length: 60 }, (_, index) => `body ${index}`);
    const answers = await Promise.all(bodies.map((body) => sendTo(tunnel.url, { body })));
    expect(answers.map((answer) => answer.body.toString())).toEqual(bodies);
    expect(target.requests).toHaveLength(60);
  });

  test('has the requested name', async () => {
    const { tunnel } = await openTunnel({ subdomain: 'calm-fox' });
    expect(tunnel.url).toBe(`http://calm-fox.localhost:${server.port}`);
  });

  test('has another name if the requested one is taken', async () => {
    const first = await openTunnel({ subdomain: 'only-one' });
    const second = await openTunnel({ subdomain: 'only-one' });
    expect(second.tunnel.url).not.toBe(first.tunnel.url);
    await sendTo(second.tunnel.url, { body: 'for the second' });
    expect((await second.target.next()).body.toString()).toBe('for the second');
    expect(first.target.requests).toHaveLength(0);
  });
});

test('is connected while its relay connections are open and the server can be reached', async () => {
  const other = await startLocaltunnelServer();
  onTestFinished(() => other.stop());
  const { tunnel } = await openTunnel({ host: other.url });
  expect(await tunnel.isConnected?.(never)).toBe(true);
  await other.kill();
  await tunnel.ended;
  expect(await tunnel.isConnected?.(never)).toBe(false);
});

describe('the end of a localtunnel', () => {
  test('is undefined after close, which leaves no thread and frees the name', async () => {
    const portsBefore = threadPorts();
    const { tunnel } = await openTunnel({ subdomain: 'given-back' });
    expect(threadPorts()).toBeGreaterThan(portsBefore);

    await Promise.all([tunnel.close(), tunnel.close()]);
    expect(await tunnel.ended).toBeUndefined();
    expect(threadPorts()).toBe(portsBefore);
    const status = `${server.url}/api/tunnels/given-back/status`;
    await expect
      .poll(async () => (await sendTo(status, { method: 'GET' })).status, { timeout: 5000 })
      .toBe(404);
  });

  test('comes after the responses that were under way', async () => {
    const { target, tunnel } = await openTunnel({
      answer: (_request, response) => void response.end(randomBytes(4_000_000), () => void tunnel.close()),
    });
    const answer = await sendTo(tunnel.url, { body: 'x' });
    expect(target.requests).toHaveLength(1);
    expect(answer.body).toHaveLength(4_000_000);
    expect(await tunnel.ended).toBeUndefined();
  });

  test('is an error when the server dies', async () => {
    const other = await startLocaltunnelServer();
    const { tunnel } = await openTunnel({ host: other.url });
    await other.kill();
    const error = await tunnel.ended;
    expect(error).toBeInstanceOf(UserError);
    expect(error?.message).toMatch(/^The relay port localhost:\d+ refuses connections\.$/);
  });

  test('frees the name for when the server is back', async () => {
    const other = await startLocaltunnelServer();
    onTestFinished(() => other.stop());
    const { target, tunnel } = await openTunnel({ host: other.url, subdomain: 'back-again' });
    await other.kill();
    await tunnel.ended;
    await other.start();

    const again = await localtunnel.open(target.port, { host: other.url, subdomain: 'back-again' }, never);
    onTestFinished(() => again.close());
    await sendTo(again.url, { body: 'second life' });

    expect(again.url).toBe(tunnel.url);
    expect((await target.next()).body.toString()).toBe('second life');
  });
});

describe('a localtunnel that does not open', () => {
  test('says that the server cannot be reached', async () => {
    const host = `http://127.0.0.1:${await freePort()}`;
    const error = await failureOf(localtunnel.open(1, { host }, never));
    expect(error.code).toBe('unavailable');
    expect(error.message).toBe(`The tunnel server ${host} can't be reached: it refuses the connection.`);
  });

  test("reports the server's objection to the name", async () => {
    const error = await failureOf(localtunnel.open(1, { host: server.url, subdomain: 'no' }, never));
    expect(error.code).toBe('unavailable');
    expect(error.message).toMatch(/gave no address: Invalid subdomain\. Subdomains must be lowercase/);
  });

  test("reports the server's status if it gave no reason", async () => {
    const host = await startFakeServer(502, '<h1>Bad Gateway</h1>');
    const error = await failureOf(localtunnel.open(1, { host }, never));
    expect(error.message).toBe(`The tunnel server ${host} gave no address: it responded 502 Bad Gateway.`);
  });

  test.for([
    'Welcome to the hotel network',
    '[]',
    '{"id":"a","port":"80","url":"http://a.test"}',
    '{"id":"a","port":70000,"url":"http://a.test"}',
    '{"id":"a","port":7000,"url":"javascript:alert(1)"}',
  ])('rejects a server that responds with %s', async (body) => {
    const host = await startFakeServer(200, body);
    const error = await failureOf(localtunnel.open(1, { host }, never));
    expect(error.message).toBe(`${host} responded, but not like a localtunnel server.`);
  });

  test('says that the relay port refuses', async () => {
    const relay = await freePort();
    const host = await startFakeServer(
      200,
      `{"id":"a","port":${relay},"url":"http://a.test","max_conn_count":3}`,
    );
    const error = await failureOf(localtunnel.open(1, { host }, never));
    expect(error.message).toBe(`The relay port 127.0.0.1:${relay} refuses connections.`);
  });

  test('ends with the reason of the signal while the server keeps silent', async () => {
    const silent = createTcpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const host = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const controller = new AbortController();
    const reason = new Error('enough');
    silent.once('connection', (socket) => {
      socket.on('error', () => {});
      controller.abort(reason);
    });
    await expect(localtunnel.open(1, { host }, controller.signal)).rejects.toBe(reason);
    await expect(localtunnel.open(1, { host }, controller.signal)).rejects.toBe(reason);
  });

  test.for(['loca.lt', 'ftp://loca.lt', 'http://a.test/?x'])('rejects %s as a server', async (host) => {
    const error = await failureOf(localtunnel.open(1, { host }, never));
    expect(error.code).toBe('usage');
    expect(error.message).toContain(host);
  });
});

test('ends if the relay drops every connection', async () => {
  const relay = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => void relay.close());
  const { port } = relay.address() as AddressInfo;
  const host = await startFakeServer(
    200,
    `{"id":"a","port":${port},"url":"http://a.test","max_conn_count":3}`,
  );
  const target = await startTarget();
  onTestFinished(() => target.close());

  const tunnel = await localtunnel.open(target.port, { host }, never);

  expect((await tunnel.ended)?.message).toBe('The tunnel server drops every connection.');
});

test('an exception inside the library ends the tunnel, not the program', async () => {
  const host = server.url;
  // No socket has this port: the library throws where nobody can catch, once its relay is connected.
  const error = await localtunnel.open(70_000, { host }, never).then(
    (tunnel) => tunnel.ended,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^The tunnel library crashed: /),
  });
});
