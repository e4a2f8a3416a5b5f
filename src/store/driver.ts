import { chmodSync, closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import type { Connect, Database } from './database.ts';
import { isBusy, isDamage, unusable } from './errors.ts';
import { refuseForeign } from './ownership.ts';
import { connector } from './sqlite.ts';

export type { Database, Statement } from './database.ts';

/** SQLite is given this long to wait for a lock, because it blocks the event loop meanwhile; longer waits are the writer's. */
const busyTimeoutMs = 5;

/** The longest time in which opening is tried again while other processes create the file. */
const mostOpeningMs = 2_000;

/** The memory that SQLite may use as a cache of the file. */
const cacheKb = 2_000;

/**
 * Opens a database file (created with mode 0600, missing folders with 0700) with the pragmas that durability
 * stands on. Throws a UserError if the driver is missing, the file can't be opened, or it is not ours.
 */
export function openDatabase(file: string): Database {
  const connect = connector();
  if (file !== ':memory:') {
    refuseLongPath(file);
    createPrivateFile(file);
  }
  const giveUpAt = performance.now() + mostOpeningMs;
  for (;;) {
    try {
      return openOnce(file, connect);
    } catch (error) {
      // While processes create a file at once, SQLite refuses some of them without waiting, as they would deadlock.
      if (!isBusy(error) || performance.now() > giveUpAt) {
        throw error instanceof UserError ? error : unusable(file, error);
      }
      block(5 + Math.random() * 20);
    }
  }
}

function openOnce(file: string, connect: Connect): Database {
  let db: Database | undefined;
  try {
    db = connect(file);
    // Before anything is written, or done that the schema could react to.
    db.pragma('trusted_schema = OFF');
    refuseForeign(db, file, connect);
    configure(db);
    return db;
  } catch (error) {
    // Closing one that is damaged would delete its log, which may be all that is left. Any other has to be closed: the
    // index of the log (-shm) that it has open would be shared by every later connection of this process.
    if (!isDamage(error)) db?.close();
    throw error;
  }
}

/** Blocks the thread for so many ms, as SQLite does when it waits for a lock. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** SQLite keeps paths of up to 512 bytes, 8 of them for the names of the files beside a database. */
const maxPathBytes = 504;

/** Throws a UserError for a path that SQLite could not open, before anything is made there. */
function refuseLongPath(file: string): void {
  const path = existsSync(dirname(file)) ? join(realpathSync(dirname(file)), basename(file)) : resolve(file);
  const length = Buffer.byteLength(path);
  if (length <= maxPathBytes) return;
  throw new UserError(
    'database',
    `The path of the database is too long: ${length} bytes; SQLite allows ${maxPathBytes}.`,
    phrase`Use a shorter path with ${option('db')}.`,
  );
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
  // The driver's 16 MB would lie scattered between the pieces of large bodies, whose memory the system then never gets
  // back; what is not in it comes from the system's own cache.
  db.pragma(`cache_size = -${cacheKb}`);
  db.pragma('journal_mode = WAL');
  // The driver compiles WAL in as synchronous=NORMAL, which would lose acknowledged requests on power loss.
  db.pragma('synchronous = FULL');
  // On by default in the driver; a look-up per insert for what one delete function already sees to.
  db.pragma('foreign_keys = OFF');
  // What is deleted is overwritten, not only forgotten.
  db.pragma('secure_delete = ON');
}

/** From now on, waiting for a lock is ours: call it when the database is open and its schema is made. */
export function waitNoMoreForLocks(db: Database): void {
  db.pragma(`busy_timeout = ${busyTimeoutMs}`);
}
