import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { type ReceivedRequest, startTarget } from '../../test/support/target.ts';
import { arrivedProbeReply } from '../model/arrived-probe.ts';
import { wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import { flatFromHeaders, headersFromFlat } from '../model/headers.ts';
import { isExact } from '../model/tunnel-fidelity.ts';
import { localtunnel } from '../tunnels/localtunnel.ts';
import type { Tunnel, TunnelDriver, TunnelOptions } from '../tunnels/tunnel.ts';
import type { DisturbanceSources } from './disturbances.ts';
import type { ChosenDriver, TunnelKeeperOptions } from './keeper-context.ts';
import { createTunnelKeeper } from './tunnel-keeper.ts';

interface TestTunnel extends Tunnel {
  end(error?: Error): void;
}

type Opening = (options: TunnelOptions, signal: AbortSignal) => Promise<Tunnel>;

interface TestOptions {
  /** The requested name. */
  readonly subdomain?: string;
  /** Drivers after the one of the test. */
  readonly others?: readonly ChosenDriver[];
}

/** A keeper whose public URL is a server of the test, which has it reply as long as `carries` holds. */
async function aKeeper(
  { subdomain, others = [], ...options }: Partial<TunnelKeeperOptions> & TestOptions = {},
  driver: Partial<TunnelDriver> = {},
) {
  const clock = createManualClock();
  const statuses: TunnelStatus[] = [];
  const opened: TunnelOptions[] = [];
  const closed: string[] = [];
  /** The next openings, in their order; a tunnel to the server after the last. */
  const openings: Opening[] = [];
  const server = await startTarget({
    answer(request, response) {
      const headers = new Map(
        request.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : [[name, all[at + 1]]])),
      );
      const named = Object.fromEntries(headers);
      const reply =
        test.status !== 200
          ? undefined
          : keeper.wantsReport(named)
            ? reportOn(request)
            : keeper.probeReply(named);
      const flat = flatFromHeaders(reply?.headers ?? []);
      response.writeHead(reply?.status ?? test.status, flat).end(reply && wholeBody(reply.body));
    },
  });

  function aTunnel(url: string): TestTunnel {
    let end!: (error?: Error) => void;
    const ended = new Promise<Error | undefined>((resolve) => (end = resolve));
    const close = async () => {
      closed.push(url);
      end();
    };
    return { url, ended, end, close };
  }

  const testDriver: TunnelDriver = {
    name: 'test',
    keepsName: true,
    ...driver,
    open(_port, options, signal) {
      opened.push(options);
      return openings.shift()?.(options, signal) ?? Promise.resolve(aTunnel(server.url));
    },
  };

  const keeper = createTunnelKeeper({
    drivers: [{ driver: testDriver, subdomain }, ...others],
    changed: (status) => statuses.push(status),
    clock,
    random: () => 0,
    measures: false,
    disturbances: { clock, addresses: () => '', every: () => () => {} },
    ...options,
  });
  onTestFinished(async () => {
    const closing = keeper.close();
    await clock.advance(1_000);
    await closing;
    await server.close();
  });
  const test = { keeper, clock, statuses, opened, closed, openings, server, aTunnel, status: 200 };
  return test;
}

/** What the listener replies to a call that asks what arrived. */
function reportOn({ method, url, rawHeaders, body }: ReceivedRequest) {
  return arrivedProbeReply({
    method,
    requestTarget: url,
    headers: headersFromFlat(rawHeaders),
    bodySize: body.length,
    bodySha256: createHash('sha256').update(body).digest('hex'),
  });
}

/** The warnings of this process from now on. */
function watchWarnings(): readonly Error[] {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  return warnings;
}

const heartbeatMs = 20_000;
const brief = ({ state, message }: TunnelStatus) => [state, message];

