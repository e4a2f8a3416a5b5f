import { type GrowingTable, mostLines } from './line-table.ts';

/** Finds the lines that a text has of its own. */
export interface Newlines {
  /** Adds the lines that begin between `at` and `upTo`, of which all before `at` was read. */
  read(at: number, upTo: number): void;
}

/** `isBegun`: the first line is in the table already. An end of line at the end of a text begins no other. */
export function createNewlines(bytes: Uint8Array, lines: GrowingTable, isBegun: boolean): Newlines {
  let isDue = !isBegun;
  return {
    read(at, upTo) {
      for (let offset = at; offset < upTo; offset++) {
        if (isDue && lines.count < mostLines) lines.add(offset, 0);
        isDue = bytes[offset] === 0x0a;
      }
    },
  };
}
