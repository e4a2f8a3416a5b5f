import { defaults } from '../model/defaults.ts';

/** The least speed of a body. */
export interface Pace {
  /** On average; 0: as slowly as it likes. */
  readonly bytesPerSecond: number;
  /** The average counts after so long. */
  readonly graceMs: number;
  /** The average of each span of this length counts as well, so that a fast start buys no endless rest. */
  readonly spanMs: number;
}

/** The default rate is a tenth of what the slowest links in use carry. */
export const defaultPace: Pace = { bytesPerSecond: defaults.minRate, graceMs: 10_000, spanMs: 60_000 };

/** The parts of a body that have come by now. */
export interface Received {
  /** Of the body itself. */
  readonly size: number;
  /** On the connection: chunk extensions and trailers are no body, and may trickle just the same. */
  readonly bytesRead: number;
}

/** True if a body is too slow, by what has been received by `now` (ms). */
export type PaceCheck = (received: Received, now: number) => boolean;

/**
 * Checks whether a body that began at `startedAt` (ms) is too slow. Asked only about one that goes on: silence has a
 * limit of its own.
 */
export function createPaceCheck({ bytesPerSecond, graceMs, spanMs }: Pace, startedAt: number): PaceCheck {
  let seen = 0;
  let spanStart = startedAt;
  let spanSize = 0;
  return ({ size, bytesRead }, now) => {
    const elapsed = now - startedAt;
    const goesOn = bytesRead !== seen;
    seen = bytesRead;
    if (bytesPerSecond === 0 || elapsed < graceMs || !goesOn) return false;
    if (size * 1000 < bytesPerSecond * elapsed) return true;
    if (now - spanStart < spanMs) return false;
    const isSlow = (size - spanSize) * 1000 < bytesPerSecond * (now - spanStart);
    spanStart = now;
    spanSize = size;
    return isSlow;
  };
}
