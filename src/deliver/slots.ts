/** Lets so many exchanges with one target go on at once; the rest waits, first come first served. */
export interface Slots {
  /** Undefined: go on; else a promise of when to. */
  take(key: string): Promise<void> | undefined;
  /** One that was taken is free again. */
  leave(key: string): void;
  /** Lets everybody go on who waits now. */
  letAllGo(): void;
}

interface Queue {
  taken: number;
  readonly waiting: (() => void)[];
}

export function createSlots(most: number): Slots {
  const queues = new Map<string, Queue>();

  function queueOf(key: string): Queue {
    let queue = queues.get(key);
    if (!queue) {
      queue = { taken: 0, waiting: [] };
      queues.set(key, queue);
    }
    return queue;
  }

  return {
    take(key) {
      const queue = queueOf(key);
      if (queue.taken < most) {
        queue.taken++;
        return undefined;
      }
      return new Promise((resolve) => queue.waiting.push(resolve));
    },
    leave(key) {
      const queue = queueOf(key);
      const next = queue.waiting.shift();
      // Whoever waited goes on in its place.
      if (next) next();
      else queue.taken--;
    },
    letAllGo() {
      for (const queue of queues.values()) {
        const waiting = queue.waiting.splice(0);
        queue.taken += waiting.length;
        for (const go of waiting) go();
      }
    },
  };
}
