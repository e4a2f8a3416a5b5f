import { chmodSync, statSync } from 'node:fs';
import { messageOf } from '../model/errors.ts';

/** The database with what SQLite keeps beside it. */
export const databaseSuffixes = ['', '-wal', '-shm'] as const;

export type DatabaseSuffix = (typeof databaseSuffixes)[number];

/**
 * Takes a database of ours away from everybody but its owner: 0644 becomes 0600. Returns a sentence for the user where
 * others could read or write it before; undefined where that was so already.
 */
export function makePrivate(file: string): string | undefined {
  if (file === ':memory:') return undefined;
  const [warning] = databaseSuffixes.flatMap((suffix) => tightened(file + suffix) ?? []);
  return warning;
}

function tightened(path: string): string | undefined {
  const { mode, uid } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0, uid: 0 };
  // What belongs to somebody else, or was made read-only on purpose, is shared with us: nothing is recorded in it.
  const isShared = uid !== process.getuid?.() || (mode & 0o200) === 0;
  if ((mode & 0o077) === 0 || isShared) return undefined;
  const was = `0${(mode & 0o777).toString(8)}`;
  try {
    chmodSync(path, 0o600);
    return `${path} could be read by others (mode ${was}): it is 0600 now.`;
  } catch (error) {
    const reason = messageOf(error);
    return `${path} can be read by others (mode ${was}), and that could not be changed: ${reason}.`;
  }
}
