import type { Turns } from '../../model/yield-to-event-loop.ts';
import type { Needle } from './highlights.ts';

/** So much is searched at once, which takes about a millisecond. */
const sliceBytes = 512 * 1024;

export interface SearchOptions {
  readonly needle: Needle;
  readonly bytes: Uint8Array;
  /** Returns how many of the bytes are there; reads more if it can when there is nothing after `at`. */
  readonly filledAfter: (at: number) => number;
  readonly turns: Turns;
}

/** Finds the needle at or after `from`; undefined if it is not there, or if the search was aborted. */
export async function searchForward(from: number, options: SearchOptions): Promise<number | undefined> {
  const { needle, bytes, filledAfter, turns } = options;
  for (let at = from; ; at += sliceBytes) {
    const filled = filledAfter(at + sliceBytes + needle.length);
    if (at >= filled) return undefined;
    const found = needle.firstIn(part(bytes, at, Math.min(filled, at + sliceBytes + needle.length - 1)));
    if (found !== -1) return at + found;
    if (!(await turns.next())) return undefined;
  }
}

/** Finds the last needle before `to`; undefined if it is not there, or if the search was aborted. */
export async function searchBackward(to: number, options: SearchOptions): Promise<number | undefined> {
  const { needle, bytes, filledAfter, turns } = options;
  const filled = filledAfter(0);
  for (let end = Math.min(to, filled); end > 0; end -= sliceBytes) {
    const start = Math.max(0, end - sliceBytes);
    const found = needle.lastIn(part(bytes, start, Math.min(filled, end + needle.length - 1)));
    if (found !== -1) return start + found;
    if (!(await turns.next())) return undefined;
  }
  return undefined;
}

function part(bytes: Uint8Array, from: number, to: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, to - from));
}
