import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { oldDatabase } from '../../test/support/old-database.ts';
import { openDatabase } from './driver.ts';
import { applicationId } from './migrations.ts';
import { connector } from './sqlite.ts';
import { openStore } from './store.ts';

/** A database of ours into which somebody else wrote. */
async function changedBy(sql: string, version?: number): Promise<string> {
  const file = join(await temporaryFolder(), 'w.db');
  if (version === undefined) await openStore(file).close();
  else oldDatabase(file, []);
  const db = connector()(file);
  db.exec(sql);
  db.close();
  return file;
}

const evil = 'CREATE TRIGGER evil AFTER INSERT ON requests BEGIN DELETE FROM requests; END';

test.each([
  ['a trigger', evil, /a trigger that is not ours, "evil"/],
  ['a view', 'CREATE VIEW v AS SELECT 1', /a view that is not ours, "v"/],
  ['a table', 'CREATE TABLE t (a)', /a table that is not ours, "t"/],
  ['an index', 'CREATE INDEX i ON requests (method)', /an index that is not ours, "i"/],
  ['a virtual table', 'CREATE VIRTUAL TABLE f USING fts5(a)', /a table that is not ours, "f"/],
  ['a column', 'ALTER TABLE requests ADD COLUMN x', /its table "requests" was changed/],
  [
    'a view in place of a table',
    'DROP TABLE claims; CREATE VIEW claims AS SELECT 1 AS target, 2 AS pid, 3 AS heartbeat_at',
    /a view that is not ours, "claims"/,
  ],
  ['a table that is missing', 'DROP TABLE claims', /its table claims is missing/],
  ['the id of another program', 'PRAGMA application_id = 1196444487', /its application_id is 0x47504b47/],
  ['a taken off id', 'PRAGMA application_id = 0', /not webhook-cli's: it holds something else/],
])('a database with %s is refused', async (_, sql, reason) => {
  const file = await changedBy(sql);
  const before = readFileSync(file);
  expect(() => openStore(file)).toThrow(reason);
  expect(() => openDatabase(file)).toThrow(reason);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('sets the id of an older database with our schema', async () => {
  const file = await changedBy('SELECT 1', 2);
  await openStore(file).close();
  const db = openDatabase(file);
  onTestFinished(() => void db.close());
  expect(db.pragma('application_id', { simple: true })).toBe(applicationId);
});

test('refuses an older database with a trigger', async () => {
  const file = await changedBy(evil, 2);
  expect(() => openStore(file)).toThrow(/a trigger that is not ours/);
});

test('accepts the tables of ANALYZE', async () => {
  const file = await changedBy('ANALYZE');
  await openStore(file).close();
});

test('leaves a file of another program unchanged', async () => {
  const file = join(await temporaryFolder(), 'other.db');
  const db = connector()(file);
  db.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
  db.close();
  const before = readFileSync(file);
  expect(() => openStore(file)).toThrow(/not webhook-cli's: it holds something else/);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('makes a file private that others can read, with a warning', async () => {
  const file = await changedBy('SELECT 1');
  chmodSync(file, 0o644);
  const store = openStore(file);
  onTestFinished(() => store.close());
  const warnings: string[] = [];
  store.onWarning((message) => warnings.push(message));
  expect(warnings).toEqual([`${file} could be read by others (mode 0644): it is 0600 now.`]);
  await store.openSession({ project: 'x' });
  for (const suffix of ['', '-wal', '-shm']) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
});
