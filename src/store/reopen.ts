import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Database } from './driver.ts';
import { isDamage } from './errors.ts';
import { copyLog, type FileProblem, type FileWatch, isSound } from './file-watch.ts';
import { type DatabaseSuffix, databaseSuffixes } from './private-file.ts';

/** A database that was opened in place of one that was lost. */
export interface Reopened<G> {
  readonly generation: G;
  /** It has the requests that were recorded before, under the same sequence numbers. */
  readonly isSame: boolean;
  /** The result, for the user. */
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
      return withoutLog(options, problem === 'log-replaced' && !isTakenOver(options) && savesLog(db));
    case 'damaged':
    case 'unreadable':
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
  // The index of the log belongs to the processes that have not found out yet: with it, they would tell this one of
  // frames that its log does not have, and the other way round.
  moveIfOurs(options, '-shm');
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

function inPlaceOfDamaged<G>(options: ReopenOptions<G>): Reopened<G> {
  const to = asideName(options.file, options.now);
  // The log goes first: left beside a new file, it would be taken for that one's.
  for (const suffix of [...databaseSuffixes].reverse()) moveIfOurs(options, suffix, to + suffix);
  const outcome = `What is left of it is in ${to}; a new database was started.`;
  return { generation: options.open(), isSame: false, outcome };
}

/** Removes the log of the database that was here, so that it is not taken for that of the one that is here now. */
function clearLog<G>(options: ReopenOptions<G>, isWhole: boolean): void {
  const aside = asideName(options.file, options.now);
  moveIfOurs(options, '-wal', isWhole ? undefined : `${aside}-wal`);
  moveIfOurs(options, '-shm');
}

/**
 * True if another process has opened the database anew under an index (-shm) of its own: it has saved the log, and what
 * this connection would copy could be older than what that process has written since.
 */
function isTakenOver<G>({ file, watch }: ReopenOptions<G>): boolean {
  return existsSync(`${file}-shm`) && !watch.isOurs('-shm');
}

/** Copies what is only in the log into the file, wherever that is now; false if not all of it could be. */
function savesLog(db: Database): boolean {
  try {
    return copyLog(db);
  } catch {
    return false;
  }
}

/**
 * Moves a file of the lost database, or deletes it. A file that another process of ours has put in its place stays: it
 * may come between a look and a move, so what was moved is looked at again and put back.
 */
function moveIfOurs<G>({ file, watch }: ReopenOptions<G>, suffix: DatabaseSuffix, to?: string): void {
  if (!watch.isOurs(suffix)) return;
  const from = file + suffix;
  const taken = `${from}.${process.pid}`;
  if (!isMoved(from, taken)) return;
  if (!watch.isOurs(suffix, taken)) {
    if (!existsSync(from)) renameSync(taken, from);
    else rmSync(taken, { force: true });
  } else if (to === undefined) rmSync(taken, { force: true });
  else renameSync(taken, to);
}

/** False if another process of ours has just moved it. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function asideName(file: string, now: number): string {
  return `${file}.broken-${new Date(now).toISOString().replace(/[-:.]/g, '')}`;
}
