/** How many requests arrived in each of the last minutes. */
export interface Arrivals {
  /** Counts one that arrived then (ms since the epoch). */
  add(at: number): void;
  /** The last minutes, the current one at the end. */
  perMinute(now: number): readonly number[];
}

export const arrivalMinutes = 15;
const minuteMs = 60_000;

export function createArrivals(): Arrivals {
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

/** Counts as a line of bars; none is the lowest, the most are the highest. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => levels[Math.ceil((count / most) * (levels.length - 1))]).join('');
}