describe('opening', () => {
  test('is online once a call to the public URL arrives, and calls again after each heartbeat', async () => {
    const { keeper, clock, statuses, server } = await aKeeper();
    expect(keeper.status.state).toBe('connecting');
    keeper.start(4000);
    await keeper.online;
    expect(keeper.status).toMatchObject({ state: 'online', url: server.url, message: null });
    for (const count of [2, 3]) {
      await clock.whenWaiting(heartbeatMs);
      await clock.advance(heartbeatMs);
      await expect.poll(() => server.requests.length).toBe(count);
    }
    expect(statuses).toHaveLength(1);
  });

  test('is tried again with back-off', async () => {
    const { keeper, clock, statuses, openings, opened } = await aKeeper({
      timing: { retryLongestMs: 3_000 },
    });
    const failure = async () => {
      throw new UserError('unavailable', 'The server is full.');
    };
    openings.push(failure, failure, failure, failure);
    keeper.start(4000);
    for (const ms of [750, 1_500, 2_250, 2_250]) {
      await clock.whenWaiting(ms);
      expect(brief(keeper.status)).toEqual(['unreachable', 'The server is full; still trying.']);
      await clock.advance(ms);
    }
    await keeper.online;
    expect([opened.length, statuses.length]).toEqual([5, 2]);
  });

  test('is given up after 10 s, and a tunnel that comes later is closed', async () => {
    const { keeper, clock, openings, aTunnel, closed } = await aKeeper();
    let late!: (tunnel: Tunnel) => void;
    openings.push(() => new Promise((resolve) => (late = resolve)));
    keeper.start(4000);
    await clock.advance(10_000);
    await clock.whenWaiting(750);
    expect(brief(keeper.status)).toEqual(['unreachable', 'No tunnel within 10 s; still trying.']);
    late(aTunnel('http://late.example'));
    await expect.poll(() => closed).toEqual(['http://late.example']);
  });

  test('is given up with what the driver has heard last', async () => {
    const { keeper, clock, openings } = await aKeeper();
    openings.push(({ heard }) => {
      for (const line of ['nothing', 'waiting for a login']) heard?.(line);
      return new Promise(() => {});
    });
    keeper.start(4000);
    await clock.advance(10_000);
    await clock.whenWaiting(750);
    expect(keeper.status.message).toBe('No tunnel within 10 s: waiting for a login; still trying.');
  });

  test('is not tried again after an error of usage', async () => {
    const { keeper, clock, openings, statuses } = await aKeeper();
    openings.push(async () => {
      throw new UserError('usage', 'There is no such host.');
    });
    keeper.start(4000);
    await expect(keeper.online).rejects.toThrow('There is no such host.');
    expect([statuses, clock.waits]).toEqual([[], []]);
  });

  test('asks again for a name that is taken, and then uses another', async () => {
    const { keeper, clock, server, opened, closed } = await aKeeper({ subdomain: 'shop' });
    keeper.start(4000);
    for (const ms of [1_000, 2_000, 4_000]) {
      await clock.whenWaiting(ms);
      expect(keeper.waitsForName).toBe(true);
      const taken = 'Subdomain "shop" is taken; asking for it again before using another.';
      expect(brief(keeper.status)).toEqual(['connecting', taken]);
      await clock.advance(ms);
    }
    await keeper.online;
    expect(keeper.status.message).toBe(`Subdomain "shop" is not available; using ${server.url}.`);
    expect(opened.map(({ subdomain }) => subdomain)).toEqual(Array(4).fill('shop'));
    expect([closed.length, keeper.waitsForName]).toEqual([3, false]);
  });

  test('gets its name if that becomes free meanwhile', async () => {
    const { keeper, clock, openings, server, aTunnel } = await aKeeper({ subdomain: 'Shop' });
    const shopUrl = server.url.replace('127.0.0.1', 'shop.localhost');
    openings.push(
      async () => aTunnel(server.url),
      async () => aTunnel(shopUrl),
    );
    keeper.start(4000);
    await clock.whenWaiting(1_000);
    await clock.advance(1_000);
    await keeper.online;
    expect(keeper.status).toMatchObject({ url: shopUrl, message: null });
  });
});

