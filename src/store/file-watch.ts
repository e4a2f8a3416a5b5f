import { type Stats, statSync } from 'node:fs';
import { type Database, openDatabase, type Statement } from './driver.ts';
import { isBusy } from './errors.ts';
import type { DatabaseSuffix } from './private-file.ts';

/** Damage that another program did to a database while it is open. */
export type FileProblem =
  | 'missing'
  | 'replaced'
  | 'truncated'
  /** SQLite found damage in it. */
  | 'damaged'
  /** The file or its log has less than this connection knows of. */
  | 'unreadable'
  /** The log (-wal) or its index (-shm) was deleted, or another file is in its place. */
  | 'log-replaced'
  /** Commits that are in no other place were cut off the log. */
  | 'log-truncated';

export interface FileWatch {
  /**
   * Call it before each commit: the damage to the files that no process of ours does; undefined: none. Throws SQLite's
   * BUSY if that can't be decided at the moment.
   */
  look(): FileProblem | undefined;
  /** Call it after each commit, so that a log that is cut off just behind it is noticed. */
  committed(): void;
  /** True if the file (at `path`, if it was moved) is the one that was there when the database was opened. */
  isOurs(suffix: DatabaseSuffix, path?: string): boolean;
}

/**
 * The state of the log according to SQLite, in frames: how many there are, and how many are in the database file
 * already.
 */
interface LogState {
  readonly busy: 0 | 1;
  readonly log: number;
  readonly checkpointed: number;
}

const frameHeaderBytes = 24;
const logHeaderBytes = 32;

/** While other processes write, the files and what is said of them differ for a moment. */
const mostLooks = 20;

/** A size that is not a number of pages is not one that is just being written if it lasts this long. */
const oddMs = 300;

const quietly = { bigint: false, throwIfNoEntry: false } as const;

/** State of a watch: what the files were when they were opened, and at the last look. */
interface WatchState {
  readonly file: string;
  readonly db: Database;
  readonly pageBytes: number;
  readonly pageCount: Statement;
  readonly logState: Statement;
  readonly main: Stats | undefined;
  readonly log: Stats | undefined;
  readonly index: Stats | undefined;
  size: number;
  changedAt: number;
  logSize: number;
  /** A size that is not a number of pages, and when it was seen first (performance clock). */
  odd: { readonly bytes: number; readonly since: number };
}

/**
 * Watches the files of an open database by `stat` alone (2 us): opening and closing one of them in this process would
 * drop the locks that SQLite holds on it (POSIX). What other processes of ours do is no problem: a checkpoint writes
 * the file and may empty the log, a vacuum shortens the file, but as long as this connection is open neither of them
 * is ever another file (inode). A file that was written and a log that became shorter are looked at more closely.
 */
export function watchFile(file: string, db: Database): FileWatch {
  // SQLite opens its log at the first read.
  db.pragma('schema_version');
  const main = statSync(file, quietly);
  const log = statSync(`${file}-wal`, quietly);
  const index = statSync(`${file}-shm`, quietly);
  const state: WatchState = {
    file,
    db,
    pageBytes: db.pragma('page_size', { simple: true }) as number,
    pageCount: db.prepare('PRAGMA page_count').pluck(),
    logState: db.prepare('PRAGMA wal_checkpoint(NOOP)'),
    main,
    log,
    index,
    size: main?.size ?? 0,
    changedAt: main?.mtimeMs ?? 0,
    logSize: log?.size ?? 0,
    odd: { bytes: 0, since: 0 },
  };
  return {
    look: () => look(state),
    committed() {
      if (log) state.logSize = statSync(`${file}-wal`, quietly)?.size ?? state.logSize;
    },
    isOurs(suffix, path = file + suffix) {
      const now = statSync(path, quietly);
      const then = suffix === '' ? main : suffix === '-wal' ? log : index;
      return now !== undefined && isSame(now, then);
    },
  };
}

