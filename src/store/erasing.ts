import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from './driver.ts';
import { isBusy, StoreFailure } from './errors.ts';
import { emptyLog } from './file-watch.ts';
import type { Warnings } from './warnings.ts';

/** Sizes of the database with its log, in bytes. */
export interface Vacuumed {
  readonly before: number;
  readonly after: number;
}

export interface ErasingOptions {
  readonly file: string;
  /** The longest time to wait for other processes. */
  readonly timeoutMs: number;
  readonly warnings: Warnings;
  /** The reason why the file can't be written; undefined: it can. */
  readonly check: () => unknown;
}

/** Readers and writers of other processes are soon out of the way: they are waited for without blocking. */
const logTimeoutMs = 2_000;
const pauseMs = 20;

/** Erases deleted data from the files (with `secure_delete`, which overwrites it in place). */
export function createErasing(db: Database, { file, timeoutMs, warnings, check }: ErasingOptions) {
  /** Says so where another process keeps the log from being emptied. */
  async function forgetLog(): Promise<void> {
    if (await patiently(() => emptyLog(db), logTimeoutMs)) return;
    warnings.warn(
      `Another process is using ${file}, so what was deleted may still be in its log (${file}-wal) for a while. webhook-cli vacuum, when nothing else uses the file, makes sure that it is gone.`,
    );
  }

  return {
    forgetLog,

    /** Writes the file anew with what is left in it, and nothing else. */
    async vacuum(): Promise<Vacuumed> {
      const problem = check();
      if (problem !== undefined) throw problem;
      const before = sizeOf(file);
      if (!(await patiently(() => db.exec('VACUUM'), timeoutMs))) {
        throw new StoreFailure('locked', 'another process holds the database locked');
      }
      await forgetLog();
      return { before, after: sizeOf(file) };
    },
  };
}

/** Does something that other processes may prevent for a moment; false: they did all the time. */
async function patiently(work: () => void, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      work();
      return true;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= end) return false;
    }
    await wait(pauseMs);
  }
}

function sizeOf(file: string): number {
  const sizes = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