describe('a tunnel that was online', () => {
  test('is reopened after three calls in a row that do not arrive, less and less often', async () => {
    const test = await aKeeper();
    const { keeper, clock, opened, closed, server } = test;
    const why = 'Requests do not arrive (the tunnel server responds 502 itself)';
    keeper.start(4000);
    await clock.whenWaiting(heartbeatMs);
    test.status = 502;
    await clock.advance(heartbeatMs);
    for (const [tries, backOff] of [750, 1_500, 3_000].entries()) {
      for (const _check of [1, 2]) {
        await clock.whenWaiting(1_000);
        expect(brief(keeper.status)).toEqual(['unreachable', `${why}; checking again.`]);
        expect([opened.length, closed.length]).toEqual([tries + 1, tries]);
        await clock.advance(1_000);
      }
      await clock.whenWaiting(backOff);
      expect(brief(keeper.status)).toEqual(['unreachable', `${why}. Reconnecting (try ${tries + 1}).`]);
      expect([opened.length, closed.length]).toEqual([tries + 1, tries + 1]);
      if (tries === 2) test.status = 200;
      await clock.advance(backOff);
    }
    await clock.whenWaiting(heartbeatMs);
    expect([keeper.status.state, opened.length]).toEqual(['online', 4]);
    expect(server.requests).toHaveLength(11);
  });

  test('is kept if calls arrive again', async () => {
    const test = await aKeeper({}, { messages: localtunnel.messages! });
    const { keeper, clock, opened } = test;
    keeper.start(4000);
    await clock.whenWaiting(heartbeatMs);
    test.status = 401;
    await clock.advance(heartbeatMs);
    await clock.whenWaiting(1_000);
    expect(keeper.status.message).toMatch(/password page/);
    test.status = 200;
    await clock.advance(1_000);
    await clock.whenWaiting(heartbeatMs);
    expect([brief(keeper.status), opened.length]).toEqual([['online', null], 1]);
  });

  test('is reopened under its name when it ends', async () => {
    const { keeper, clock, openings, opened, statuses, server, aTunnel } = await aKeeper({
      timing: { nameWaitsMs: [] },
    });
    const first = aTunnel(server.url);
    openings.push(async () => first);
    keeper.start(4000);
    await clock.whenWaiting(heartbeatMs);
    first.end(new Error('connection lost.'));
    await clock.whenWaiting(750);
    expect(brief(keeper.status)).toEqual([
      ...['unreachable', 'The tunnel broke: connection lost; opening it again.'],
    ]);
    openings.push(async () => aTunnel(server.url.replace('127.0.0.1', 'localhost')));
    await clock.advance(750);
    await clock.whenWaiting(heartbeatMs);
    expect(opened.map(({ subdomain }) => subdomain)).toEqual([undefined, '127']);
    expect(statuses.map(({ state }) => state)).toEqual(['online', 'unreachable', 'online']);
    expect(keeper.status.message).toMatch(
      /^Subdomain "127" was taken: the public URL is now http:\/\/localhost:\d+\. Update your provider\.$/,
    );
  });

  test.each([
    [404, 1],
    [502, 17],
  ])(
    'calls its last URL while its name is taken, often if nobody answers there (%i): %i calls',
    async (status, calls) => {
      const test = await aKeeper({ timing: { nameWaitsMs: [1_000, 1_000] } });
      const { keeper, clock, openings, server, aTunnel } = test;
      const warnings = watchWarnings();
      const shopUrl = server.url.replace('127.0.0.1', 'shop.localhost');
      const first = aTunnel(shopUrl);
      openings.push(async () => first);
      keeper.start(4000);
      await clock.whenWaiting(heartbeatMs);
      const before = server.requests.length;
      test.status = status;
      first.end();
      await clock.whenWaiting(750);
      openings.push(
        async () => aTunnel(server.url),
        async () => aTunnel(shopUrl),
      );
      await clock.advance(750);
      await clock.whenWaiting(1_000);
      expect(server.requests.length - before).toBe(calls);
      test.status = 200;
      await clock.advance(1_000);
      await clock.whenWaiting(heartbeatMs);
      expect(keeper.status).toMatchObject({ state: 'online', url: shopUrl, message: null });
      expect(warnings).toEqual([]);
    },
  );

  test('asks for no name if the driver does not keep it, and says that the URL changed', async () => {
    const { keeper, clock, openings, opened, server, aTunnel } = await aKeeper({}, { keepsName: false });
    const first = aTunnel(server.url);
    openings.push(async () => first);
    keeper.start(4000);
    await clock.whenWaiting(heartbeatMs);
    first.end();
    await clock.whenWaiting(750);
    openings.push(async () => aTunnel(server.url.replace('127.0.0.1', 'localhost')));
    await clock.advance(750);
    await clock.whenWaiting(heartbeatMs);
    expect(opened.map(({ subdomain }) => subdomain)).toEqual([undefined, undefined]);
    expect(keeper.status.message).toMatch(/^The public URL is now http:\/\/localhost:\d+\. Update/);
  });

  test('says what the driver knows of a response of the tunnel server', async () => {
    const messages = { ownResponse: (status: number) => (status === 511 ? 'Open the URL once.' : undefined) };
    const test = await aKeeper({}, { messages });
    test.status = 511;
    test.keeper.start(4000);
    await test.clock.whenWaiting(1_000);
    expect(brief(test.keeper.status)).toEqual(['unreachable', 'Open the URL once.']);
  });
});

