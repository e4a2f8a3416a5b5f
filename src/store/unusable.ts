import { UserError } from '../model/errors.ts';

/** Why a database file can't be used, and what to do about it. */
export function unusable(file: string, error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  if (isDamage(error)) {
    return new UserError(
      'database',
      `${file} is not a database that can be read: ${reason}.`,
      'Nothing was changed. listen --repair moves the file aside and starts a new one, --db names another.',
      { cause: error },
    );
  }
  return new UserError(
    'database',
    `The database ${file} can't be opened: ${reason}.`,
    'Check that the folder exists and is yours, or name another file with --db.',
    { cause: error },
  );
}

/** Whether the bytes in the file are to blame, not its place, its mode or another process. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(NOTADB|CORRUPT)/.test(sqliteCode(error));
}

/** Whether another connection holds a lock that is in the way. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error));
}

/** SQLite's own code of an error, such as `SQLITE_FULL`; empty if it has none. */
export function sqliteCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
