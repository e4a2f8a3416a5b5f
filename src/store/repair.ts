import { existsSync, renameSync } from 'node:fs';
import { openDatabase } from './driver.ts';
import { isDamage } from './errors.ts';

/** A database file that was broken. */
export interface MovedAside {
  readonly to: string;
  /** SQLite's message about it. */
  readonly reason: string;
}

/**
 * Reads a whole database file, and if it is damaged moves it aside with its log, so that a new one can take its
 * place: nothing is deleted. Undefined if it is sound, or not there. Throws a UserError for what is no damage.
 */
export function moveAsideIfBroken(file: string, now: number): MovedAside | undefined {
  const reason = existsSync(file) ? damageOf(file) : undefined;
  if (reason === undefined) return undefined;
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const to = `${file}.broken-${time}`;
  // The log goes first: left beside a new file, it would be taken for that one's.
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, to + suffix);
  }
  return { to, reason };
}

function damageOf(file: string): string | undefined {
  try {
    const db = openDatabase(file);
    try {
      const found = db.pragma('quick_check(1)', { simple: true }) as string;
      return found === 'ok' ? undefined : found;
    } finally {
      db.close();
    }
  } catch (error) {
    const { cause = error } = error as Error;
    if (isDamage(cause)) return (cause as Error).message;
    throw error;
  }
}