test('a name that was taken is asked for every minute while nothing is in flight, and the old tunnel closed after its requests', async () => {
  const test = await aKeeper({ subdomain: 'shop', timing: { nameWaitsMs: [] } });
  const { keeper, clock, openings, opened, closed, server, aTunnel } = test;
  const shopUrl = server.url.replace('127.0.0.1', 'shop.localhost');
  openings.push(
    async () => aTunnel(server.url),
    async () => aTunnel('http://other.example'),
    () => Promise.reject(new UserError('unavailable', 'The server is down.')),
  );
  const heartbeats = async (count: number) => {
    for (let beats = 0; beats < count; beats++) {
      await clock.whenWaiting(heartbeatMs);
      await clock.advance(heartbeatMs);
    }
    await clock.whenWaiting(heartbeatMs);
  };
  keeper.start(4000);
  await heartbeats(3);
  expect([opened.length, closed]).toEqual([2, ['http://other.example']]);
  await heartbeats(3);
  expect([opened.length, keeper.status.url, keeper.status.state]).toEqual([3, server.url, 'online']);
  const ended = keeper.requestBegan();
  await heartbeats(4);
  expect(opened).toHaveLength(3);
  ended();
  let endedLate = () => {};
  openings.push(async () => {
    endedLate = keeper.requestBegan();
    return aTunnel(shopUrl);
  });
  await heartbeats(1);
  expect(keeper.status).toMatchObject({ url: shopUrl, message: `The public URL is ${shopUrl} again.` });
  expect(closed).toHaveLength(1);
  endedLate();
  await expect.poll(() => closed).toEqual(['http://other.example', server.url]);
  await heartbeats(6);
  expect([opened.length, opened.every(({ subdomain }) => subdomain === 'shop')]).toEqual([4, true]);
});

test('a disturbance has the tunnel checked, or opened, at once', async () => {
  let disturb = () => {};
  let isWatching = true;
  const disturbances: DisturbanceSources = {
    clock: { now: () => 0, elapsed: () => 0 },
    addresses: () => String(count++),
    every(_ms, tick) {
      disturb = tick;
      return () => {
        isWatching = false;
      };
    },
  };
  let count = 0;
  const test = await aKeeper({ disturbances });
  const { keeper, clock, opened, server } = test;
  test.status = 502;
  keeper.start(4000);
  // It is being opened: the first wait is left out.
  disturb();
  await clock.whenWaiting(1_000);
  expect(server.requests).toHaveLength(2);
  disturb();
  await clock.whenWaiting(750);
  test.status = 200;
  disturb();
  await clock.whenWaiting(heartbeatMs);
  expect([keeper.status.state, opened.length, server.requests.length]).toEqual(['online', 2, 4]);
  disturb();
  await expect.poll(() => server.requests.length).toBe(5);
  expect(isWatching).toBe(true);
  await keeper.close();
  expect(isWatching).toBe(false);
});