function look(state: WatchState): FileProblem | undefined {
  const { file, main, log, index } = state;
  const now = statSync(file, quietly);
  if (!now) return 'missing';
  if (!isSame(now, main)) return 'replaced';
  const logNow = log && statSync(`${file}-wal`, quietly);
  if (log && (!logNow || !isSame(logNow, log))) return 'log-replaced';
  // Without it the next process would make its own, and both would write without knowing of each other.
  const indexNow = index && statSync(`${file}-shm`, quietly);
  if (index && (!indexNow || !isSame(indexNow, index))) return 'log-replaced';
  const isUnchanged = now.size === state.size && now.mtimeMs === state.changedAt;
  const problem = isUnchanged ? undefined : problemOfMain(state);
  if (problem) return problem;
  if (logNow && logNow.size < state.logSize && isLogCut(state)) return 'log-truncated';
  return undefined;
}

/** Checks the size of a file that was written or cut against what SQLite says of it and of its log. */
function problemOfMain(state: WatchState): 'truncated' | 'replaced' | undefined {
  const { file, pageBytes } = state;
  const { bytes, pages, unsaved, mtimeMs } = consistently(state);
  const wasShortened = bytes < state.size;
  const filePages = bytes / pageBytes;
  // A page that is not in the file has to be in the log.
  if (bytes < pageBytes || filePages + unsaved < pages) return 'truncated';
  if (filePages % 1 !== 0) {
    if (isOddForLong(state, bytes)) return 'truncated';
    throw busy();
  }
  // With nothing in the log it has each page, and no more; a vacuum may have shortened it.
  const isExact = unsaved > 0 || filePages === pages;
  if ((!isExact || wasShortened) && !isSound(file)) return 'truncated';
  if (!isExact) return 'replaced';
  state.size = bytes;
  state.changedAt = mtimeMs;
  return undefined;
}

/** A page that another process is just adding is there in part, for a moment. */
function isOddForLong(state: WatchState, bytes: number): boolean {
  if (state.odd.bytes !== bytes) state.odd = { bytes, since: performance.now() };
  return performance.now() - state.odd.since >= oddMs;
}

/** Size and state of one moment: other processes may write, and bring their log into the file, meanwhile. */
function consistently({ file, logState, pageCount }: WatchState) {
  let before = '';
  for (let looks = 0; looks < mostLooks; looks++) {
    const now = statSync(file, quietly);
    const state = logState.get() as LogState;
    const pages = pageCount.get() as number;
    const unsaved = Math.max(0, state.log - state.checkpointed);
    const { size: bytes, mtimeMs } = now ?? { size: 0, mtimeMs: 0 };
    const seen = [bytes, mtimeMs, pages, state.log, state.checkpointed].join();
    if (seen === before) return { bytes, mtimeMs, pages, unsaved };
    before = seen;
  }
  throw busy();
}

function isLogCut(state: WatchState): boolean {
  const { file, db, pageBytes, logState } = state;
  for (let looks = 0; looks < mostLooks; looks++) {
    const { log, checkpointed } = logState.get() as LogState;
    state.logSize = statSync(`${file}-wal`, quietly)?.size ?? 0;
    if (log <= 0) return false;
    if (state.logSize >= logHeaderBytes + log * (pageBytes + frameHeaderBytes)) return false;
    if (checkpointed < log) continue;
    // Nothing of it is needed any more; but what comes next must not be written behind a gap.
    emptyLog(db);
    return false;
  }
  return true;
}

function isSame(a: Stats, b: Stats | undefined): boolean {
  return a.ino === b?.ino && a.dev === b.dev;
}

/**
 * Reads all of a file on a new connection: an open one may have the missing pages in memory. False if it can't be read.
 */
export function isSound(file: string): boolean {
  let fresh: Database | undefined;
  try {
    fresh = openDatabase(file);
    return fresh.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch (error) {
    const { cause = error } = error as Error;
    if (isBusy(cause)) throw cause;
    return false;
  } finally {
    fresh?.close();
  }
}

/**
 * Copies all of the log into the file and leaves the log as it is: another process may have begun to write to it under
 * a new index (-shm), of which this connection does not know. False where another process prevents it.
 */
export function copyLog(db: Database): boolean {
  const [state] = db.pragma('wal_checkpoint(FULL)') as LogState[];
  return state?.busy === 0;
}

/** Brings all of the log into the file and empties it. Throws SQLite's BUSY where another process prevents that. */
export function emptyLog(db: Database): void {
  const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as LogState[];
  if (state?.busy) throw busy();
}

/** The error that SQLite throws when another process is in the way. */
function busy(): Error {
  return Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
}
