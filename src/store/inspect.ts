import { statSync } from 'node:fs';
import { messageOf, UserError } from '../model/errors.ts';
import { operation, option, type Phrase, phrase } from '../model/phrase.ts';
import { openDatabase } from './driver.ts';
import { refuseNewer } from './migrations.ts';
import { type DriverName, driverInUse } from './sqlite.ts';

/** The driver of SQLite that is used here. */
export interface SqliteReport {
  /** Undefined if none can be loaded. */
  readonly driver: DriverName | undefined;
  /** The version of SQLite; undefined without a driver. */
  readonly version: string | undefined;
}

/** A database file as it is found. */
export interface DatabaseReport {
  /** False: there is no file yet. */
  readonly exists: boolean;
  readonly sizeBytes: number;
  /** The permissions of the file, such as 0o600. */
  readonly mode: number;
  /** Why the file cannot be used, as a sentence; undefined if it can, as far as it was read. */
  readonly problem: string | undefined;
  /** What to do about the problem. */
  readonly hint?: string | Phrase | undefined;
  /** The file was read as a whole. */
  readonly isChecked: boolean;
}

/** Larger files are opened, but not read as a whole. */
const mostCheckedBytes = 2 * 1024 * 1024 * 1024;

/** Which driver of SQLite is used here. */
export function inspectSqlite(): SqliteReport {
  const driver = driverInUse();
  if (driver === undefined) return { driver, version: undefined };
  const db = openDatabase(':memory:');
  try {
    const row = db.prepare('SELECT sqlite_version() AS version').get() as { readonly version: string };
    return { driver, version: row.version };
  } finally {
    db.close();
  }
}

/** Looks at a database file without creating it, and reads it as a whole. Blocks the thread meanwhile. */
export function inspectDatabase(file: string): DatabaseReport {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return { exists: false, sizeBytes: 0, mode: 0, problem: undefined, isChecked: false };
  const isChecked = stat.size <= mostCheckedBytes;
  const found = { exists: true, sizeBytes: stat.size, mode: stat.mode & 0o777 };
  try {
    const damage = damageIn(file, isChecked);
    return { ...found, isChecked, problem: damage, hint: damage && repairHint };
  } catch (error) {
    const hint = error instanceof UserError ? error.said.hint : undefined;
    return { ...found, isChecked: false, problem: messageOf(error), hint };
  }
}

const repairHint = phrase`${operation('listen', option('repair'))} moves the file aside and starts a new one; ${option('db', 'FILE')} uses another.`;

function damageIn(file: string, isRead: boolean): string | undefined {
  const db = openDatabase(file);
  try {
    refuseNewer(db, file);
    if (!isRead) return undefined;
    const result = db.pragma('quick_check(1)', { simple: true }) as string;
    return result === 'ok' ? undefined : `${file} is damaged: ${result}.`;
  } finally {
    db.close();
  }
}