describe('a public URL that cannot be called from this machine', () => {
  const unreachableUrl = 'http://127.0.0.1:9';
  const notVerified = expect.stringMatching(
    /^Not verified from here: 127\.0\.0\.1:9 refuses the connection\.$/,
  );

  test('is online, not verified, while the driver is connected', async () => {
    const { keeper, clock, openings, opened, aTunnel } = await aKeeper();
    let connected = true;
    openings.push(async () => ({ ...aTunnel(unreachableUrl), isConnected: async () => connected }));
    keeper.start(4000);
    await keeper.online;
    for (let beats = 0; beats < 5; beats++) {
      await clock.whenWaiting(heartbeatMs);
      expect(keeper.status).toMatchObject({ state: 'online', verified: false, message: notVerified });
      await clock.advance(heartbeatMs);
    }
    await clock.whenWaiting(heartbeatMs);
    // Then the network is down for less than a minute.
    connected = false;
    await clock.advance(heartbeatMs);
    for (const ms of [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 16_000]) {
      await clock.whenWaiting(ms);
      expect(keeper.status.state).toBe('unreachable');
      await clock.advance(ms);
    }
    connected = true;
    await clock.whenWaiting(heartbeatMs);
    await clock.advance(heartbeatMs);
    await clock.whenWaiting(heartbeatMs);
    expect([keeper.status.state, opened.length]).toEqual(['online', 1]);
  });

  test('is reopened after a minute in which the driver is not connected', async () => {
    const { keeper, clock, openings, opened, aTunnel } = await aKeeper();
    openings.push(async () => ({ ...aTunnel(unreachableUrl), isConnected: async () => false }));
    keeper.start(4000);
    const states = [];
    for (const ms of [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 16_000, heartbeatMs, heartbeatMs]) {
      await clock.whenWaiting(ms);
      expect(opened.length).toBe(1);
      states.push(keeper.status.state);
      await clock.advance(ms);
    }
    expect(states).toEqual([...Array(2).fill('connecting'), ...Array(7).fill('unreachable')]);
    await clock.whenWaiting(750);
    expect(keeper.status.message).toMatch(/Reconnecting \(try 1\)\.$/);
  });

  test('is online while requests arrive, and is not reopened in their last minute or while one is in flight', async () => {
    const { keeper, clock, openings, opened, aTunnel } = await aKeeper();
    openings.push(async () => aTunnel(unreachableUrl));
    keeper.start(4000);
    await clock.whenWaiting(1_000);
    expect(keeper.status.state).toBe('connecting');
    const ended = keeper.requestBegan();
    await clock.advance(1_000);
    await clock.whenWaiting(heartbeatMs);
    expect(keeper.status).toMatchObject({ state: 'online', verified: false, message: notVerified });
    for (const ms of [...Array(3).fill(heartbeatMs), 1_000, 1_000, 1_000]) {
      await clock.whenWaiting(ms);
      await clock.advance(ms);
    }
    await clock.whenWaiting(2_000);
    expect(brief(keeper.status)).toEqual([
      'unreachable',
      expect.stringMatching(/; reconnecting once no request is in flight \(1 request is\)\.$/),
    ]);
    ended();
    await clock.advance(2_000);
    await clock.whenWaiting(750);
    expect(keeper.status.message).toMatch(/\. Reconnecting \(try 1\)\.$/);
    expect(opened).toHaveLength(1);
  });
});

describe('what a tunnel does to requests', () => {
  test('is measured once it is verified, 1 MB while no request is in flight', async () => {
    const { keeper, clock, statuses, server } = await aKeeper({ measures: true });
    const ended = keeper.requestBegan();
    const isLarge = () => server.requests.filter(({ body }) => body.length > 1_000_000).length;
    keeper.start(4000);
    await expect.poll(() => keeper.status.fidelity).not.toBe(null);
    expect([keeper.status.fidelity!.largeBody, keeper.status.fidelity!.path]).toEqual(['unknown', 'kept']);
    expect(isLarge()).toBe(0);
    ended();
    await clock.whenWaiting(heartbeatMs);
    await clock.advance(heartbeatMs);
    await expect.poll(() => keeper.status.fidelity!.largeBody).toBe('kept');
    expect([isLarge(), statuses.length]).toEqual([1, 3]);
    const sent = server.requests.length;
    for (let beats = 1; beats <= 3; beats++) {
      await clock.whenWaiting(heartbeatMs);
      await clock.advance(heartbeatMs);
      await expect.poll(() => server.requests.length).toBe(sent + beats);
    }
    expect(isExact(keeper.status.fidelity!)).toBe(true);
    expect(statuses.map(({ state }) => state)).toEqual(['online', 'online', 'online']);
  });

  test('is measured again when it is reopened, at most once a minute, and forgotten under another URL', async () => {
    const { keeper, clock, openings, server, aTunnel } = await aKeeper({
      measures: true,
      timing: { nameWaitsMs: [] },
    });
    const isLarge = () => server.requests.filter(({ body }) => body.length > 1_000_000).length;
    const otherUrl = server.url.replace('127.0.0.1', 'localhost');
    const tunnels = [server.url, server.url, otherUrl].map(aTunnel);
    openings.push(...tunnels.map((tunnel) => async () => tunnel));
    const reopen = async (index: number) => {
      tunnels[index]!.end();
      await clock.whenWaiting(750);
      await clock.advance(750);
      await clock.whenWaiting(heartbeatMs);
    };
    keeper.start(4000);
    await expect.poll(isLarge).toBe(1);
    await expect.poll(() => keeper.status.fidelity).not.toBe(null);
    const found = keeper.status.fidelity;
    await clock.whenWaiting(heartbeatMs);
    await reopen(0);
    expect([keeper.status.fidelity, isLarge()]).toEqual([found, 1]);
    await reopen(1);
    expect(keeper.status).toMatchObject({ url: otherUrl, fidelity: null });
    for (let beats = 0; beats < 3; beats++) {
      await clock.whenWaiting(heartbeatMs);
      await clock.advance(heartbeatMs);
    }
    await expect.poll(() => keeper.status.fidelity).toEqual(found);
    expect(isLarge()).toBe(2);
  });
});

