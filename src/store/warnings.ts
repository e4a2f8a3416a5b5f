/** Warnings of a store for its user: kept until somebody listens, so that nothing from its opening is missed. */
export interface Warnings {
  warn(message: string): void;
  /** Calls `listener` with earlier warnings, then with every new one; returns a function that stops it. */
  subscribe(listener: (message: string) => void): () => void;
}

export function createWarnings(): Warnings {
  const listeners = new Set<(message: string) => void>();
  let unheard: string[] = [];
  return {
    warn(message) {
      if (listeners.size === 0) unheard.push(message);
      for (const listener of listeners) listener(message);
    },
    subscribe(listener) {
      listeners.add(listener);
      const earlier = unheard;
      unheard = [];
      for (const message of earlier) listener(message);
      return () => listeners.delete(listener);
    },
  };
}
