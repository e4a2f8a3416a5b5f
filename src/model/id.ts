import { randomFillSync } from 'node:crypto';
import { idLength } from './ref.ts';

/** 32 symbols, none of them easily taken for another, so that 5 bits of a random byte pick one without bias. */
const symbols = '0123456789abcdefghjkmnpqrstvwxyz';
const letters = 'abcdefghjkmnpqrstvwxyz';

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
