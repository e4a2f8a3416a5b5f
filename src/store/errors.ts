import { messageOf, UserError } from '../model/errors.ts';
import { operation, option, phrase } from '../model/phrase.ts';

/** Failure of a write: the sender gets a 503, the user this message. */
export class StoreFailure extends UserError {
  readonly reason: 'locked' | 'full' | 'read-only' | 'overloaded' | 'lost' | 'broken';

  constructor(reason: StoreFailure['reason'], message: string, options?: ErrorOptions) {
    super('database', message, undefined, options);
    this.name = 'StoreFailure';
    this.reason = reason;
  }
}

/** The StoreFailure for whatever a write threw. */
export function storeFailureOf(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const code = sqliteCode(error);
  const cause = { cause: error };
  if (isBusy(error)) return new StoreFailure('locked', 'another process holds the database locked', cause);
  if (code.startsWith('SQLITE_FULL')) return new StoreFailure('full', 'the disk is full', cause);
  if (code.startsWith('SQLITE_READONLY'))
    return new StoreFailure('read-only', 'the database is read-only', cause);
  return new StoreFailure('broken', `the database can't be written: ${messageOf(error)}`, cause);
}

/** A failure of SQLite or of a write as a UserError that names the file; any other error unchanged. */
export function explained(file: string, error: unknown): unknown {
  if (error instanceof StoreFailure) {
    if (isDamage(error.cause)) return unusable(file, error.cause);
    return new UserError('database', `${file} can't be written: ${error.message}.`, undefined, {
      cause: error,
    });
  }
  return sqliteCode(error).startsWith('SQLITE_') ? unusable(file, error) : error;
}

/** The UserError for a database file that can't be used. */
export function unusable(file: string, error: unknown): UserError {
  const reason = messageOf(error);
  if (isDamage(error)) {
    return new UserError(
      'database',
      `${file} is not a database that can be read: ${reason}.`,
      phrase`Nothing was changed. ${operation('listen', option('repair'))} moves the file aside and starts a new one; ${option('db', 'FILE')} uses another.`,
      { cause: error },
    );
  }
  return new UserError(
    'database',
    `The database ${file} can't be opened: ${reason}.`,
    phrase`Check that the folder exists and is yours, or use another file with ${option('db')}.`,
    { cause: error },
  );
}

/** True if the bytes in the file are to blame, not its place, its mode or another process. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(NOTADB|CORRUPT)/.test(sqliteCode(error));
}

/** True if a file of the database has less than SQLite knows of, as when its log was cut off beneath it. */
export function isShortRead(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_IOERR_SHORT_READ';
}

/** True if another process or connection holds a lock that is needed. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error));
}

/** True if every other write would fail as well: for the file, its disk or its place. */
export function isAboutTheFile(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|NOMEM)/.test(sqliteCode(error));
}

/** SQLite's own code of an error, such as `SQLITE_FULL`; empty if it has none. */
function sqliteCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
