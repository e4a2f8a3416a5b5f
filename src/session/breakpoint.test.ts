import { describe, expect, onTestFinished, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startTarget } from '../../test/support/target.ts';
import { bodyOf } from '../model/body.ts';
import { parseFilter } from '../model/filter.ts';
import { openStore } from '../store/store.ts';
import { listen } from './listen.ts';
import type { ListenOptions } from './listen-options.ts';

async function started(options: Partial<ListenOptions> = {}) {
  const target = await startTarget();
  const store = openStore(':memory:');
  const session = await listen({ store, target: String(target.port), ...options });
  onTestFinished(async () => {
    await session.close();
    await store.close();
    await target.close();
  });
  const post = async (path: string, signal?: AbortSignal) => {
    const init = { method: 'POST', body: path, ...(signal ? { signal } : {}) };
    return (await fetch(session.localUrl + path, init)).status;
  };
  const intercepts = () => expect.poll(() => session.breakpoint.stopped, { timeout: 8_000 }).toBeDefined();
  const paths = () => target.requests.map(({ url }) => url);
  return { target, store, session, post, intercepts, paths };
}

const edit = {
  method: 'PUT',
  requestTarget: '/edited',
  headers: [['X-Edited', 'yes']],
  body: bodyOf(Buffer.from('new')),
} as const;

describe('the breakpoint', () => {
  test('intercepts requests that match, one after the other, and lets others pass', async () => {
    const { session, post, intercepts, paths } = await started();
    session.breakpoint.set(parseFilter('path:/stop*'));
    const first = post('/stop/1');
    await intercepts();
    const second = post('/stop/2');
    await expect.poll(() => session.breakpoint.waiting).toBe(1);
    expect(await post('/other')).toBe(200);
    expect(paths()).toEqual(['/other']);
    expect(session.breakpoint.stopped?.request.requestTarget).toBe('/stop/1');
    session.breakpoint.resume();
    expect(await first).toBe(200);
    expect(session.breakpoint.stopped?.request.requestTarget).toBe('/stop/2');
    session.breakpoint.set(undefined);
    expect(await second).toBe(200);
    expect(session.breakpoint.isSet).toBe(false);
    expect(paths()).toEqual(['/other', '/stop/1', '/stop/2']);
    expect(session.breakpoint.resume()).toBe(false);
  });

  test('resumes with an edit, which is recorded with the attempt', async () => {
    const { session, store, target, post, intercepts } = await started();
    session.breakpoint.set(parseFilter('method:POST'));
    const response = post('/original');
    await intercepts();
    session.breakpoint.resume(edit);
    expect(await response).toBe(200);
    const got = target.requests[0]!;
    expect([got.method, got.url, got.body.toString()]).toEqual(['PUT', '/edited', 'new']);
    const { request, attempts } = store.record(1)!;
    expect(request.requestTarget).toBe('/original');
    expect(attempts[0]!.sent).toMatchObject({ method: 'PUT', requestTarget: '/edited' });
    expect(Buffer.from(attempts[0]!.sent!.body.bytes(9)).toString()).toBe('new');
  });

  test('replies to the sender in place of the target, which is recorded', async () => {
    const { session, store, post, intercepts, paths } = await started();
    session.breakpoint.set(parseFilter('method:POST'));
    const response = post('/x');
    await intercepts();
    session.breakpoint.reply(500);
    expect(await response).toBe(500);
    expect(paths()).toEqual([]);
    const { reply, deliveries, attempts, refusal, handledBy } = store.record(1)!;
    expect(reply).toEqual({ status: 500, by: 'user' });
    expect([refusal, handledBy]).toEqual([null, 'breakpoint']);
    expect(deliveries[0]!.state).toBe('dropped');
    expect(attempts[0]!.outcome).toMatchObject({ code: 'withheld', message: expect.stringContaining('500') });
    expect(session.counts.failed).toBe(0);
  });

  test('replies with the body of the user, unless the status has none', async () => {
    const { session, paths } = await started();
    session.breakpoint.set(parseFilter('method:POST'));
    const reply = async (status: number, body?: string) => {
      const response = fetch(`${session.localUrl}/x`, { method: 'POST' });
      await expect.poll(() => session.breakpoint.stopped).toBeDefined();
      expect(session.breakpoint.reply(status, body)).toBe(true);
      const got = await response;
      return [got.status, got.headers.get('content-type'), await got.text()];
    };
    expect(await reply(418, '{"error":"é"}')).toEqual([418, 'application/json', '{"error":"é"}']);
    expect(await reply(503, 'later, please')).toEqual([503, 'text/plain; charset=utf-8', 'later, please']);
    expect(await reply(200, '')).toEqual([200, null, '']);
    expect(await reply(204, 'ignored')).toEqual([204, null, '']);
    expect(await reply(304)).toEqual([304, null, '']);
    expect(paths()).toEqual([]);
    expect(session.breakpoint.reply(200)).toBe(false);
  });

  test('resumes all requests and stays set, or intercepts only the next few', async () => {
    const { session, post, paths } = await started();
    session.breakpoint.set(parseFilter('path:/stop*'));
    const all = ['/stop/1', '/stop/2', '/stop/3'].map((path) => post(path));
    await expect.poll(() => session.breakpoint.waiting).toBe(2);
    expect(session.breakpoint.resumeAll()).toBe(3);
    expect(await Promise.all(all)).toEqual([200, 200, 200]);
    expect(session.breakpoint.isSet).toBe(true);
    expect(session.breakpoint.resumeAll()).toBe(0);

    session.breakpoint.stopNext(2);
    expect(session.breakpoint.remaining).toBe(2);
    expect(await post('/other')).toBe(200);
    const [fourth, fifth] = [post('/stop/4'), post('/stop/5')];
    await expect.poll(() => session.breakpoint.waiting).toBe(1);
    expect(session.breakpoint.isSet).toBe(false);
    expect(session.breakpoint.stopped).toBeDefined();
    expect(await post('/stop/6')).toBe(200);
    session.breakpoint.resumeAll();
    expect([await fourth, await fifth]).toEqual([200, 200]);
    expect(paths()).toHaveLength(7);

    session.breakpoint.stopNext(1);
    const seventh = post('/any');
    await expect.poll(() => session.breakpoint.stopped?.request.requestTarget).toBe('/any');
    expect(await post('/after')).toBe(200);
    session.breakpoint.set(undefined);
    expect(await seventh).toBe(200);
  });

  test('a reply also drops deliveries queued for other targets', async () => {
    const up = await startTarget();
    onTestFinished(() => up.close());
    const routes = [`path:/* => ${up.port}, http://localhost:1`];
    const { session, store, post, intercepts } = await started({ target: undefined, routes });
    expect(await post('/down')).toBe(200);
    await expect.poll(() => session.counts.held).toBe(1);
    session.breakpoint.set(parseFilter('path:/x'));
    const response = post('/x');
    await intercepts();
    session.breakpoint.reply(400);
    expect(await response).toBe(400);
    await expect.poll(() => store.deliveriesOf(2).map(({ state }) => state)).toEqual(['dropped', 'dropped']);
  });

  test('ends when the sender disconnects, which is recorded', async () => {
    const { session, store, post, intercepts } = await started();
    session.breakpoint.set(parseFilter('method:POST'));
    const disconnect = new AbortController();
    const response = post('/x', disconnect.signal).catch(() => 'gone');
    await intercepts();
    disconnect.abort();
    expect(await response).toBe('gone');
    await expect.poll(() => session.breakpoint.stopped).toBeUndefined();
    await expect.poll(() => store.record(1)!.attempts.length).toBe(1);
    expect(store.record(1)!.attempts[0]!.outcome).toMatchObject({
      message: expect.stringContaining('disconnected'),
    });
    expect(store.record(1)!.deliveries[0]!.state).toBe('failed');
  });

  test('holds intercepted requests for the next session when this one closes', async () => {
    const clock = createManualClock(Date.now());
    const { session, store, post, intercepts, paths } = await started({ clock });
    session.breakpoint.set(parseFilter('method:POST'));
    const response = post('/x');
    await intercepts();
    const closed = session.close();
    await clock.advance(1_000);
    await closed;
    expect(await response).toBe(202);
    expect(store.summary(1)?.isHeld).toBe(true);
    expect(paths()).toEqual([]);
  });
});

