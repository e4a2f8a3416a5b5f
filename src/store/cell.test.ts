import { expect, test } from 'vitest';
import { anAnswered, aRequest } from '../../test/support/builders.ts';
import { temporaryHome } from '../../test/support/home.ts';
import {
  bytesCell,
  idCell,
  momentCell,
  numberCell,
  optionalTextCell,
  optionalWordCell,
  textCell,
  urlCell,
  wordCell,
} from './cell.ts';
import { openDatabase } from './driver.ts';
import { openStore } from './store.ts';

test('reads a cell as the expected type, whatever is in it', () => {
  const blob = new Uint8Array([0x61, 0xff, 0x1b]);
  expect(['a\0b', 5, 1.5, blob, null, undefined].map(textCell)).toEqual([
    'a\0b',
    '5',
    '1.5',
    'a\xff\x1b',
    '',
    '',
  ]);
  expect([null, 5].map(optionalTextCell)).toEqual([null, '5']);
  expect([5, '5', blob, null, Number.NaN, Number.POSITIVE_INFINITY, 7n].map(numberCell)).toEqual([
    5, 0, 0, 0, 0, 0, 7,
  ]);
  expect([5, 8.64e15, 8.65e15, -1e300, 'now'].map(momentCell)).toEqual([5, 8.64e15, 0, 0, 0]);
  const words = ['good', 'bad'] as const;
  expect(['good', 'evil', 1, null].map((value) => wordCell(value, words))).toEqual([
    'good',
    'bad',
    'bad',
    'bad',
  ]);
  expect(['good', 'evil', null].map((value) => optionalWordCell(value, words))).toEqual(['good', null, null]);
  expect(['k7m2q', '../../x', 'a\u001b', '', 7, blob].map((value) => idCell(value, 3))).toEqual([
    'k7m2q',
    ...Array.from({ length: 5 }, () => 'row3'),
  ]);
  expect(['http://a:1', 'https://b/c', 'http://[', 'file:///etc', 'a\nb', null, 5].map(urlCell)).toEqual([
    'http://a:1',
    'https://b/c',
    ...Array.from({ length: 5 }, () => undefined),
  ]);
  expect([bytesCell('é'), bytesCell(blob), bytesCell(null), bytesCell(12)]).toEqual([
    Buffer.from('é'),
    blob,
    null,
    Buffer.from('12'),
  ]);
});

/** A store in which something else has changed cells. */
async function changed(...statements: readonly string[]) {
  const home = await temporaryHome();
  const store = openStore(home.db);
  const session = await store.openSession({ project: 'project' });
  const request = aRequest({ body: 'body' });
  const seq = await store.add(request, { sessionId: session.id });
  await store.addAttempt(seq, request.id, {
    ...anAnswered(200),
    sent: { ...request, headers: [['a', 'b']] },
  });
  const db = openDatabase(home.db);
  for (const sql of statements) db.exec(sql);
  db.close();
  return { store, seq };
}

test('reads a whole record, whatever type its cells have', async () => {
  const { store, seq } = await changed(
    "UPDATE requests SET id = 1.5, received_at = 'x', ms = x'00', method = 7, state = 'x', body_size = 'x', provider = 5",
    "UPDATE attempts SET kind = 'x', target = x'1b', started_at = 9e300, ms = 'x', status = 'x', error_code = 'x'",
  );
  const record = store.record(seq)!;
  expect(record.request).toMatchObject({
    id: `row${seq}`,
    receivedAt: 0,
    ms: 0,
    method: '7',
    state: 'aborted',
  });
  expect(record.classification.provider).toBe('5');
  expect(record.attempts).toMatchObject([
    { kind: 'replay', target: '\u001b', startedAt: 0, ms: 0, outcome: { type: 'failed', code: 'store' } },
  ]);
  expect(store.page({ limit: 1 })).toMatchObject([{ id: `row${seq}`, bodySize: 0 }]);
  await store.close();
});

test.each([
  "UPDATE contents SET headers = '{'",
  "UPDATE contents SET headers = '[1]'",
  "UPDATE contents SET headers = x'ff'",
  "UPDATE responses SET sent = '[]'",
  `UPDATE responses SET sent = '{"method":"A","requestTarget":"/","headers":[["a"]]}'`,
  'UPDATE requests SET body_size = 9; UPDATE contents SET body = NULL, body_id = 99',
])("throws if received data can't be read: %s", async (sql) => {
  const { store, seq } = await changed(sql);
  const read = () => store.record(seq)!.request.body.bytes(100);
  expect(read).toThrow(/something else has written to the database/);
  await store.close();
});
