import { invalid, type Verdict } from '../core/verdict.ts';
import type { Locator } from '../request/locator.ts';

/** Timestamp of a signature, and its maximum age. */
export interface TimestampPolicy {
  /** Locator of the timestamp; absent if it is part of the signature's header. */
  readonly at?: Locator;
  /** Unit since the epoch, or the format of a date: ISO 8601, ISO 8601 without `Z`, or an HTTP date. */
  readonly unit: 's' | 'ms' | 'us' | 'iso' | 'iso without zone' | 'http';
  /** Maximum age in seconds, if the vendor or its SDK has one. */
  readonly tolerance?: number;
  /** Timestamps in the future are accepted, as in the vendor's SDK. */
  readonly futurePasses?: boolean;
}

/** Parses a timestamp to ms since the epoch; undefined if it is invalid. */
export function parseTimestamp(text: string, unit: TimestampPolicy['unit']): number | undefined {
  if (unit === 'iso' || unit === 'iso without zone' || unit === 'http') {
    const ms = Date.parse(unit !== 'iso without zone' || text.endsWith('Z') ? text : `${text}Z`);
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (!/^\d{1,17}(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return unit === 's' ? value * 1000 : unit === 'ms' ? value : value / 1000;
}

/** Formats a time, in ms since the epoch, as a timestamp. */
export function formatTimestamp(ms: number, unit: TimestampPolicy['unit']): string {
  switch (unit) {
    case 's':
      return String(Math.floor(ms / 1000));
    case 'ms':
      return String(Math.floor(ms));
    case 'us':
      return String(Math.floor(ms) * 1000);
    case 'iso':
      return new Date(ms).toISOString();
    case 'http':
      return new Date(ms).toUTCString();
    case 'iso without zone':
      return new Date(ms).toISOString().slice(0, -1);
  }
}

/** Returns the verdict on a timestamp that is not within the tolerance at `now`; undefined if it is. */
export function checkTimestamp(
  timestamp: string | undefined,
  clock: TimestampPolicy,
  now: number,
): Verdict | undefined {
  if (clock.tolerance === undefined) return undefined;
  const moment = timestamp === undefined ? undefined : parseTimestamp(timestamp, clock.unit);
  if (moment === undefined) return invalid('malformed', 'the timestamp cannot be read');
  const ageMs = now - moment;
  const limit = `${clock.tolerance} s are allowed`;
  if (ageMs > clock.tolerance * 1000) {
    return invalid('too-old', `the signature is valid but ${durationText(ageMs)} old: ${limit}`);
  }
  if (!clock.futurePasses && -ageMs > clock.tolerance * 1000) {
    return invalid(
      'in-the-future',
      `the signature is valid but ${durationText(-ageMs)} in the future: ${limit}`,
    );
  }
  return undefined;
}

/** A duration for people, in its largest unit. */
function durationText(ms: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ] as const;
  const [size, name] = units.find(([each]) => ms >= 2 * each) ?? units.at(-1)!;
  const count = Math.floor(ms / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
