import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { type OldRow, oldDatabase } from '../../test/support/old-database.ts';
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
  expect(store.owed(1)).toEqual([{ to, state: 'dropped' }]);
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
