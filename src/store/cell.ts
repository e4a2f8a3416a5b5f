import { UserError } from '../model/errors.ts';

/**
 * Cells of a database file that anyone may have prepared. SQLite takes any value in any column, so that each is read
 * as what it has to be: another type never gets further than this.
 */

/** Text of any kind: numbers as they are written, blobs as latin1, NULL as nothing. */
export function textCell(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

/** The same; NULL stays null. */
export function optionalTextCell(value: unknown): string | null {
  return value === null || value === undefined ? null : textCell(value);
}

/** A finite number; 0 for anything else. */
export function numberCell(value: unknown): number {
  return optionalNumberCell(value) ?? 0;
}

export function optionalNumberCell(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** The last moment that a Date can be, in ms since the epoch. */
const lastMoment = 8.64e15;

/** A moment in ms since the epoch that a Date can hold; 0 for anything else. */
export function momentCell(value: unknown): number {
  const number = numberCell(value);
  return Math.abs(number) <= lastMoment ? number : 0;
}

/** The same; NULL stays null. */
export function optionalMomentCell(value: unknown): number | null {
  return value === null || value === undefined ? null : momentCell(value);
}

/** One of the words that a column may hold; the last of them for anything else. */
export function wordCell<W extends string>(value: unknown, words: readonly W[]): W {
  return words.find((word) => word === value) ?? words.at(-1)!;
}

/** The same where NULL means that there is none, and what is no such word counts as none. */
export function optionalWordCell<W extends string>(value: unknown, words: readonly W[]): W | null {
  return words.find((word) => word === value) ?? null;
}

/** A request id, which names files and stands in commands; for anything else one that is made of its place. */
export function idCell(value: unknown, seq: unknown): string {
  return typeof value === 'string' && /^[0-9a-zA-Z]{1,64}$/.test(value) ? value : `row${numberCell(seq)}`;
}

/** An address (http or https) that can be called; undefined for anything else. */
export function urlCell(value: unknown): string | undefined {
  const text = textCell(value);
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : undefined;
}

/** Bytes; text as its UTF-8. NULL: there are none. */
export function bytesCell(value: unknown): Uint8Array | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? value : Buffer.from(textCell(value));
}

/** The value of JSON if `isWanted` accepts it; else a UserError, for what was received must not be made up. */
export function jsonCell<T>(value: unknown, isWanted: (json: unknown) => json is T, what: string): T {
  try {
    const json: unknown = JSON.parse(textCell(value));
    if (isWanted(json)) return json;
  } catch {
    // Said below.
  }
  throw new UserError(
    'database',
    `${what} of a recorded request can't be read: something else has written to the database.`,
    'webhook-cli delete removes the request.',
  );
}

export function isTextList(json: unknown): json is string[] {
  return Array.isArray(json) && json.every((each) => typeof each === 'string');
}
