import { UserError } from '../model/errors.ts';
import { isDamage, sqliteCode, unusable } from './unusable.ts';
import { StoreFailure } from './writer.ts';

/** What SQLite or a write said, in words that name the file; any other error as it is. */
export function explained(file: string, error: unknown): unknown {
  if (error instanceof StoreFailure) {
    if (isDamage(error.cause)) return unusable(file, error.cause);
    return new UserError('database', `${file} can't be written: ${error.message}.`, undefined, {
      cause: error,
    });
  }
  return sqliteCode(error).startsWith('SQLITE_') ? unusable(file, error) : error;
}