test('closes a tunnel, which may take 800 ms at most', async () => {
  const { keeper, clock, openings, server, aTunnel } = await aKeeper();
  openings.push(async () => ({ ...aTunnel(server.url), close: () => new Promise(() => {}) }));
  keeper.start(4000);
  await clock.whenWaiting(heartbeatMs);
  const closing = keeper.close();
  await clock.whenWaiting(800);
  await clock.runUntil(() => keeper.status.state === 'closed');
  await closing;
});

test('200 reopenings leave no listener, timer or socket, and warn of nothing', async () => {
  const { keeper, clock, openings, server, aTunnel, closed } = await aKeeper();
  const warnings = watchWarnings();
  const held = () => process.getActiveResourcesInfo().filter((name) => /TCPSocket|Timeout/.test(name)).length;
  const signals: AbortSignal[] = [];
  let tunnel = aTunnel(server.url);
  const open: Opening = async (_options, signal) => {
    signals.push(signal);
    tunnel = aTunnel(server.url);
    return tunnel;
  };
  openings.push(...Array(201).fill(open));
  keeper.start(4000);
  await clock.whenWaiting(heartbeatMs);
  const heldBefore = held();
  for (let reopened = 0; reopened < 200; reopened++) {
    await clock.advance(heartbeatMs);
    await clock.whenWaiting(heartbeatMs);
    tunnel.end();
    await clock.whenWaiting(750);
    await clock.advance(750);
    await clock.whenWaiting(heartbeatMs);
  }
  expect([signals.length, closed.length, server.requests.length]).toEqual([201, 200, 401]);
  expect(clock.waits).toEqual([heartbeatMs]);
  expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
  await expect.poll(held, { timeout: 5_000 }).toBeLessThanOrEqual(heldBefore);
  expect(warnings).toEqual([]);
});

test('replies to its own calls alone', async () => {
  const { keeper } = await aKeeper();
  expect(keeper.probeReply({})).toBeUndefined();
  expect(keeper.probeReply({ 'webhook-cli-probe': 'guess' })).toBeUndefined();
});

