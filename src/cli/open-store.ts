import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UserError } from '../model/errors.ts';
import { explained, openStore, readableCopy, type Store, type StoreOptions } from '../store/store.ts';
import type { commonOptions, Invocation } from './command.ts';
import type { Io } from './io.ts';
import { defaultDatabase } from './paths.ts';
import { printWarnings } from './warnings.ts';
import { workingFolder } from './working-folder.ts';

/** The database file: --db or the default. Throws a UserError if there is no folder for it. */
export function databaseFile(db: string | undefined, io: Io): string {
  if (db === undefined) return defaultDatabase(io.env);
  if (!isAbsolute(db)) workingFolder(io);
  return db;
}

/**
 * Opens the store, passes it to `use` and always closes it. Database errors name the file; `warn` gets warnings about
 * the file.
 */
export async function withStore<T>(
  file: string,
  options: StoreOptions,
  use: (store: Store) => Promise<T>,
  warn?: (message: string) => void,
): Promise<T> {
  const store = openStore(file, options);
  if (warn) store.onWarning(warn);
  try {
    return await use(store);
  } catch (error) {
    throw explained(file, error);
  } finally {
    await store.close();
  }
}

/** Prints warnings of a database to stderr. */
export function warningsTo(
  { json }: { readonly json?: boolean | undefined },
  io: Pick<Io, 'stderr'>,
): (message: string) => void {
  return (message) => printWarnings([message], 'database', json ?? false, io);
}

/** Opens the store of a command that records nothing new: a database given with --db must exist. */
export async function withExistingStore<T>(
  { options, flags, io }: Pick<Invocation<typeof commonOptions>, 'options' | 'flags' | 'io'>,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  return withStore(existingFile({ options, flags, io }), {}, use, warningsTo(options, io));
}

/** Like `withExistingStore`, for a command that only reads: it can read another user's database, from a copy. */
export async function withReadableStore<T>(
  { options, flags, io }: Pick<Invocation<typeof commonOptions>, 'options' | 'flags' | 'io'>,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const file = existingFile({ options, flags, io });
  const copy = readableCopy(file);
  try {
    return await withStore(copy?.file ?? file, {}, use, warningsTo(options, io));
  } finally {
    copy?.remove();
  }
}

function existingFile({
  options,
  flags,
  io,
}: Pick<Invocation<typeof commonOptions>, 'options' | 'flags' | 'io'>): string {
  const file = databaseFile(options.db, io);
  if (flags.has('db') && !existsSync(file)) {
    throw new UserError(
      'not-found',
      `Database ${file} does not exist.`,
      'Check --db, or omit it to use the default database.',
    );
  }
  return file;
}
