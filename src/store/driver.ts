import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../model/errors.ts';
import { unusable } from './unusable.ts';

export type Database = BetterSqlite3.Database;
export type Statement = BetterSqlite3.Statement<unknown[]>;

const require = createRequire(import.meta.url);

/** For opening: nothing is captured yet, and another process's migration, recovery or closing is soon over. */
const openTimeoutMs = 5_000;

/** SQLite is given this long to wait for a lock, because it blocks the event loop meanwhile; longer waits are the writer's. */
const busyTimeoutMs = 5;

/**
 * Opens a database file (created with mode 0600, missing folders with 0700) with the pragmas that durability
 * stands on. Throws a UserError if the driver is missing or the file can't be opened.
 */
export function openDatabase(file: string): Database {
  const { construct, nativeBinding } = loadDriver();
  if (file !== ':memory:') createPrivateFile(file);
  try {
    const db = new construct(file, { timeout: openTimeoutMs, ...(nativeBinding ? { nativeBinding } : {}) });
    configure(db);
    return db;
  } catch (error) {
    throw unusable(file, error);
  }
}

/**
 * Version 13 crashes the process below N-API 10 (Node < 22.14), version 12 has no binary that npm 12 would let
 * it install: the right one is chosen before either is loaded.
 */
function loadDriver(): { construct: typeof BetterSqlite3; nativeBinding?: string } {
  const modern = Number(process.versions.napi) >= 10;
  const name = modern ? 'better-sqlite3' : 'better-sqlite3-node20';
  try {
    const construct = require(name) as typeof BetterSqlite3;
    if (modern) return { construct };
    // Its own look-up of the binary walks the call stack, which costs a start-up what the path itself does not.
    return { construct, nativeBinding: require.resolve(`${name}/build/Release/better_sqlite3.node`) };
  } catch (error) {
    throw new UserError(
      'database',
      `The SQLite driver ${name} is not installed, or was not built for Node ${process.versions.node}.`,
      modern
        ? 'Install webhook-cli again without --omit=optional.'
        : 'Node 20 compiles it: install python3, make and g++, then install webhook-cli again. Or use Node 22.14 or newer.',
      { cause: error },
    );
  }
}

function createPrivateFile(file: string): void {
  if (existsSync(file)) return;
  try {
    const folder = dirname(file);
    const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) chmodSync(folder, 0o700);
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw unusable(file, error);
  }
}

function configure(db: Database): void {
  // Takes effect in a new file only. 16 KB pages hold several rows each: 1.05 times their NDJSON, 4 KB pages 1.53.
  db.pragma('page_size = 16384');
  db.pragma('journal_mode = WAL');
  // The driver compiles WAL in as synchronous=NORMAL, which would lose answered requests on power loss.
  db.pragma('synchronous = FULL');
  // On by default in the driver; a look-up per insert for what one delete function already sees to.
  db.pragma('foreign_keys = OFF');
}

/** From now on, waiting for a lock is ours: call it when the database is open and its schema is made. */
export function waitNoMoreForLocks(db: Database): void {
  db.pragma(`busy_timeout = ${busyTimeoutMs}`);
}
