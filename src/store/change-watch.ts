import type { Database } from './driver.ts';

/** Tells of commits that other connections make. */
export interface ChangeWatch {
  /** Calls `listener` soon after another process has changed the database; returns how to stop. */
  watch(listener: () => void): () => void;
  stop(): void;
}

const pollMs = 150;

/** After so many polls without a change it polls more rarely: a terminal that is left open costs next to nothing. */
const quietPolls = 40;
const quietPollMs = 500;

/**
 * Polls `data_version`, which differs after a commit by another connection: SQLite has no notification. Reading it is 2
 * us.
 */
export function createChangeWatch(db: Database): ChangeWatch {
  const version = db.prepare('PRAGMA data_version').pluck();
  const listeners = new Set<() => void>();
  let seen: unknown;
  let timer: NodeJS.Timeout | undefined;
  let unchanged = 0;

  function pollLater(): void {
    timer = setTimeout(
      () => {
        pollLater();
        poll();
      },
      unchanged < quietPolls ? pollMs : quietPollMs,
    ).unref();
  }

  function poll(): void {
    unchanged++;
    let current: unknown;
    try {
      current = version.get();
    } catch {
      return; // locked for a moment, as while another process recovers the log
    }
    if (current === seen) return;
    seen = current;
    unchanged = 0;
    for (const listener of listeners) listener();
  }

  return {
    watch(listener) {
      listeners.add(listener);
      if (timer === undefined) {
        seen = version.get();
        unchanged = 0;
        pollLater();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          clearTimeout(timer);
          timer = undefined;
        }
      };
    },
    stop() {
      clearTimeout(timer);
      listeners.clear();
    },
  };
}
