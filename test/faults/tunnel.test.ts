import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type ListenOptions,
  listen,
  localtunnel,
  openStore,
  type SessionEvent,
  type TunnelDriver,
} from '../../src/index.ts';
import { type Changes, startChangingProxy } from '../support/changing-proxy.ts';
import { temporaryHome } from '../support/home.ts';
import { freePort } from '../support/listening.ts';
import { type LocaltunnelServer, startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { sendTo } from '../support/send.ts';
import { expectNoneLost, type SteadySenders, startSenders } from '../support/steady-senders.ts';
import { until } from '../support/until.ts';

type TunnelEvent = Extract<SessionEvent, { type: 'tunnel' }>;

const timing = {
  openMs: 3_000,
  heartbeatMs: 1_500,
  probeMs: 1_000,
  retryFirstMs: 100,
  retryLongestMs: 500,
  nameWaitsMs: [500, 1_000, 1_000, 1_000, 1_000, 1_000],
  nameAgainMs: 1_500,
};

/** Two heartbeats, with the time that a call may take until it has failed. */
const noticeMs = 2 * timing.heartbeatMs + timing.probeMs;

async function aServer(): Promise<LocaltunnelServer> {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  return server;
}

/** A session of the library, its tunnel's events, and senders that call its public URL all the time. */
async function aSession(
  server: LocaltunnelServer,
  driver: Partial<TunnelDriver> = {},
  options: Partial<ListenOptions> = {},
) {
  const home = await temporaryHome();
  const store = openStore(home.db);
  const events: TunnelEvent[] = [];
  let opened = 0;
  const open = driver.open ?? localtunnel.open;
  const session = await listen({
    store,
    tunnels: [
      {
        ...localtunnel,
        ...driver,
        open(...args) {
          opened++;
          return open.apply(localtunnel, args);
        },
      },
    ],
    tunnelHost: server.url,
    subdomain: 'calm-fox',
    tunnelTiming: timing,
    onEvent: (event) => void (event.type === 'tunnel' && events.push(event)),
    ...options,
  });
  onTestFinished(async () => {
    await session.close();
    await store.close();
  });
  const url = `http://calm-fox.localhost:${server.port}`;
  return {
    home,
    session,
    events,
    url,
    opened: () => opened,
    /** Resolves with the ms until the tunnel is not shown as online and verified any more. */
    async noticed(): Promise<number> {
      const began = performance.now();
      await until(() => !session.tunnel.verified);
      return performance.now() - began;
    },
    recovered: () => until(() => session.tunnel.verified),
  };
}

function sendersTo(url: () => string, patienceMs?: number): SteadySenders {
  const senders = startSenders(url, patienceMs === undefined ? {} : { patienceMs });
  onTestFinished(() => senders.stop());
  return senders;
}

/** Requests that are sent one after the other now are answered, each. */
async function expectOnline(url: string): Promise<void> {
  for (let sent = 0; sent < 10; sent++) {
    expect((await sendTo(`${url}/after`, { body: 'x' })).status).toBe(200);
  }
}

describe('a tunnel server', () => {
  test('that restarts: the URL is the same', async () => {
    const server = await aServer();
    const { home, session, url, noticed, recovered } = await aSession(server);
    expect(session.url).toBe(url);
    const senders = sendersTo(() => url);
    await senders.proceed(40);
    const noticing = noticed();
    await server.kill();
    expect(await noticing).toBeLessThan(noticeMs);
    await server.start();
    await recovered();
    expect(session.tunnel).toMatchObject({ state: 'online', verified: true, url, message: null });
    await senders.proceed(40);
    await expectOnline(url);
    await expectNoneLost(home, senders);
  });

  test('that drops every connection, again and again: the tunnel goes on under its URL', async () => {
    const server = await aServer();
    const { home, session, url, opened } = await aSession(server);
    const senders = sendersTo(() => url);
    for (let drops = 0; drops < 5; drops++) {
      await senders.proceed(30);
      server.dropConnections();
    }
    await senders.proceed(30);
    await until(() => session.tunnel.verified);
    expect(session.url).toBe(url);
    await expectOnline(url);
    console.log(`opened ${opened()} times for 5 drops, ${senders.failed.length} requests cut by the server`);
    await expectNoneLost(home, senders);
  });

  test('that refuses connections for a while: said so, and the URL is the same', async () => {
    const server = await aServer();
    const { home, session, events, url, noticed, recovered } = await aSession(server);
    const senders = sendersTo(() => url);
    await senders.proceed(40);
    const noticing = noticed();
    await server.kill();
    expect(await noticing).toBeLessThan(noticeMs);
    await until(() => events.filter(({ message }) => message?.endsWith('still trying.')).length > 0);
    expect(session.tunnel.message).toMatch(/can't be reached: it refuses the connection; still trying\.$/);
    const failedBefore = senders.failed.length;
    await until(() => senders.failed.length > failedBefore + 40);
    expect(session.tunnel).toMatchObject({ state: 'unreachable', url });
    await server.start();
    await recovered();
    expect(session.url).toBe(url);
    await senders.proceed(40);
    await expectNoneLost(home, senders);
  });

  test('that hangs for five heartbeats: noticed, and no request is cut', async () => {
    const server = await aServer();
    const { home, session, url, noticed, recovered, opened } = await aSession(server);
    const senders = sendersTo(() => url, 60_000);
    await senders.proceed(40);
    process.kill(server.pid!, 'SIGSTOP');
    const began = performance.now();
    expect(await noticed()).toBeLessThan(noticeMs);
    expect(session.tunnel).toMatchObject({ url, message: expect.stringMatching(/does not respond/) });
    await until(() => performance.now() - began > 5 * timing.heartbeatMs);
    process.kill(server.pid!, 'SIGCONT');
    await recovered();
    await senders.proceed(40);
    await expectNoneLost(home, senders);
    expect([senders.failed, opened(), session.url]).toEqual([[], 1, url]);
  });

  test('that gives another name: loud, in use at once, and given up for the own one', async () => {
    const server = await aServer();
    let free = Promise.resolve();
    const { home, session, events, url, noticed } = await aSession(
      server,
      {
        async open(...args) {
          await free;
          return localtunnel.open(...args);
        },
      },
      { tunnelTiming: { ...timing, nameWaitsMs: [100] } },
    );
    const senders = sendersTo(() => session.url ?? url);
    await senders.proceed(40);
    let letGo = () => {};
    free = new Promise((resolve) => (letGo = resolve));
    const noticing = noticed();
    await server.kill();
    expect(await noticing).toBeLessThan(noticeMs);
    await server.start();
    // Another user is faster.
    const { signal } = new AbortController();
    const other = await localtunnel.open(
      await freePort(),
      { host: server.url, subdomain: 'calm-fox' },
      signal,
    );
    expect(other.url).toBe(url);
    letGo();
    await until(() => session.tunnel.verified);
    expect(session.url).not.toBe(url);
    expect(session.tunnel.message).toBe(
      `Subdomain "calm-fox" was taken: the public URL is now ${session.url}. Update your provider.`,
    );
    await senders.proceed(40);
    await other.close();
    await until(() => session.url === url && session.tunnel.verified);
    expect(events.findLast(({ message }) => message !== null)?.message).toBe(
      `The public URL is ${url} again.`,
    );
    await senders.proceed(40);
    await expectNoneLost(home, senders);
  });
});

/** A session whose public URL is a server before the tunnel server, which can be made to misbehave. */
async function aFrontedSession(options: Partial<ListenOptions> = {}, changes: Changes = {}) {
  const server = await aServer();
  const front = { changes };
  const host = `calm-fox.localhost:${server.port}`;
  const proxy = await startChangingProxy(
    () => server.port,
    () => ({
      ...front.changes,
      request: (message) => message.replace(/^Host: .*$/im, `Host: ${host}`),
    }),
  );
  onTestFinished(proxy.close);
  const fronted = await aSession(
    server,
    {
      async open(...args) {
        const tunnel = await localtunnel.open(...args);
        return { ...tunnel, url: proxy.url, name: 'calm-fox' };
      },
    },
    options,
  );
  return { ...fronted, server, front, publicUrl: proxy.url };
}

const page = (status: number, body: string) =>
  `HTTP/1.1 ${status} X\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

describe('the server before a tunnel', () => {
  test('that answers 502: noticed, and online when it carries again', async () => {
    const { home, session, front, publicUrl, noticed, recovered, opened } = await aFrontedSession();
    const senders = sendersTo(() => publicUrl);
    await senders.proceed(40);
    const noticing = noticed();
    front.changes = { reply: () => page(502, 'bad gateway') };
    expect(await noticing).toBeLessThan(noticeMs);
    expect(session.tunnel.message).toBe('Not verified from here: the tunnel server responds 502 itself.');
    front.changes = {};
    await recovered();
    await senders.proceed(40);
    await expectNoneLost(home, senders);
    expect([session.url, opened()]).toEqual([publicUrl, 1]);
  });

  test('that answers 502 while nothing arrives: reopened under its URL until it carries again', async () => {
    const { session, front, publicUrl, noticed, recovered, opened } = await aFrontedSession();
    const noticing = noticed();
    front.changes = { reply: () => page(502, 'bad gateway') };
    expect(await noticing).toBeLessThan(noticeMs);
    await until(() => opened() >= 3);
    expect(session.tunnel).toMatchObject({
      state: 'unreachable',
      url: publicUrl,
      message: expect.stringMatching(/^Requests do not arrive \(the tunnel server responds 502 itself\)/),
    });
    front.changes = {};
    await recovered();
    expect(session.tunnel).toMatchObject({ state: 'online', url: publicUrl });
    await expectOnline(publicUrl);
  });

  test('that shows browsers a page: online, and said', async () => {
    const { home, session, publicUrl } = await aFrontedSession(
      {},
      {
        reply: (message) =>
          /^user-agent: Mozilla/im.test(message) ? page(401, '<html>password') : undefined,
      },
    );
    const senders = sendersTo(() => publicUrl);
    await senders.proceed(40);
    await until(() => session.tunnel.fidelity !== null);
    expect(session.tunnel).toMatchObject({
      state: 'online',
      verified: true,
      fidelity: { body: 'kept', path: 'kept', browsers: 'lost' },
    });
    await expectNoneLost(home, senders);
    expect(senders.failed).toEqual([]);
  });

  test('that shows our own calls a page: online, the page explained, and no request cut', async () => {
    const { home, session, front, publicUrl, noticed, recovered, opened } = await aFrontedSession();
    const noticing = noticed();
    front.changes = {
      reply: (message) => (/^webhook-cli-probe:/im.test(message) ? page(511, '<html>password') : undefined),
    };
    expect(await noticing).toBeLessThan(noticeMs);
    expect(session.tunnel).toMatchObject({
      state: 'online',
      message: expect.stringMatching(/^The tunnel server shows its password page to our own calls\. /),
    });
    const senders = sendersTo(() => publicUrl);
    await senders.proceed(40);
    front.changes = {};
    await recovered();
    await expectNoneLost(home, senders);
    expect([senders.failed, opened()]).toEqual([[], 1]);
  });
});

describe('a public URL that cannot be called from here', () => {
  test.each(['http://no-such-host.invalid', 'http://127.0.0.1:9'])(
    '(%s): online, not verified, never reopened, no request cut',
    async (publicUrl) => {
      const server = await aServer();
      const { home, session, url, opened } = await aSession(server, {
        async open(...args) {
          return { ...(await localtunnel.open(...args)), url: publicUrl, name: 'calm-fox' };
        },
      });
      const senders = sendersTo(() => url);
      const began = performance.now();
      await until(() => performance.now() - began > 6 * timing.heartbeatMs);
      await senders.proceed(40);
      expect(session.tunnel).toMatchObject({ state: 'online', verified: false, url: publicUrl });
      expect(session.tunnel.message).toMatch(/^Not verified from here: /);
      await expectNoneLost(home, senders);
      expect([senders.failed, opened()]).toEqual([[], 1]);
    },
  );
});

test('a clock that jumps has the tunnel checked at once, and cuts nothing', async () => {
  const { home, session, front, publicUrl, opened } = await aFrontedSession({
    tunnelTiming: { ...timing, heartbeatMs: 600_000 },
  });
  await until(() => session.tunnel.fidelity !== null);
  const senders = sendersTo(() => session.url ?? '');
  await senders.proceed(20);
  let probes = 0;
  front.changes = {
    reply(message) {
      if (/^webhook-cli-probe:/im.test(message)) probes++;
      return undefined;
    },
  };
  const realNow = Date.now;
  const jumps = [3_600_000, -7_200_000];
  for (const [index, jump] of jumps.entries()) {
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + jump);
    await until(() => probes === index + 1);
  }
  vi.restoreAllMocks();
  await until(() => probes === 3);
  await senders.proceed(20);
  expect(session.tunnel).toMatchObject({ state: 'online', verified: true, url: publicUrl });
  await expectNoneLost(home, senders);
  expect([senders.failed, opened()]).toEqual([[], 1]);
});
