import type { Clock } from '../../src/model/clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** The waits that have not ended, in ms from now, the shortest first. */
  readonly waits: readonly number[];
  /** Moves the time by `ms`, and ends the waits whose time has come, one after the other. */
  advance(ms: number): Promise<void>;
  /** Sets the time back or forth as a user does: waits still take as long as they would have. */
  set(now: number): void;
  /** Ends one wait after the other until `isDone` holds; gives sockets and disks real time meanwhile. */
  runUntil(isDone: () => boolean): Promise<void>;
  /** Resolves when code waits, for `ms` if that is given: what it did before is done. */
  whenWaiting(ms?: number): Promise<void>;
}

interface Sleeper {
  /** In ms since the clock was made, however it was set. */
  readonly at: number;
  readonly wake: () => void;
}

/** Makes a clock that shows `start`, in ms since the epoch. */
export function createManualClock(start = 1_790_000_000_000): ManualClock {
  const sleepers = new Set<Sleeper>();
  let elapsed = 0;
  let offset = start;

  const sorted = () => [...sleepers].sort((a, b) => a.at - b.at);

  const clock: ManualClock = {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    get waits() {
      return sorted().map(({ at }) => at - elapsed);
    },
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { at: elapsed + Math.max(ms, 0), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    async advance(ms) {
      const end = elapsed + ms;
      for (let [next] = sorted(); next && next.at <= end; [next] = sorted()) {
        elapsed = next.at;
        next.wake();
        await turn();
      }
      elapsed = end;
      await turn();
    },
    set(now) {
      offset = now - elapsed;
    },
    async runUntil(isDone) {
      while (!isDone()) {
        const [next] = sorted();
        if (next) await clock.advance(next.at - elapsed);
        await realTime(1);
      }
    },
    async whenWaiting(ms) {
      while (ms === undefined ? sleepers.size === 0 : !clock.waits.includes(ms)) await turn();
    },
  };
  return clock;
}

/** Without this, a clock that is moved as fast as it can be would show days before a socket has connected. */
function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** One turn of the event loop: promises, the store's writer and sockets get on. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
