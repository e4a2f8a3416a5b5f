import { existsSync } from 'node:fs';
import { UserError } from '../model/errors.ts';
import { explained, openStore, type Store, type StoreOptions } from '../store/store.ts';
import type { commonOptions, Invocation } from './command.ts';
import type { Io } from './io.ts';
import { defaultDatabase } from './paths.ts';
import { printWarnings } from './warnings.ts';

/** The database that --db or its default names. */
export function databaseFile(db: string | undefined, io: Io): string {
  return db ?? defaultDatabase(io.env);
}

/**
 * Opens the store, gives it to `use`, and closes it whatever happens. What goes wrong in the file is told with its name.
 * `warn` gets what the user should know of the file.
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

/** The same for a command that reads: a database named with --db has to be there, or the name is a slip. */
export async function withExistingStore<T>(
  { options, flags, io }: Pick<Invocation<typeof commonOptions>, 'options' | 'flags' | 'io'>,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const file = databaseFile(options.db, io);
  if (flags.has('db') && !existsSync(file)) {
    throw new UserError(
      'not-found',
      `There is no database ${file}.`,
      'Check --db, or leave it out for the usual one.',
    );
  }
  return withStore(file, {}, use, warningsTo(options, io));
}
