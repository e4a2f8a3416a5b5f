import { randomFillSync } from 'node:crypto';

/** 32 symbols, none of them easily taken for another, so that 5 bits of a random byte pick one without bias. */
const symbols = '0123456789abcdefghjkmnpqrstvwxyz';
const letters = 'abcdefghjkmnpqrstvwxyz';
export const idLength = 12;

const pool = new Uint8Array(idLength * 256);
let used = pool.length;

/** A new request id: 12 random characters (about 59 bits), a letter first so that it never looks like a number. */
export function newId(): string {
  if (used + idLength > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  // The modulo favours the first ten letters by 1/11: it costs a hundredth of a bit.
  let id = letters[pool[used]! % letters.length]!;
  for (let index = 1; index < idLength; index++) id += symbols[pool[used + index]! & 31]!;
  used += idLength;
  return id;
}

/** How a user names a request. */
export type Ref =
  | { readonly type: 'latest'; readonly back: number }
  | { readonly type: 'prefix'; readonly prefix: string };

/** Reads `@`, `@~2`, `latest`, a full id or a prefix of 3 characters or more; undefined for anything else. */
export function parseRef(text: string): Ref | undefined {
  if (text === '@' || text === 'latest') return { type: 'latest', back: 0 };
  const back = /^@~(\d{1,9})$/.exec(text);
  if (back) return { type: 'latest', back: Number(back[1]) };
  const prefix = text.toLowerCase();
  return /^[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{2,11}$/.test(prefix) ? { type: 'prefix', prefix } : undefined;
}
