import { setImmediate } from 'node:timers/promises';

/** The longest time that work may keep the event loop, which captures. */
const turnMs = 8;

/** Yields to the event loop during long work. */
export interface Turns {
  /** The time of this turn is up. */
  readonly isOver: boolean;
  /** Resolves at once while time is left, else in the next turn of the event loop; false if the work was aborted. */
  next(): Promise<boolean>;
}

/** Turns of some milliseconds each, until `signal` is aborted; `now` in ms. */
export function createYielder(signal?: AbortSignal, now = () => performance.now()): Turns {
  let began = now();
  const turns = {
    get isOver() {
      return now() - began >= turnMs;
    },
    async next() {
      if (signal?.aborted) return false;
      if (turns.isOver) {
        await setImmediate();
        began = now();
      }
      return !signal?.aborted;
    },
  };
  return turns;
}
