import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { anAnswered, aRefused, aRequest } from '../../test/support/builders.ts';
import { temporaryFolder } from '../../test/support/folders.ts';
import { bodyPieceBytes, wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { openDatabase } from './driver.ts';
import { openStore, type Store, type StoreOptions } from './store.ts';

const open: Store[] = [];

function opened(file = ':memory:', options: StoreOptions = {}): Store {
  const store = openStore(file, options);
  open.push(store);
  return store;
}

async function openedWithSession(file = ':memory:', name = 'project') {
  const store = opened(file);
  const session = await store.openSession({ project: name });
  return { store, sessionId: session.id };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
});

describe('a recorded request', () => {
  test('comes back exactly: headers in order and case, trailers, target, bytes', async () => {
    const { store, sessionId } = await openedWithSession();
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const request = aRequest({
      requestTarget: '//a/../b?x=%zz',
      headers: [
        ['X-Odd', '1'],
        ['x-ODD', 'caf\u00e9 \u0080\u00ff'],
        ['X-Odd', ''],
      ],
      trailers: [['X-Sum', 'abc']],
      body,
    });
    const seq = await store.add(request, { sessionId });
    const read = store.request(seq)!;
    expect({ ...read, body: undefined }).toEqual({ ...request, body: undefined });
    expect(Buffer.from(wholeBody(read.body))).toEqual(Buffer.from(body));
  });

  test('is one request while another process is just indexing its id', async () => {
    const file = join(await temporaryFolder(), 'a.db');
    const { store, sessionId } = await openedWithSession(file);
    const request = aRequest();
    const seq = await store.add(request, { sessionId });
    await store.indexIds();
    const db = openDatabase(file);
    db.prepare("UPDATE counters SET value = 0 WHERE name = 'ids'").run();
    db.close();
    expect(store.resolve(request.id.slice(0, 8))).toBe(seq);
  });

  test('is found by id, by a prefix of it and by its position from the end', async () => {
    const { store, sessionId } = await openedWithSession();
    const first = await store.add(aRequest({ id: 'abcdefghjkmn' }), { sessionId });
    const second = await store.add(aRequest({ id: 'abcz23456789' }), { sessionId });
    expect(store.resolve('abcdefghjkmn')).toBe(first);
    expect(store.resolve('ABCD')).toBe(first);
    expect(store.resolve('@')).toBe(second);
    expect(store.resolve('@~1')).toBe(first);
    expect(() => store.resolve('abc')).toThrow(/several ids: abcz23456789, abcdefghjkmn/);
    expect(() => store.resolve('zzz')).toThrow(/No request has the id zzz/);
    expect(() => store.resolve('@~2')).toThrow(UserError);
    expect(() => store.resolve("x'; --")).toThrow(/does not name a request/);
  });

  test('is found just the same once its id is indexed', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const { store, sessionId } = await openedWithSession(file);
    const seqs = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        store.add(aRequest({ id: `a${String(index).padStart(3, '0')}cdefghjk` }), { sessionId }),
      ),
    );
    const find = () => [0, 250, 499].map((index) => store.resolve(`a${String(index).padStart(3, '0')}`));
    const before = find();
    const db = openDatabase(file);
    await expect
      .poll(() => db.prepare('SELECT count(*) FROM ids').pluck().get(), { timeout: 5_000 })
      .toBe(500);
    db.close();
    expect(find()).toEqual(before);
    expect(before).toEqual([seqs[0], seqs[250], seqs[499]]);
  });

  test('belongs to the name of its session', async () => {
    const { store, sessionId } = await openedWithSession();
    const other = await store.openSession({ project: 'other' });
    const ours = await store.add(aRequest(), { sessionId });
    const theirs = await store.add(aRequest(), { sessionId: other.id });
    expect(store.page({ limit: 10, project: 'project' }).map(({ seq }) => seq)).toEqual([ours]);
    expect(store.page({ limit: 10 }).map(({ project: name }) => name)).toEqual(['other', 'project']);
    expect(store.resolve('@', 'project')).toBe(ours);
    expect(store.resolve('@')).toBe(theirs);
  });
});

