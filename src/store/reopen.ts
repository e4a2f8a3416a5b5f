import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Database } from './driver.ts';
import { isDamage } from './errors.ts';
import { emptyLog, type FileProblem, type FileWatch, isSound } from './file-watch.ts';
import { databaseSuffixes } from './private-file.ts';

/** A database that was opened in place of one that was lost. */
export interface Reopened<G> {
  readonly generation: G;
  /** Whether it has what was recorded before, under the same places. */
  readonly isSame: boolean;
  /** What became of it, for the user. */
  readonly outcome: string;
}

export interface ReopenOptions<G> {
  readonly file: string;
  /** The connection to the database that was lost, and what was known of its files. */
  readonly db: Database;
  readonly watch: FileWatch;
  readonly problem: FileProblem;
  /** Opens what is at the path now, or makes a new database there. */
  readonly open: () => G;
  readonly now: number;
}

/**
 * Opens a database again that another program deleted, replaced or truncated, or makes a new one in its place; what is
 * left of a damaged one is moved aside. Throws where that can't be done.
 */
export function reopen<G>(options: ReopenOptions<G>): Reopened<G> {
  const { file, db, problem, open } = options;
  switch (problem) {
    case 'log-replaced':
    case 'log-truncated':
      return withoutLog(options, problem === 'log-replaced' && savesLog(db));
    case 'damaged':
      return withoutLog(options, false);
    case 'truncated':
      return inPlaceOfDamaged(options);
    case 'missing':
    case 'replaced': {
      clearLog(options, savesLog(db));
      const outcome = existsSync(file)
        ? 'Requests are recorded in the file that is there now.'
        : 'A new database was started; what was recorded before is not in it.';
      return { generation: open(), isSame: false, outcome };
    }
  }
}

/** The file is the same: what its log had is in it already (`isWhole`), or as much of it as can still be read. */
function withoutLog<G>(options: ReopenOptions<G>, isWhole: boolean): Reopened<G> {
  const { file, db, open } = options;
  // SQLite would go on with the log of before as long as this connection is open.
  db.close();
  try {
    if (isWhole || isSound(file)) {
      const lost = isWhole ? 'nothing is lost' : 'what was recorded last may be lost';
      return { generation: open(), isSame: true, outcome: `It was opened again; ${lost}.` };
    }
  } catch (error) {
    if (!isDamage((error as Error).cause)) throw error;
  }
  return inPlaceOfDamaged(options);
}

function inPlaceOfDamaged<G>({ file, watch, open, now }: ReopenOptions<G>): Reopened<G> {
  const to = asideName(file, now);
  // The log goes first: left beside a new file, it would be taken for that one's. What another process of ours has
  // put there meanwhile stays.
  for (const suffix of [...databaseSuffixes].reverse()) {
    if (watch.isOurs(suffix)) moveIfThere(file + suffix, to + suffix);
  }
  const outcome = `What is left of it is in ${to}; a new database was started.`;
  return { generation: open(), isSame: false, outcome };
}

/** Sees to it that the log of the database that was here is not taken for that of the one that is here now. */
function clearLog<G>({ file, watch, now }: ReopenOptions<G>, isWhole: boolean): void {
  for (const suffix of ['-wal', '-shm'] as const) {
    if (!watch.isOurs(suffix)) continue;
    if (isWhole || suffix === '-shm') rmSync(file + suffix, { force: true });
    else moveIfThere(file + suffix, asideName(file, now) + suffix);
  }
}

/** Whether all that was only in the log could be brought into the file, wherever that is now. */
function savesLog(db: Database): boolean {
  try {
    emptyLog(db);
    return true;
  } catch {
    return false;
  }
}

/** Another process of ours may just have moved it. */
function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function asideName(file: string, now: number): string {
  return `${file}.broken-${new Date(now).toISOString().replace(/[-:.]/g, '')}`;
}
