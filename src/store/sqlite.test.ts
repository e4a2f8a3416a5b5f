import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Database } from './database.ts';
import { connector, connectorOf, driverNames } from './sqlite.ts';

/** Those that run on this Node; the gate runs on several. */
const drivers = driverNames.flatMap((name) => {
  const connect = connectorOf(name);
  return connect ? [{ name, connect }] : [];
});

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-driver-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'w.db');
}

function opened(connect: (file: string) => Database, file = temporaryFile()): Database {
  const db = connect(file);
  onTestFinished(() => void db.close());
  db.pragma('journal_mode = WAL');
  db.pragma('busy_timeout = 1');
  return db;
}

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

test('one of them is available', () => {
  expect(drivers.length).toBeGreaterThan(0);
  connector()(':memory:').close();
});

describe.each(drivers)('$name', ({ name, connect }) => {
  test('keeps every kind of value as it is', () => {
    const db = opened(connect);
    db.exec('CREATE TABLE t (a, b, c, d, e)');
    const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?)');
    const { changes, lastInsertRowid } = insert.run(
      1.5,
      'a\0b é',
      Uint8Array.from([0, 255]),
      null,
      2 ** 53 - 1,
    );
    expect([changes, Number(lastInsertRowid)]).toEqual([1, 1]);
    const row = db.prepare('SELECT * FROM t').get() as Record<string, unknown>;
    expect({ ...row, c: [...(row['c'] as Uint8Array)] }).toEqual({
      a: 1.5,
      b: expect.stringMatching(name === 'better-sqlite3' ? /^a\0b é$/ : /^a[\0␀]b é$/),
      c: [0, 255],
      d: null,
      e: 2 ** 53 - 1,
    });
    expect(row['c']).toBeInstanceOf(Uint8Array);
  });

  test('gives integers beyond 2^53 as the nearest number', () => {
    const db = opened(connect);
    expect(db.prepare('SELECT 9007199254740993 AS a').get()).toMatchObject({ a: 2 ** 53 });
    expect(db.prepare('SELECT 9007199254740993').pluck().all()).toEqual([2 ** 53]);
  });

  test('binds values by position and by name, and ignores further names', () => {
    const db = opened(connect);
    expect(db.prepare('SELECT ? + ?').pluck().get(1, 2)).toBe(3);
    expect(db.prepare('SELECT @a').pluck().get({ a: 1, b: 2 })).toBe(1);
    expect(db.prepare('SELECT 1 WHERE 0').get()).toBeUndefined();
    expect(db.prepare('SELECT 1 WHERE 0').pluck().get()).toBeUndefined();
  });

  test('gives rows of a pragma, or its value alone', () => {
    const db = opened(connect);
    expect(db.pragma('user_version = 7')).toEqual([]);
    expect(db.pragma('user_version', { simple: true })).toBe(7);
    expect(db.pragma('user_version')).toMatchObject([{ user_version: 7 }]);
    expect(db.pragma('table_info(missing)', { simple: true })).toBeUndefined();
  });

  test('commits a transaction or rolls it back', () => {
    const db = opened(connect);
    db.exec('CREATE TABLE t (a)');
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    expect(db.transaction(() => Number(insert.run(1).changes)).immediate()).toBe(1);
    const fails = db.transaction(() => {
      expect(db.inTransaction).toBe(true);
      insert.run(2);
      throw new Error('no');
    });
    expect(() => fails.immediate()).toThrow('no');
    expect(() => fails()).toThrow('no');
    expect([db.inTransaction, db.prepare('SELECT a FROM t').pluck().all()]).toEqual([false, [1]]);
  });

  test('names errors as SQLite does', () => {
    const file = temporaryFile();
    const db = opened(connect, file);
    db.exec('CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1)');
    const other = opened(connect, file);
    other.exec('BEGIN IMMEDIATE');
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    expect(codeOf(() => insert.run(2))).toMatch(/^SQLITE_BUSY/);
    expect(codeOf(() => db.transaction(() => {}).immediate())).toMatch(/^SQLITE_BUSY/);
    other.exec('ROLLBACK');
    expect(codeOf(() => insert.run(1))).toMatch(/^SQLITE_CONSTRAINT/);
    expect(codeOf(() => db.prepare('SELECT nothing'))).toBe('SQLITE_ERROR');
    db.pragma('query_only = ON');
    expect(codeOf(() => insert.run(3))).toMatch(/^SQLITE_READONLY/);
    expect(() => connect('/nowhere/at/all')).toThrow();
    const broken = temporaryFile();
    writeFileSync(broken, 'no database'.repeat(1000));
    const unreadable = connect(broken);
    expect(codeOf(() => unreadable.prepare('SELECT * FROM sqlite_schema').all())).toBe('SQLITE_NOTADB');
    unreadable.close();
  });

  test('closes for good and releases the file', () => {
    const file = temporaryFile();
    const db = opened(connect, file);
    db.exec('CREATE TABLE t (a)');
    const kept = db.prepare('SELECT * FROM t');
    kept.all();
    db.close();
    db.close();
    expect(db.open).toBe(false);
    expect(() => kept.all()).toThrow();
    const again = opened(connect, file);
    expect(again.pragma('journal_mode = DELETE', { simple: true })).toBe('delete');
  });

  test.each(driverNames)('reads what %s has written, and the other way round', (otherName) => {
    const other = connectorOf(otherName);
    if (!other) return;
    const file = temporaryFile();
    const writer = opened(connect, file);
    writer.exec('CREATE VIRTUAL TABLE words USING fts5 (text)');
    writer.prepare('INSERT INTO words VALUES (?)').run('a word');
    writer.close();
    const reader = opened(other, file);
    expect(reader.prepare("SELECT text FROM words WHERE words MATCH 'word'").pluck().get()).toBe('a word');
    expect(reader.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