describe('pages', () => {
  test('go backwards and forwards by order of recording, not by the clock', async () => {
    const { store, sessionId } = await openedWithSession();
    const times = [5_000, 9_000, 1_000, 7_000];
    const seqs = [];
    for (const receivedAt of times) seqs.push(await store.add(aRequest({ receivedAt }), { sessionId }));
    const [a, b, c, d] = seqs;
    const page = (options: Parameters<Store['page']>[0]) => store.page(options).map(({ seq }) => seq);
    expect(page({ limit: 2 })).toEqual([d, c]);
    expect(page({ limit: 2, before: c! })).toEqual([b, a]);
    expect(page({ limit: 2, after: a! })).toEqual([b, c]);
    expect(page({ limit: 9, since: 7_000 })).toEqual([d, b]);
  });
});

describe('large bodies', () => {
  test('are kept in pieces and read back whole, in part and in pieces', async () => {
    const { store, sessionId } = await openedWithSession();
    const chunk = Buffer.alloc(100_000, 'abcdefg');
    const sink = store.openBody();
    for (let index = 0; index < 12; index++) await sink.write(chunk);
    const body = await sink.end();
    expect(body.storedId).toBeTypeOf('number');
    const seq = await store.add(aRequest({ body }), { sessionId });
    const read = store.request(seq)!.body;
    const whole = Buffer.concat(Array.from({ length: 12 }, () => chunk));
    expect(read.size).toBe(1_200_000);
    expect(Buffer.concat([...read.stream()]).equals(whole)).toBe(true);
    expect(Buffer.from(read.bytes(300_001)).equals(whole.subarray(0, 300_001))).toBe(true);
    for (const piece of read.stream()) expect(piece.byteLength).toBeLessThan(bodyPieceBytes * 2);
  });

  test('that a killed process left without a request are removed when the next session starts', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const { store, sessionId } = await openedWithSession(file);
    const kept = store.openBody();
    await kept.write(Buffer.alloc(600_000, 1));
    await store.add(aRequest({ body: await kept.end() }), { sessionId });
    const left = store.openBody();
    await left.write(Buffer.alloc(600_000, 2));
    const db = openDatabase(file);
    const pieces = () => db.prepare('SELECT count(*) FROM pieces').pluck().get();
    const before = pieces();
    // No process has this id: as if the one that wrote it had been killed.
    db.exec(`UPDATE bodies SET pid = ${2 ** 22 + 12_345} WHERE kept = 0`);
    await store.openSession({ project: 'next' });
    expect(before).toBe(2);
    expect(pieces()).toBe(1);
    db.close();
  });
});

describe('attempts', () => {
  test('are numbered per request and come back with the response', async () => {
    const { store, sessionId } = await openedWithSession();
    const request = aRequest();
    const seq = await store.add(request, {
      sessionId,
      deliveries: [{ target: 'http://localhost:3000', isHeld: false }],
    });
    expect(store.record(seq)!.deliveries).toEqual([
      { target: 'http://localhost:3000', state: 'pending', reason: null, held: false, retryAt: null },
    ]);
    await store.addAttempt(seq, request.id, aRefused(), {
      reply: { status: 502, by: 'listener' },
      closes: 'failed',
    });
    await store.addAttempt(seq, request.id, anAnswered(201, 'made', [['X-A', 'b']], { kind: 'replay' }));
    const { attempts, deliveries: owed, reply } = store.record(seq)!;
    expect(attempts.map(({ number, kind }) => [number, kind])).toEqual([
      [1, 'forward'],
      [2, 'replay'],
    ]);
    expect(attempts[0]!.outcome).toMatchObject({ type: 'failed', code: 'refused' });
    const { response } = attempts[1]!.outcome;
    expect(response).toMatchObject({ status: 201, headers: [['X-A', 'b']] });
    expect(Buffer.from(wholeBody(response!.body)).toString()).toBe('made');
    expect(owed).toEqual([
      { target: 'http://localhost:3000', state: 'failed', reason: null, held: false, retryAt: null },
    ]);
    expect(reply).toEqual({ status: 502, by: 'listener' });
    expect(store.latestTarget(seq)).toBe('http://localhost:3000');
    expect(store.hasResponse(seq, 'http://localhost:3000')).toBe(true);
    expect(store.summary(seq)).toMatchObject({
      attemptCount: 2,
      lastAttempt: { status: 201, kind: 'replay' },
    });
  });

  test('recorded at the same time by several processes get different numbers', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const { store, sessionId } = await openedWithSession(file);
    const other = opened(file);
    const request = aRequest();
    const seq = await store.add(request, { sessionId });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? store : other).addAttempt(seq, request.id, anAnswered(200)),
      ),
    );
    const numbers = store.record(seq)!.attempts.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('deleting', () => {
  test('removes a request, its attempts and its pieces, and never reuses its number', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const { store, sessionId } = await openedWithSession(file);
    const sink = store.openBody();
    await sink.write(Buffer.alloc(700_000));
    const request = aRequest({ body: await sink.end() });
    const seq = await store.add(request, {
      sessionId,
      deliveries: [{ target: 'http://localhost:1', isHeld: false }],
    });
    const attempt = await store.addAttempt(seq, request.id, anAnswered(200, 'x'));
    expect(await store.delete([seq])).toBe(1);
    expect(store.record(seq)).toBeUndefined();
    expect(() => store.resolve(request.id)).toThrow(/No request/);
    const db = openDatabase(file);
    for (const table of [
      'requests',
      'contents',
      'pieces',
      'bodies',
      'attempts',
      'responses',
      'deliveries',
      'ids',
    ]) {
      expect([table, db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()]).toEqual([table, 0]);
    }
    db.close();
    const next = aRequest();
    const nextSeq = await store.add(next, { sessionId });
    expect(nextSeq).toBeGreaterThan(seq);
    expect((await store.addAttempt(nextSeq, next.id, anAnswered(200))).seq).toBeGreaterThan(attempt.seq);
  });
});

