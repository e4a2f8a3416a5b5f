import { invalid, type Verdict } from '../core/verdict.ts';
import type { Locator } from '../request/locator.ts';

/** When a vendor says that it signed, and how old that may be. */
export interface TimestampPolicy {
  /** Where the timestamp stands; absent where it is a part of the signature's header. */
  readonly at?: Locator;
  /** Since the epoch, or a date: as ISO 8601, that without its `Z`, or as HTTP writes it. */
  readonly unit: 's' | 'ms' | 'us' | 'iso' | 'iso without zone' | 'http';
  /** Older is refused, in seconds, where the vendor or its SDK says so. */
  readonly tolerance?: number;
  /** The vendor's SDK lets timestamps of the future pass. */
  readonly futurePasses?: boolean;
}

/** The moment that a timestamp names, in ms since the epoch. */
export function parseTimestamp(text: string, unit: TimestampPolicy['unit']): number | undefined {
  if (unit === 'iso' || unit === 'iso without zone' || unit === 'http') {
    const ms = Date.parse(unit !== 'iso without zone' || text.endsWith('Z') ? text : `${text}Z`);
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (!/^\d{1,17}(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return unit === 's' ? value * 1000 : unit === 'ms' ? value : value / 1000;
}

/** A moment as this vendor writes it. */
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

/** What is wrong with a timestamp as of `now`; undefined if nothing is. A signature that holds is told of so. */
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

/** A span for people: its largest unit. */
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
