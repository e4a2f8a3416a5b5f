import { setTimeout as wait } from 'node:timers/promises';
import { linkAbort } from './linked-abort.ts';

/** The time that a session goes by: the system's, or one that a test moves by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment; setting the system's time does not change it. */
  elapsed(): number;
  /** Resolves after this many milliseconds, or as soon as the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Time and chance of a session; the system's unless given. */
export interface TimeSources {
  readonly clock?: Clock | undefined;
  /** A number from 0 to 1, as of `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The time of the system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }).catch(() => {}),
};

/** Resolves with true if a promise resolves within `ms`, with false after that or when the signal aborts; rejects with it. */
export async function resolvesWithin(
  promise: Promise<unknown>,
  ms: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<boolean> {
  const done = linkAbort(signal);
  const late = clock.sleep(ms, done.signal);
  try {
    return await Promise.race([promise.then(() => true), late.then(() => false)]);
  } finally {
    done.release();
    done.abort();
  }
}
