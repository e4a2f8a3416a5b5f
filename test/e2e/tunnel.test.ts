import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ListenOptions,
  listen,
  localtunnel,
  openStore,
  type SessionEvent,
  type Tunnel,
  type TunnelDriver,
  type TunnelStatus,
  UserError,
} from '../../src/index.ts';
import { findRunningListener } from '../../src/operations/running-listener.ts';
import { runCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { head, listed, shown, startListen } from '../support/listening.ts';
import { type LocaltunnelServer, startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';

async function aServer(): Promise<LocaltunnelServer> {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  return server;
}

async function aTarget(...options: Parameters<typeof startTarget>) {
  const target = await startTarget(...options);
  onTestFinished(() => target.close());
  return target;
}

describe('through the tunnel', () => {
  test('a request is recorded as its sender called it; forwarding headers from elsewhere do not count', async () => {
    const server = await aServer();
    const trust = ['--tunnel-option', 'localtunnel.trustForwarded=yes'];
    const { home, port, ready } = await startListen(['--tunnel-host', server.url, ...trust]);
    const url = String(ready['url']);
    expect(url).toMatch(new RegExp(`^http://[a-z0-9-]+\\.localhost:${server.port}$`));

    const forwarded = ['X-Forwarded-For', '198.51.100.1, 203.0.113.7', 'X-Forwarded-Proto', 'http'];
    expect((await sendTo(`${url}/hooks//a?b=%zz`, { headers: forwarded, body: 'x' })).status).toBe(200);
    expect(await shown(home)).toMatchObject({
      url: `${url}/hooks//a?b=%zz`,
      requestTarget: '/hooks//a?b=%zz',
      remoteAddress: '203.0.113.7',
    });

    await exchangeRaw(
      port,
      head('GET /direct HTTP/1.1', 'Host: h', 'X-Forwarded-For: 203.0.113.7', 'X-Forwarded-Proto: https'),
    );
    expect(await shown(home)).toMatchObject({ url: 'http://h/direct', remoteAddress: '127.0.0.1' });
    expect(await listed(home)).toHaveLength(2);
  });

  test('bytes are exact both ways', async () => {
    const server = await aServer();
    const target = await aTarget({ answer: ({ body }, response) => void response.writeHead(201).end(body) });
    const { home, ready } = await startListen([String(target.port), '--tunnel-host', server.url]);
    const body = randomBytes(1_500_000);
    const answer = await sendTo(String(ready['url']), { method: 'PUT', body });
    expect([answer.status, answer.body.equals(body)]).toEqual([201, true]);
    expect((await target.next()).body.equals(body)).toBe(true);
    expect((await runCli(['show', '@', '--body'], { home })).stdout.equals(body)).toBe(true);
  });

  test('what localtunnel does to requests is measured, and recorded nowhere', async () => {
    const server = await aServer();
    const { cli, home } = await startListen(['--tunnel-host', server.url]);
    const { fidelity } = await cli.waitForLine(({ fidelity }) => Boolean(fidelity));
    expect(fidelity).toEqual({
      body: 'kept',
      largeBody: 'kept',
      path: 'kept',
      headerRepeats: 'lost',
      headerBytes: 'kept',
      response: 'kept',
      headerOrder: 'kept',
      headerCase: 'lost',
      responseHeaderCase: 'lost',
      emptyBody: 'kept',
      browsers: 'kept',
    });
    expect(await listed(home)).toEqual([]);
    // Other commands of the user learn it, too.
    const { urls } = await findRunningListener({
      stateFolder: join(home.folder, 'state/webhook-cli'),
      folder: undefined,
      signal: new AbortController().signal,
    });
    expect(urls.tunnel).toMatchObject({ state: 'online', fidelity });
    const text = await startCli(['listen', '--tunnel-host', server.url]);
    await expect
      .poll(text.stderr)
      .toMatch(/\nwebhook-cli: The tunnel does not keep repeated headers and header case\.\n$/);
  });

  test('without --json the public URL is the first line of stdout', async () => {
    const server = await aServer();
    const cli = await startCli(['listen', '--tunnel-host', server.url]);
    const [, url] = await cli.waitForOutput(/^(http:\/\/\S+\.localhost:\d+)\n/);
    await sendTo(`${url}/seen`);
    await cli.waitForOutput(/✓ 200 {2}POST \/seen/);
    expect(cli.stdout().toString().split('\n')[0]).toBe(url);
    expect(cli.stderr()).toMatch(/^webhook-cli: listening on http:\/\/localhost:\d+, recording only\. .*\n/);
  });

  test('the URL is the same after a restart, also one within a second', async () => {
    const server = await aServer();
    const first = await startListen(['--tunnel-host', server.url]);
    const url = String(first.ready['url']);
    expect(url).toMatch(new RegExp(`^http://[a-z][a-z2-7]{11}\\.localhost:${server.port}$`));
    first.cli.signal('SIGKILL');
    await first.cli.exit;
    const second = await startListen(['--tunnel-host', server.url], { home: first.home });
    expect(second.ready['url']).toBe(url);
  });

  test('--subdomain is requested; if it is taken, another is used until it is free', async () => {
    const server = await aServer();
    const first = await startListen(['--tunnel-host', server.url, '--subdomain', 'calm-fox']);
    const url = `http://calm-fox.localhost:${server.port}`;
    expect(first.ready['url']).toBe(url);
    const { session, states } = await withDriver(localtunnel.open, {
      tunnelHost: server.url,
      subdomain: 'calm-fox',
      tunnelTiming: { ...quick, openMs: 10_000, nameWaitsMs: [20], nameAgainMs: 500 },
    });
    expect(session.url).not.toBe(url);
    const said = () => states.map(({ message }) => message);
    expect(said()).toContain('Subdomain "calm-fox" is taken; asking for it again before using another.');
    expect(said()).toContain(`Subdomain "calm-fox" is not available; using ${session.url}.`);
    first.cli.signal('SIGINT');
    await expect.poll(() => session.url, { timeout: 20_000 }).toBe(url);
    expect(said()).toContain(`The public URL is ${url} again.`);
    expect((await sendTo(url, { body: 'x' })).status).toBe(200);
  });

  test('--url-file holds the public URL of this run, readable by the user only', async () => {
    const server = await aServer();
    const home = await temporaryHome();
    const file = join(home.work, 'url');
    await writeFile(file, 'http://stale.example\n');
    const local = await startListen(['--no-tunnel', '--url-file', file], { home });
    expect(existsSync(file)).toBe(false);
    local.cli.signal('SIGTERM');
    await local.cli.exit;
    const { ready } = await startListen(['--tunnel-host', server.url, '--url-file', file], { home });
    expect(await readFile(file, 'utf8')).toBe(`${ready['url']}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const nowhere = await runCli(['listen', '--url-file', join(home.work, 'no', 'such', 'url')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringMatching(/^webhook-cli: Cannot write the URL.*\n/),
    ]);
  });

  test('--no-tunnel opens no tunnel', async () => {
    const { cli, port, ready } = await startListen(['--no-tunnel']);
    await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: h'));
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    expect(ready['url']).toBe(null);
    expect(cli.stdout().toString()).not.toContain('"tunnel"');
  });
});

describe('when the tunnel server', () => {
  test('is down at the start: reported, requests captured locally, online when it comes', async () => {
    const server = await aServer();
    await server.kill();
    const began = performance.now();
    const args = ['--tunnel-host', server.url];
    const starting = startListen(args);
    const text = await startCli(['listen', ...args]);
    const required = runCli(['listen', ...args, '--require-tunnel', '--json']);

    const { cli, home, ready, port } = await starting;
    expect(ready).toMatchObject({ url: null, localUrl: `http://localhost:${port}` });
    expect(performance.now() - began).toBeLessThan(13_000);
    expect(await cli.waitForLine(({ type }) => type === 'tunnel')).toEqual({
      type: 'tunnel',
      state: 'unreachable',
      driver: 'localtunnel',
      url: null,
      verified: false,
      fidelity: null,
      message: expect.stringMatching(
        /^The tunnel server http:\/\/localhost:\d+ can't be reached: .*; still trying\.$/,
      ),
    });
    expect((await exchangeRaw(port, head('GET /local HTTP/1.1', 'Host: h'))).status).toBe(200);
    expect(await shown(home)).toMatchObject({ requestTarget: '/local' });

    const { code, stdout, stderr } = await required;
    expect(code).toBe(5);
    expect(stdout.toString()).not.toContain('"ready"');
    expect(JSON.parse(stderr)).toMatchObject({
      type: 'error',
      code: 'unavailable',
      hint: expect.any(String),
    });

    const [, localUrl] = await text.waitForOutput(/^(http:\/\/localhost:\d+)\n/);
    expect(text.stderr().trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^webhook-cli: The tunnel server .* can't be reached: .*; still trying\.$/),
      expect.stringContaining(`listening on ${localUrl}`),
    ]);

    await server.start();
    const online = await cli.waitForLine(({ state }) => state === 'online', 30_000);
    expect(online).toMatchObject({ type: 'tunnel', url: expect.any(String), verified: true, message: null });
    expect((await sendTo(`${online['url']}/late`)).status).toBe(200);
    expect(await shown(home)).toMatchObject({ url: `${online['url']}/late` });
    await text.waitForOutput(/^http:\/\/localhost:\d+\nhttp:\/\/\S+\.localhost:\d+\n$/, 30_000);
  });

  test('dies and comes back: unreachable, then online under the same name', async () => {
    const server = await aServer();
    const { cli, home, port, ready } = await startListen(['--tunnel-host', server.url]);
    await server.kill();
    expect(await cli.waitForLine(({ state }) => state === 'unreachable')).toEqual({
      type: 'tunnel',
      state: 'unreachable',
      driver: 'localtunnel',
      url: ready['url'],
      verified: false,
      fidelity: expect.toBeOneOf([null, expect.any(Object)]),
      message: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect((await exchangeRaw(port, head('GET /meanwhile HTTP/1.1', 'Host: h'))).status).toBe(200);
    await server.start();
    let wasDown = false;
    const again = await cli.waitForLine(({ state }) => {
      wasDown ||= state === 'unreachable';
      return wasDown && state === 'online';
    }, 40_000);
    expect(again).toMatchObject({ url: ready['url'], message: null });
    expect((await sendTo(`${again['url']}/again`)).status).toBe(200);
    expect((await listed(home)).map(({ requestTarget }) => requestTarget)).toEqual(['/again', '/meanwhile']);
  });

  test('is away: Ctrl-C still ends it within 2 s', async () => {
    const server = await aServer();
    const later = await startListen(['--tunnel-host', server.url]);
    await server.kill();
    await later.cli.waitForLine(({ state }) => state === 'unreachable');
    const atStart = await startCli(['listen', '--json', '--tunnel-host', server.url]);
    await atStart.waitForLine(({ state }) => state === 'unreachable');
    // A server that takes the connection and says nothing is as good as away.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const connected = once(silent, 'connection');
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const opening = await startCli(['listen', '--json', '--tunnel-host', silentUrl]);
    await connected;
    for (const cli of [later.cli, atStart, opening]) {
      const began = performance.now();
      cli.signal('SIGINT');
      expect(await cli.exit).toBe(130);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(cli.stderr()).toBe('');
    }
  });

  test('is up: Ctrl-C lets requests in flight get their reply, within 2 s', async () => {
    const server = await aServer();
    const target = await aTarget({ answer: () => {} });
    const { cli, home, ready } = await startListen([String(target.port), '--tunnel-host', server.url]);
    const answer = sendTo(`${ready['url']}/in-flight`, { body: 'x' });
    await target.next();
    const began = performance.now();
    cli.signal('SIGINT');
    // It is held, so its sender is told that it is taken.
    expect((await answer).status).toBe(202);
    expect(await cli.exit).toBe(130);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await shown(home)).toMatchObject({
      reply: { status: 202, by: 'listener' },
      deliveries: [{ state: 'pending' }],
      attempts: [{ error: { code: 'interrupted' } }],
    });
    expect(await cli.waitForLine(({ state }) => state === 'closed')).toMatchObject({ type: 'tunnel' });
  });
});

const quick = {
  nameWaitsMs: [],
  openMs: 400,
  heartbeatMs: 30,
  probeMs: 1_000,
  retryFirstMs: 20,
  retryLongestMs: 40,
};

/** A session of the library with a driver of the test's own, and the tunnel states that it tells, in order. */
async function withDriver(open: TunnelDriver['open'], options: Partial<ListenOptions> = {}) {
  const home = await temporaryHome();
  const store = openStore(home.db);
  const states: Extract<SessionEvent, { type: 'tunnel' }>[] = [];
  const session = await listen({
    store,
    tunnels: [{ name: 'own', keepsName: true, open }],
    tunnelTiming: quick,
    onEvent: (event) => void (event.type === 'tunnel' && isNews(event, states.at(-1)) && states.push(event)),
    ...options,
  });
  onTestFinished(async () => {
    await session.close();
    await store.close();
  });
  return { session, store, states, inOrder: () => states.map(({ state }) => state) };
}

/** False where only what the tunnel does to requests has been measured. */
function isNews(event: TunnelStatus, before: TunnelStatus | undefined): boolean {
  return (['state', 'url', 'verified', 'message'] as const).some((name) => event[name] !== before?.[name]);
}

/** A public address in front of `port`: a proxy that can stop carrying anything without ending. */
async function openProxy(port: number, carries: () => boolean) {
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    if (!carries()) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const inner = connect({ port, host: '127.0.0.1' });
    inner.on('error', () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => void proxy.close(),
  };
}

test('a tunnel whose public URL does not resolve here stays open while requests arrive, and cuts none', async () => {
  const server = await aServer();
  let realUrl = '';
  let closed = 0;
  let checks = 0;
  const held: ServerResponse[] = [];
  const target = await aTarget({ answer: (_request, response) => void held.push(response) });
  const { session, store, states } = await withDriver(
    async (...args): Promise<Tunnel> => {
      const tunnel = await localtunnel.open(...args);
      realUrl = tunnel.url;
      return {
        ...tunnel,
        url: 'http://no-such-host.invalid',
        isConnected(signal) {
          checks++;
          return tunnel.isConnected!(signal);
        },
        close() {
          closed++;
          return tunnel.close();
        },
      };
    },
    {
      target: String(target.port),
      tunnelHost: server.url,
      subdomain: 'no-such-host',
      tunnelTiming: { ...quick, openMs: 10_000 },
    },
  );
  expect(session.tunnel).toMatchObject({ state: 'online', verified: false });
  const slow = sendTo(`${realUrl}/slow`, { body: 'x' });
  await target.next();
  target.answer = (_request, response) => void response.end();
  let sent = 1;
  for (; checks < 10; sent++) expect((await sendTo(realUrl, { body: 'x' })).status).toBe(200);
  held[0]!.end('late');
  expect((await slow).body.toString()).toBe('late');
  expect(states).toEqual([expect.objectContaining({ state: 'online', verified: false })]);
  expect(states[0]!.message).toMatch(/^Not verified from here: .*no-such-host\.invalid.*\.$/);
  expect([closed, store.page({ limit: sent + 1 })]).toEqual([0, expect.objectContaining({ length: sent })]);
});

test('a tunnel server that hangs is noticed, and the URL is the same when it goes on', async () => {
  const server = await aServer();
  const { session, store, states } = await withDriver(localtunnel.open, {
    tunnelHost: server.url,
    tunnelTiming: {
      ...quick,
      openMs: 2_000,
      probeMs: 500,
      nameWaitsMs: [500, 1_000, 1_000, 1_000, 1_000, 1_000],
    },
  });
  const url = session.url!;
  process.kill(server.pid!, 'SIGSTOP');
  await expect.poll(() => states.at(-1)?.message, { timeout: 20_000 }).toMatch(/still trying\.$/);
  expect(states.find(({ state }) => state === 'unreachable')?.message).toMatch(
    /does not respond\); checking/,
  );
  process.kill(server.pid!, 'SIGCONT');
  await expect.poll(() => session.tunnel, { timeout: 30_000 }).toMatchObject({ state: 'online', url });
  expect((await sendTo(url, { body: 'x' })).status).toBe(200);
  expect(store.page({ limit: 2 })).toHaveLength(1);
});

describe('a custom tunnel driver', () => {
  test('whose tunnel stops carrying is closed and opened again', async () => {
    let carries = true;
    let opened = 0;
    const closed: number[] = [];
    const { session, states, inOrder } = await withDriver(async (port): Promise<Tunnel> => {
      const number = ++opened;
      const proxy = await openProxy(port, () => carries || number > 1);
      return {
        url: proxy.url,
        ended: new Promise(() => {}),
        close: async () => {
          closed.push(number);
          proxy.close();
        },
      };
    });
    expect(inOrder()).toEqual(['online']);
    const first = session.url;
    carries = false;
    await expect
      .poll(inOrder, { timeout: 5_000 })
      .toEqual(['online', 'unreachable', 'unreachable', 'online']);
    const why = 'Requests do not arrive (the tunnel server responds 404 itself)';
    expect(states.slice(1, 3).map(({ message }) => message)).toEqual([
      `${why}; checking again.`,
      `${why}. Reconnecting (try 1).`,
    ]);
    expect([opened, closed]).toEqual([2, [1]]);
    expect(session.url).not.toBe(first);
    expect(states.at(-1)).toMatchObject({
      url: session.url,
      message: expect.stringContaining('public URL is now'),
    });
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('no luck'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    [
      'throws',
      () => {
        throw new Error('no luck');
      },
    ],
    ['never resolves and heeds no signal', () => new Promise<never>(() => {})],
    [
      'gives an invalid address',
      async () => ({ url: '', ended: new Promise<undefined>(() => {}), close: async () => {} }),
    ],
    [
      'gives a tunnel whose end and closing reject',
      async () => ({
        url: 'http://127.0.0.1:9',
        ended: Promise.reject(new Error('gone')),
        close: () => Promise.reject(new Error('can not')),
      }),
    ],
  ] as [string, TunnelDriver['open']][])(
    'that %s: tried again, captured locally, closed in time',
    async (_, open) => {
      let tries = 0;
      const home = await temporaryHome();
      const store = openStore(home.db);
      const events: SessionEvent[] = [];
      const stop = new AbortController();
      const starting = listen({
        store,
        tunnels: [
          {
            name: 'own',
            keepsName: true,
            open(...args) {
              tries++;
              return open(...args);
            },
          },
        ],
        tunnelTiming: quick,
        signal: stop.signal,
        onEvent: (event) => void events.push(event),
      });
      await expect.poll(() => tries, { timeout: 5_000 }).toBeGreaterThan(2);
      expect(events[0]).toMatchObject({
        type: 'tunnel',
        state: 'unreachable',
        message: expect.stringMatching(/\.$/),
      });
      stop.abort();
      await expect(starting).rejects.toBe(stop.signal.reason);
      await store.close();
    },
  );

  test('that rejects an option is not retried', async () => {
    const home = await temporaryHome();
    const store = openStore(home.db);
    let tries = 0;
    const open = () => {
      tries++;
      return Promise.reject(new UserError('usage', 'That is no address.'));
    };
    const starting = listen({
      store,
      tunnels: [{ name: 'own', keepsName: true, open }],
      tunnelTiming: quick,
    });
    await expect(starting).rejects.toThrow('That is no address.');
    expect(tries).toBe(1);
    await store.close();
  });
});
