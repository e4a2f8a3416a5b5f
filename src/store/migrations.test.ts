import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { type OldRow, oldDatabase } from '../../test/support/old-database.ts';
import { openDatabase } from './driver.ts';
import { connector } from './sqlite.ts';
import { openStore } from './store.ts';

async function upgraded(rows: readonly OldRow[]) {
  const file = join(await temporaryFolder(), 'w.db');
  oldDatabase(file, rows);
  const store = openStore(file);
  onTestFinished(() => store.close());
  return store;
}

const listener = 'listener';

test.each<[string, Omit<OldRow, 'id'>, string | null, string | null]>([
  ['401 without a verification', { status: 401, by: listener, verification: null }, 'password', null],
  ['401 to a valid signature', { status: 401, by: listener, verification: 'valid' }, 'password', null],
  ['401 to an invalid signature', { status: 401, by: listener, verification: 'invalid' }, 'signature', null],
  ['401 to an unchecked one', { status: 401, by: listener, verification: 'unchecked' }, 'signature', null],
  ['403', { status: 403, by: listener }, 'ip', null],
  ['404', { status: 404, by: listener }, 'token', null],
  ['413', { status: 413, by: listener, state: 'truncated' }, 'too-large', null],
  ['429', { status: 429, by: listener }, 'rate', null],
  ['508', { status: 508, by: listener }, 'loop', null],
  ['an aborted one', { state: 'aborted' }, 'aborted', null],
  ['a truncated one without a reply', { state: 'truncated' }, 'too-large', null],
  ['recorded only', { status: 200, by: listener }, null, null],
  ['recorded only, of a provider', { status: 200, by: listener, provider: 'meta' }, null, null],
  ['a GET of a provider', { status: 200, by: listener, provider: 'meta', method: 'GET' }, null, 'handshake'],
  [
    'a url_verification',
    { status: 200, by: listener, provider: 'slack', event: 'url_verification' },
    null,
    'handshake',
  ],
  ['204', { status: 204, by: listener, provider: 'fitbit' }, null, 'handshake'],
  [
    '200 in front of a target',
    { status: 200, by: listener, target: 'http://localhost:1' },
    null,
    'handshake',
  ],
  ['held', { status: 202, by: listener, target: 'http://localhost:1' }, null, null],
  ['answered at the breakpoint', { attemptReplyBy: 'rule' }, null, 'breakpoint'],
  ['401 by the target', { attemptReplyBy: 'target', status: null }, null, null],
])(
  '%s: what an older version recorded says by its reply why it is not delivered',
  async (_, row, refusal, by) => {
    const store = await upgraded([{ id: 'abcdefghjkmn', ...row }]);
    expect(store.summary(1)).toMatchObject({ refusal, handledBy: by });
    expect(store.record(1)).toMatchObject({ refusal, handledBy: by });
  },
);

test('what was refused waits for no target any more', async () => {
  const to = 'http://localhost:3000';
  const store = await upgraded([
    { id: 'abcdefghjkmn', status: 401, by: listener, heldFor: to },
    { id: 'bbcdefghjkmn', status: 202, by: listener, heldFor: to },
  ]);
  expect(store.held().map(({ seq }) => seq)).toEqual([2]);
  expect(store.deliveriesOf(1)).toMatchObject([{ target: to, state: 'dropped', reason: null, held: false }]);
});

test.each([
  ['bad-answer', 'bad-response'],
  ['answer-cut', 'response-cut'],
  ['refused', 'refused'],
  ['timeout', 'timeout'],
])('a failure that an older version called %s is %s', async (errorCode, code) => {
  const store = await upgraded([{ id: 'abcdefghjkmn', attemptReplyBy: listener, errorCode }]);
  expect(store.record(1)?.attempts).toMatchObject([{ outcome: { type: 'failed', code } }]);
  expect(store.summary(1)?.lastAttempt?.errorCode).toBe(code);
});

