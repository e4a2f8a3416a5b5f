import type { Clock } from '../model/clock.ts';
import { linkAbort } from '../model/linked-abort.ts';

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

/** Waits until the alarm rings or the signal aborts, but `ms` at most. */
export async function restUntilRung(
  alarm: Alarm,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const over = linkAbort(signal);
  await alarm.rung(clock.sleep(ms, over.signal));
  over.release();
  over.abort();
}