describe('durability', () => {
  test('every connection flushes at every commit', async () => {
    const db = openDatabase(join(await temporaryFolder(), 'w.db'));
    const pragmas = ['journal_mode', 'synchronous', 'page_size'].map((name) =>
      db.pragma(name, { simple: true }),
    );
    expect(pragmas).toEqual(['wal', 2, 16_384]);
    db.close();
  });

  test('a write that fails does not fail others of its transaction', async () => {
    const { store, sessionId } = await openedWithSession();
    const bad = aRequest({ method: undefined as unknown as string });
    const results = await Promise.allSettled([
      store.add(aRequest(), { sessionId }),
      store.add(bad, { sessionId }),
      store.add(aRequest(), { sessionId }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.page({ limit: 9 })).toHaveLength(2);
  });

  test('a lock held by another process is waited for without blocking the event loop', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const { store, sessionId } = await openedWithSession(file);
    const blocker = openDatabase(file);
    blocker.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 30) blocker.exec('COMMIT');
    }, 5);
    const seq = await store.add(aRequest(), { sessionId });
    clearInterval(timer);
    blocker.close();
    expect(ticks).toBeGreaterThanOrEqual(30);
    expect(store.summary(seq)).toBeDefined();
  });

  test('a lock held for too long fails the write, and the next one works', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const store = opened(file, { dbTimeoutMs: 100 });
    const { id: sessionId } = await store.openSession({ project: 'project' });
    const blocker = openDatabase(file);
    blocker.exec('BEGIN IMMEDIATE');
    await expect(store.add(aRequest(), { sessionId })).rejects.toMatchObject({ reason: 'locked' });
    blocker.exec('ROLLBACK');
    blocker.close();
    await expect(store.add(aRequest(), { sessionId })).resolves.toBeGreaterThan(0);
  });

  test('limits the bytes that wait to be written', async () => {
    const store = opened(':memory:', { maxPendingBytes: 10_000 });
    const { id: sessionId } = await store.openSession({ project: 'project' });
    const results = await Promise.allSettled(
      Array.from({ length: 3 }, () => store.add(aRequest({ body: 'x'.repeat(6_000) }), { sessionId })),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});

describe('the file', () => {
  test('is private, in a folder that is', async () => {
    const folder = join(await temporaryFolder(), 'new', 'deeper');
    const file = join(folder, 'w.db');
    opened(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const side of [`${file}-wal`, `${file}-shm`]) {
      if (existsSync(side)) expect(statSync(side).mode & 0o777).toBe(0o600);
    }
  });

  test('that is not a database is refused and left unchanged', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    writeFileSync(file, 'not a database at all, but long enough to be looked at as one'.repeat(20));
    expect(() => openStore(file)).toThrow(/is not a database that can be read/);
  });

  test('of a newer version is refused', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    await opened(file).close();
    const db = openDatabase(file);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openStore(file)).toThrow(/made by a newer webhook-cli \(schema 99/);
  });

  test('notices writes of another connection', async () => {
    const file = join(await temporaryFolder(), 'w.db');
    const store = opened(file);
    const other = await openedWithSession(file);
    const told = new Promise<void>((resolve) => store.watch(resolve));
    await other.store.add(aRequest(), { sessionId: other.sessionId });
    await told;
    expect(store.page({ limit: 1 })).toHaveLength(1);
  });
});