test.each([
  ['open', 'pending'],
  ['delivered', 'delivered'],
  ['failed', 'failed'],
  ['dropped', 'dropped'],
  ['given-up', 'expired'],
])('a delivery in state %s becomes %s', async (deliveryState, state) => {
  const to = 'http://localhost:3000';
  const store = await upgraded([
    { id: 'abcdefghjkmn', status: 202, by: listener, heldFor: to, deliveryState },
  ]);
  const isPending = state === 'pending';
  expect(store.deliveriesOf(1)).toEqual([
    { target: to, state, reason: null, held: isPending, retryAt: null },
  ]);
  expect(store.heldCount(to)).toBe(isPending ? 1 : 0);
});

test('an event id recorded before still marks a redelivery', async () => {
  const row = { provider: 'stripe', eventId: 'evt_1', verification: 'valid' };
  const store = await upgraded([
    { id: 'abcdefghjkmn', ...row },
    { id: 'bbcdefghjkmn', ...row },
  ]);
  expect(store.summary(2)).toMatchObject({ redeliveryOf: 'abcdefghjkmn', project: 'work' });
});

test('a reply at the breakpoint is by the user', async () => {
  const store = await upgraded([{ id: 'abcdefghjkmn', attemptReplyBy: 'rule' }]);
  expect(store.summary(1)?.reply).toEqual({ status: 500, by: 'user' });
});

describe('while another process uses the file', () => {
  async function inUse(change: string): Promise<string> {
    const file = join(await temporaryFolder(), 'w.db');
    oldDatabase(file, [{ id: 'abcdefghjkmn' }]);
    const db = connector()(file);
    db.exec(change);
    db.close();
    return file;
  }

  async function otherProcess(): Promise<number> {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    onTestFinished(() => void child.kill('SIGKILL'));
    return child.pid!;
  }

  function versionOf(file: string): unknown {
    const db = connector()(file);
    try {
      return db.pragma('user_version', { simple: true });
    } finally {
      db.close();
    }
  }

  test('it is not upgraded, and the error names that listen', async () => {
    const pid = await otherProcess();
    const file = await inUse(
      `UPDATE sessions SET pid = ${pid}, heartbeat_at = ${Date.now()}, ended_at = NULL`,
    );
    expect(() => openStore(file)).toThrow(`while process ${pid} (listen, project work) is using it`);
    expect(versionOf(file)).toBe(2);
  });

  test('the error names a process that only delivers', async () => {
    const pid = await otherProcess();
    const file = await inUse(`INSERT INTO claims VALUES ('http://localhost:1', ${pid}, ${Date.now()})`);
    expect(() => openStore(file)).toThrow(`while process ${pid} is using it`);
    expect(versionOf(file)).toBe(2);
  });

  test('one that only reads is in the way as well', async () => {
    const file = await inUse('SELECT 1');
    const reader = connector()(file);
    reader.pragma('journal_mode = WAL');
    reader.prepare('SELECT count(*) FROM requests').get();
    expect(() => openStore(file)).toThrow('while another process is using it');
    expect(versionOf(file)).toBe(2);
    reader.close();
    const store = openStore(file);
    onTestFinished(() => store.close());
    expect(store.summary(1)?.id).toBe('abcdefghjkmn');
  });

  test.each([
    ['that has ended', 'UPDATE sessions SET ended_at = 2'],
    ['that is gone', 'UPDATE sessions SET pid = 4194304, ended_at = NULL, heartbeat_at = 9e12'],
    [
      'whose heartbeat is old',
      `UPDATE sessions SET pid = ${process.ppid}, ended_at = NULL, heartbeat_at = 1`,
    ],
  ])('a session %s is not', async (_, change) => {
    const store = openStore(await inUse(change));
    onTestFinished(() => store.close());
    expect(store.summary(1)?.id).toBe('abcdefghjkmn');
  });

  test('the upgraded file is in WAL mode', async () => {
    const file = await inUse('SELECT 1');
    await openStore(file).close();
    const db = openDatabase(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
  });
});
