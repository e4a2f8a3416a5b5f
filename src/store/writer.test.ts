import { expect, test } from 'vitest';
import { openDatabase } from './driver.ts';
import { StoreFailure } from './errors.ts';
import { createWriter } from './writer.ts';

function openedTable() {
  const db = openDatabase(':memory:');
  db.exec('CREATE TABLE t (x INTEGER NOT NULL)');
  const writer = createWriter(db, { timeoutMs: 1_000, maxPendingBytes: 1_000_000 });
  const insert = db.prepare('INSERT INTO t (x) VALUES (?)');
  return { db, writer, insert };
}

test('all writes of one tick share a transaction', async () => {
  const { db, writer, insert } = openedTable();
  await Promise.all([1, 2, 3].map((x) => writer.write(1, () => insert.run(x))));
  expect(writer.transactions).toBe(1);
  await writer.write(1, () => insert.run(4));
  expect(writer.transactions).toBe(2);
  db.close();
});

test('a write resolves when it is committed, not before', async () => {
  const { db, writer, insert } = openedTable();
  let wasOpen: boolean | undefined;
  const written = writer
    .write(1, () => insert.run(1))
    .then(() => {
      wasOpen = db.inTransaction;
    });
  await written;
  expect(wasOpen).toBe(false);
  db.close();
});

test('a commit that fails rejects every write of it and leaves nothing behind', async () => {
  const { db, writer, insert } = openedTable();
  db.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY)');
  db.exec('CREATE TABLE child (p INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)');
  db.pragma('foreign_keys = ON');
  const orphan = db.prepare('INSERT INTO child (p) VALUES (7)');
  // A deferred constraint is checked by COMMIT: both statements succeed, the commit does not.
  const alone = writer.write(1, () => orphan.run());
  await expect(alone).rejects.toMatchObject({ name: 'StoreFailure', reason: 'broken' });
  await writer.write(1, () => insert.run(1));
  expect(db.prepare('SELECT count(*) FROM child').pluck().get()).toBe(0);
  expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(1);
  db.close();
});

test('idle resolves when nothing waits', async () => {
  const { db, writer, insert } = openedTable();
  await writer.idle();
  let written = false;
  void writer
    .write(1, () => insert.run(1))
    .then(() => {
      written = true;
    });
  await writer.idle();
  expect(written).toBe(true);
  db.close();
});

test('a write that throws a StoreFailure fails alone', async () => {
  const { db, writer, insert } = openedTable();
  const lost = writer.write(1, () => {
    throw new StoreFailure('lost', 'its body is gone');
  });
  const kept = writer.write(1, () => insert.run(1));
  await expect(lost).rejects.toThrow('its body is gone');
  await kept;
  expect(db.prepare('SELECT x FROM t').pluck().all()).toEqual([1]);
  db.close();
});
