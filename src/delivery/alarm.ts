/** Wakes one waiting loop. A ring before the loop waits is not lost; several count as one. */
export interface Alarm {
  ring(): void;
  /** Resolves at the next ring, or when `limit` resolves. */
  rung(limit?: Promise<void>): Promise<void>;
}

/** Creates an alarm for one loop. */
export function createAlarm(): Alarm {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async rung(limit) {
      if (!hasRung) {
        const ring = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await (limit ? Promise.race([ring, limit]) : ring);
      }
      hasRung = false;
      wake = undefined;
    },
  };
}
