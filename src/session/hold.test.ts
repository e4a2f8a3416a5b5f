import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { freePort } from '../../test/support/listening.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startTarget, type TestTarget } from '../../test/support/target.ts';
import type { SessionEvent } from '../model/events.ts';
import { openStore, type Store } from '../store/store.ts';
import { listen } from './listen.ts';
import type { ListenOptions } from './listen-options.ts';
import type { Session } from './session.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function openedStore(file = ':memory:'): Store {
  const store = openStore(file);
  cleanUps.push(() => store.close());
  return store;
}

async function started(store: Store, options: Partial<ListenOptions>) {
  const events: SessionEvent[] = [];
  const clock = createManualClock(Date.now());
  const session = await listen({ store, clock, ...options, onEvent: (event) => events.push(event) });
  cleanUps.push(() => session.close());
  return { session, events, clock };
}

async function target(port = 0, answer?: TestTarget['answer']): Promise<TestTarget> {
  const opened = await startTarget({ port, ...(answer ? { answer } : {}) });
  cleanUps.push(() => opened.close());
  return opened;
}

async function post(session: Session, path: string): Promise<number> {
  const response = await fetch(session.localUrl + path, { method: 'POST', body: path });
  await response.arrayBuffer();
  return response.status;
}

const paths = (at: TestTarget) => at.requests.map(({ url }) => url);

describe('a target that is down', () => {
  test('gets held requests in order when it is back, and then new ones at once', async () => {
    const store = openedStore();
    const port = await freePort();
    const { session, clock } = await started(store, { target: String(port) });
    for (let number = 0; number < 20; number++) expect(await post(session, `/${number}`)).toBe(202);
    expect(store.heldCount(`http://localhost:${port}`)).toBe(20);
    const back = await target(port);
    await clock.runUntil(() => back.requests.length === 20);
    expect(paths(back)).toEqual(Array.from({ length: 20 }, (_, number) => `/${number}`));
    await expect.poll(() => store.heldCount(`http://localhost:${port}`)).toBe(0);
    expect(await post(session, '/live')).toBe(200);
    const record = store.record(1)!;
    expect(record.deliveries).toMatchObject([{ target: `http://localhost:${port}`, state: 'delivered' }]);
    expect(record.attempts.map(({ kind, outcome }) => [kind, outcome.type])).toEqual([
      ['forward', 'failed'],
      ['retry', 'response'],
    ]);
    expect(record.reply).toEqual({ status: 202, by: 'listener' });
  });

  test('gets requests that an earlier session held', async () => {
    const file = `${await temporaryFolder()}/w.db`;
    const port = await freePort();
    const first = await started(openedStore(file), { target: String(port) });
    await post(first.session, '/kept');
    await first.session.close();
    const back = await target(port);
    const { clock } = await started(openedStore(file), { target: String(port) });
    await clock.runUntil(() => back.requests.length > 0);
    expect(paths(back)).toEqual(['/kept']);
  });

  test('a held request is given up when it is too old, with a warning, and kept', async () => {
    const store = openedStore();
    const port = await freePort();
    const options = { target: String(port), giveUpAfterMs: 400 };
    const { session, events, clock } = await started(store, options);
    expect(await post(session, '/old')).toBe(202);
    await clock.runUntil(() => store.record(1)!.deliveries[0]!.state === 'expired');
    expect(events).toContainEqual({
      type: 'warning',
      message: expect.stringMatching(/is given up: it was held for/),
    });
    const back = await target(port);
    expect(await post(session, '/new')).toBe(200);
    expect(paths(back)).toEqual(['/new']);
  });

  test('fails at once with whenDown: fail', async () => {
    const store = openedStore();
    const port = await freePort();
    const { session } = await started(store, { target: String(port), whenDown: 'fail' });
    expect(await post(session, '/')).toBe(502);
    expect(store.record(1)!.deliveries).toMatchObject([
      { target: `http://localhost:${port}`, state: 'failed' },
    ]);
  });
});

describe('a request that fails alone', () => {
  test('is retried at its own moment, and others pass it', async () => {
    const store = openedStore();
    let broken = true;
    const at = await target(0, (request, response) => {
      if (request.url === '/poison' && broken) response.socket!.destroy();
      else response.end('ok');
    });
    const { session, clock } = await started(store, { target: String(at.port) });
    expect(await post(session, '/poison')).toBe(202);
    expect(await post(session, '/next')).toBe(200);
    broken = false;
    await clock.runUntil(() => at.requests.length > 2);
    expect(paths(at)).toEqual(['/poison', '/next', '/poison']);
    await expect.poll(() => store.record(1)!.deliveries[0]!.state).toBe('delivered');
  });

  test('is held for responses to retry, and given up after maxAttempts', async () => {
    const store = openedStore();
    const at = await target(0, (_request, response) => void response.writeHead(500).end());
    const options = { target: String(at.port), retryOn: ['5xx'], maxAttempts: 2 };
    const { session, clock } = await started(store, options);
    expect(await post(session, '/')).toBe(202);
    await clock.runUntil(() => store.record(1)!.deliveries[0]!.state === 'failed');
    expect(store.record(1)!.attempts).toHaveLength(2);
    expect(at.requests).toHaveLength(2);
  });
});

describe('routes', () => {
  test('the first that matches chooses the targets; the first target decides the reply', async () => {
    const store = openedStore();
    const [stripe, copy, rest] = [
      await target(0, (_request, response) => void response.writeHead(201).end('stripe')),
      await target(0, (_request, response) => void response.writeHead(500).end('copy')),
      await target(0, (_request, response) => void response.writeHead(203).end('rest')),
    ];
    const { session } = await started(store, {
      target: String(rest.port),
      routes: [`path:/stripe/* => ${stripe.port}, ${copy.port}`, `method:POST => ${rest.port}`],
    });
    expect(await post(session, '/stripe/a')).toBe(201);
    expect(await post(session, '/else')).toBe(203);
    expect((await copy.next()).url).toBe('/stripe/a');
    await expect.poll(() => store.record(1)!.attempts.length).toBe(2);
    expect(store.record(1)!.deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(store.record(1)!.reply).toEqual({ status: 201, by: 'target' });
    expect(rest.requests).toHaveLength(1);
  });

  test('a request that none matches is only recorded', async () => {
    const store = openedStore();
    const at = await target();
    const { session } = await started(store, { routes: [`path:/a => ${at.port}`] });
    expect(await post(session, '/b')).toBe(200);
    expect(store.record(1)).toMatchObject({ deliveries: [], reply: { status: 200, by: 'listener' } });
  });

  test("one target's backlog does not delay another's requests", async () => {
    const store = openedStore();
    const up = await target();
    const port = await freePort();
    const { session } = await started(store, { target: String(up.port), routes: [`path:/down => ${port}`] });
    expect(await post(session, '/down')).toBe(202);
    expect(await post(session, '/down')).toBe(202);
    expect(await post(session, '/up')).toBe(200);
  });
});

test('a session that cannot start leaves no session and no claim behind', async () => {
  const store = openedStore();
  const port = await freePort();
  const options = { store, target: String(port), allowIp: ['nowhere'] };
  await expect(listen(options)).rejects.toThrow(/not an address or a network/);
  expect(store.liveSessions()).toEqual([]);
  expect(store.claimHolder(`http://localhost:${port}`, Date.now())).toBeUndefined();
});
