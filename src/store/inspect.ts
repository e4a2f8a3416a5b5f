import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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
  const stat = existsSync(file) ? statSync(file) : undefined;
  const denied = deniedFor(file, stat !== undefined);
  if (!stat)
    return {
      exists: false,
      sizeBytes: 0,
      mode: 0,
      problem: denied,
      hint: denied && otherPlaceHint,
      isChecked: false,
    };
  const isChecked = stat.size <= mostCheckedBytes;
  const found = { exists: true, sizeBytes: stat.size, mode: stat.mode & 0o777 };
  try {
    const damage = damageIn(file, isChecked);
    return {
      ...found,
      isChecked,
      problem: damage ?? denied,
      hint: damage ? repairHint : denied && otherPlaceHint,
    };
  } catch (error) {
    const hint = error instanceof UserError ? error.said.hint : undefined;
    return { ...found, isChecked: false, problem: messageOf(error), hint };
  }
}

const repairHint = phrase`${operation('listen', option('repair'))} moves the file aside and starts a new one; ${option('db', 'FILE')} uses another.`;

const otherPlaceHint = phrase`Make it writable for you, or use another file with ${option('db', 'FILE')}.`;

/** Why a file cannot be written, or made: SQLite needs files beside it, too. */
function deniedFor(file: string, exists: boolean): string | undefined {
  let folder = dirname(file);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const needed = constants.W_OK | constants.X_OK;
  if (!statSync(folder).isDirectory()) return `${file} cannot be made: ${folder} is not a folder.`;
  try {
    accessSync(folder, needed);
    if (exists) accessSync(file, constants.W_OK);
    return undefined;
  } catch {
    return exists
      ? `${file} cannot be written, or the folder that it is in cannot.`
      : `${file} cannot be made: the folder ${folder} cannot be written.`;
  }
}

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
