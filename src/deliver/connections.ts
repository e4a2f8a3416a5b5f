/** A pool of connections, limited per origin; requests beyond the limit wait in order. */
export interface Connections<T> {
  /** A connection that is free or new, or a promise of the next one that is. */
  take(origin: string): T | Promise<T>;
  /** One that was taken is free again. */
  leave(origin: string, connection: T): void;
  /** Gives every waiting request a connection, beyond the limit. */
  letAllGo(): void;
  all(): readonly T[];
}

interface Lent<T> {
  taken: number;
  /** The one used last is taken first: the others may be closed when they have been idle for long enough. */
  readonly free: T[];
  readonly waiting: ((connection: T) => void)[];
}

export function createConnections<T>(most: number, open: (origin: string) => T): Connections<T> {
  const byOrigin = new Map<string, Lent<T>>();
  const opened: T[] = [];

  function lentTo(origin: string): Lent<T> {
    let lent = byOrigin.get(origin);
    if (!lent) {
      lent = { taken: 0, free: [], waiting: [] };
      byOrigin.set(origin, lent);
    }
    return lent;
  }

  function openNew(origin: string): T {
    const connection = open(origin);
    opened.push(connection);
    return connection;
  }

  return {
    take(origin) {
      const lent = lentTo(origin);
      if (lent.taken >= most) return new Promise((resolve) => lent.waiting.push(resolve));
      lent.taken++;
      return lent.free.pop() ?? openNew(origin);
    },
    leave(origin, connection) {
      const lent = lentTo(origin);
      const next = lent.waiting.shift();
      if (next) {
        next(connection);
        return;
      }
      lent.taken--;
      lent.free.push(connection);
    },
    letAllGo() {
      for (const [origin, lent] of byOrigin) {
        const waiting = lent.waiting.splice(0);
        lent.taken += waiting.length;
        for (const go of waiting) go(openNew(origin));
      }
    },
    all: () => opened,
  };
}