describe('several drivers', () => {
  /** A driver that gives tunnels to these URLs in turn, or fails; and what it was asked for. */
  function aDriver(name: string, urls: (string | Error)[]) {
    const asked: TunnelOptions[] = [];
    let last = () => {};
    const driver: TunnelDriver = {
      name,
      keepsName: false,
      async open(_port, options) {
        asked.push(options);
        const url = urls.length > 1 ? urls.shift()! : urls[0]!;
        if (url instanceof Error) throw url;
        let end!: () => void;
        const ended = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
        last = end;
        return { url, ended, close: async () => end() };
      },
    };
    return { driver, asked, end: () => last() };
  }

  const full = () => new UserError('unavailable', 'The server is full.');

  test('are tried at once, one after the other', async () => {
    const second = aDriver('second', [full()]);
    const test = await aKeeper({ others: [{ driver: second.driver }] });
    const { keeper, openings, statuses, server } = test;
    const third = aDriver('third', [server.url]);
    keeper.addDriver({ driver: third.driver, settings: { key: 'value' } });
    openings.push(async () => {
      throw full();
    });
    keeper.start(4000);
    await keeper.online;
    expect(statuses.map(({ driver, state, message }) => [driver, state, message])).toEqual([
      ['test', 'unreachable', 'The server is full; trying third.'],
      ['third', 'online', null],
    ]);
    expect([second.asked.length, third.asked]).toEqual([
      0,
      [expect.objectContaining({ settings: { key: 'value' } })],
    ]);
  });

  test('wait together when all have failed', async () => {
    const second = aDriver('second', [full()]);
    const { keeper, clock, openings, statuses, opened } = await aKeeper({
      others: [{ driver: second.driver }],
    });
    const fail = async () => {
      throw full();
    };
    openings.push(fail, fail);
    keeper.start(4000);
    await clock.whenWaiting(750);
    expect(statuses.at(-1)).toMatchObject({ driver: 'second', message: 'The server is full; still trying.' });
    expect([opened.length, second.asked.length]).toEqual([1, 1]);
    await clock.advance(750);
    await clock.whenWaiting(1_500);
    expect([opened.length, second.asked.length]).toEqual([2, 2]);
    await clock.advance(1_500);
    await keeper.online;
    expect(keeper.status).toMatchObject({ driver: 'test', state: 'online' });
  });

  test('give way to the next if no request arrives, and to themselves if one did', async () => {
    const test = await aKeeper();
    const { keeper, clock, openings, opened, statuses, server, aTunnel } = test;
    const second = aDriver('second', [server.url]);
    keeper.addDriver({ driver: second.driver });
    const broken = await startTarget({ answer: (_request, response) => void response.writeHead(502).end() });
    onTestFinished(() => broken.close());
    openings.push(async () => aTunnel(broken.url));
    keeper.start(4000);
    // Three calls that a server replies to itself.
    for (const ms of [1_000, 1_000]) {
      await clock.whenWaiting(ms);
      await clock.advance(ms);
    }
    await keeper.online;
    expect(keeper.status).toMatchObject({ driver: 'second', state: 'online' });
    expect([opened.length, second.asked.length]).toEqual([1, 1]);
    expect(statuses.at(-2)).toMatchObject({ driver: 'test', state: 'unreachable' });
    second.end();
    await clock.whenWaiting(750);
    await clock.advance(750);
    await expect.poll(() => second.asked.length).toBe(2);
    await expect.poll(() => keeper.status).toMatchObject({ driver: 'second', state: 'online' });
    expect(opened.length).toBe(1);
  });

  test('leave out one that no retry can help', async () => {
    const test = await aKeeper();
    const { keeper, openings, opened, clock, server } = test;
    const second = aDriver('second', [full(), server.url]);
    keeper.addDriver({ driver: second.driver });
    openings.push(async () => {
      throw new UserError('usage', 'There is no such host.');
    });
    keeper.start(4000);
    await clock.whenWaiting(750);
    await clock.advance(750);
    await keeper.online;
    expect([keeper.status.driver, opened.length, second.asked.length]).toEqual(['second', 1, 2]);
  });

  test('take one that is added while another is waited for', async () => {
    const test = await aKeeper();
    const { keeper, openings, server, clock } = test;
    let aborted = false;
    openings.push(
      (_options, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    );
    keeper.start(4000);
    await clock.whenWaiting(10_000);
    keeper.addDriver({ driver: aDriver('added', [server.url]).driver, addressSource: 'x-forwarded-for' });
    await keeper.online;
    expect([keeper.status.driver, keeper.addressSource, aborted]).toEqual(['added', 'x-forwarded-for', true]);
  });

  test('take one that is added between two tries', async () => {
    const test = await aKeeper();
    const { keeper, openings, server, opened, clock } = test;
    openings.push(async () => {
      throw full();
    });
    keeper.start(4000);
    await clock.whenWaiting(750);
    keeper.addDriver({ driver: aDriver('added', [server.url]).driver });
    await keeper.online;
    expect([keeper.status.driver, opened.length]).toEqual(['added', 1]);
  });
});