describe('pausing', () => {
  test('queues requests and delivers them in order when resumed', async () => {
    const { session, store, post, paths } = await started();
    session.pause();
    for (const path of ['/1', '/2', '/3']) expect(await post(path)).toBe(202);
    expect(session.paused).toBe(true);
    expect(session.counts.held).toBe(3);
    expect(paths()).toEqual([]);
    session.resume();
    await expect.poll(paths).toEqual(['/1', '/2', '/3']);
    await expect.poll(() => session.counts.held).toBe(0);
    expect(await post('/4')).toBe(200);
    expect(store.record(1)!.attempts[0]!.kind).toBe('retry');
  });

  test('is refused if nothing can be held', async () => {
    const { session } = await started({ whenDown: 'fail' });
    expect(() => session.pause()).toThrow(/"whenDown: fail"/);
    const { session: recording } = await started({ target: undefined });
    expect(() => recording.pause()).toThrow(/nothing to pause/);
  });
});

test('replays an edit and leaves the original unchanged', async () => {
  const { session, store, target, post } = await started();
  await post('/original');
  const attempt = await session.replay('@', { edit });
  expect(target.requests[1]).toMatchObject({ method: 'PUT', url: '/edited' });
  expect(attempt.sent).toMatchObject({ requestTarget: '/edited', headers: [['X-Edited', 'yes']] });
  expect(store.request(1)!.requestTarget).toBe('/original');
});
