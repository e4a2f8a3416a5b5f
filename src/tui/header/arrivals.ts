/** Counts arrivals per minute. */
export interface ArrivalCounts {
  /** Counts an arrival at this time (ms since the epoch). */
  add(at: number): void;
  /** Counts of the last 15 minutes, the current one last. */
  perMinute(now: number): readonly number[];
}

/** Length of the count, in minutes. */
export const arrivalMinutes = 15;
const minuteMs = 60_000;

/** Forgets counts older than 15 minutes. */
export function createArrivalCounts(): ArrivalCounts {
  const counts = new Map<number, number>();
  return {
    add(at) {
      const minute = Math.floor(at / minuteMs);
      counts.set(minute, (counts.get(minute) ?? 0) + 1);
      if (counts.size <= arrivalMinutes * 2) return;
      for (const old of counts.keys()) if (old <= minute - arrivalMinutes) counts.delete(old);
    },
    perMinute(now) {
      const current = Math.floor(now / minuteMs);
      return Array.from(
        { length: arrivalMinutes },
        (_, index) => counts.get(current - arrivalMinutes + 1 + index) ?? 0,
      );
    },
  };
}

const levels = '▁▂▃▄▅▆▇█';

/** Counts as a line of bars, scaled to the largest. */
export function sparkline(counts: readonly number[]): string {
  const max = Math.max(1, ...counts);
  return counts.map((count) => levels[Math.ceil((count / max) * (levels.length - 1))]).join('');
}
