import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { openDatabase } from './driver.ts';
import { copyLog, type FileWatch } from './file-watch.ts';
import { reopen } from './reopen.ts';
import { connector } from './sqlite.ts';

test('puts back the log that another process makes at the moment in which the old one is removed', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'w.db');
  for (const suffix of ['-wal', '-shm']) writeFileSync(file + suffix, 'of another process');
  const db = openDatabase(':memory:');
  // Ours at the first look, another's when it has been moved.
  const watch: FileWatch = {
    look: () => undefined,
    committed() {},
    isOurs: (_suffix, path) => path === undefined,
  };
  const { generation } = reopen({ file, db, watch, problem: 'missing', open: () => 'opened', now: 0 });
  db.close();
  expect(generation).toBe('opened');
  expect(readdirSync(folder).sort()).toEqual(['w.db-shm', 'w.db-wal']);
  expect(readFileSync(`${file}-wal`, 'utf8')).toBe('of another process');
});

test('copies the log into the file without a change to the log', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'w.db');
  const db = openDatabase(file);
  db.exec('CREATE TABLE t (x)');
  db.exec('INSERT INTO t VALUES (1)');
  const { size } = statSync(`${file}-wal`);
  expect(copyLog(db)).toBe(true);
  expect(statSync(`${file}-wal`).size).toBe(size);
  copyFileSync(file, join(folder, 'copy.db'));
  db.close();
  const copy = connector()(join(folder, 'copy.db'));
  expect(copy.prepare('SELECT x FROM t').pluck().all()).toEqual([1]);
  copy.close();
});
