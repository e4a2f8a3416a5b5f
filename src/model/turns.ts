import { setImmediate } from 'node:timers/promises';

/** Longer than this nothing may keep the event loop, which captures. */
const turnMs = 8;

/** Lets others have their turn, in work that may take long. */
export interface Turns {
  /** The time of this turn is up. */
  readonly isOver: boolean;
  /** Resolves at once while time is left, else after everybody else; false if the work was called off. */
  next(): Promise<boolean>;
}

/** Turns of some milliseconds each, until `signal` is aborted. */
export function createTurns(signal?: AbortSignal): Turns {
  let began = performance.now();
  const turns = {
    get isOver() {
      return performance.now() - began >= turnMs;
    },
    async next() {
      if (signal?.aborted) return false;
      if (turns.isOver) {
        await setImmediate();
        began = performance.now();
      }
      return !signal?.aborted;
    },
  };
  return turns;
}
