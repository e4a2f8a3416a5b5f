import type { Block } from './block.ts';
import { createLineTable } from './line-table.ts';
import { createNewlines } from './newlines.ts';
import { shapedRows } from './shaped-rows.ts';

/** Text as it came, in the lines that it has. */
export function createTextBlock(bytes: Uint8Array, indent = 0): Block {
  const lines = createLineTable();
  const from = bomBytes(bytes);
  const newlines = createNewlines(bytes, lines, false);
  let scanned = from;
  return {
    ...shapedRows(
      bytes,
      lines,
      () => scanned,
      (line, end) => ({
        indent,
        pieces: [
          { tone: 'plain', from: lines.start(line), to: withoutLineEnd(bytes, lines.start(line), end) },
        ],
        loose: true,
      }),
    ),
    get scanned() {
      return scanned;
    },
    note: undefined,
    folded: () => [],
    advance(upTo) {
      newlines.read(scanned, upTo);
      scanned = Math.max(scanned, upTo);
    },
  };
}

/** The length of the byte order mark of UTF-8 in bytes, 0 if there is none. */
export function bomBytes(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** The end of a line without the `\n` or `\r\n` that ends it. */
export function withoutLineEnd(bytes: Uint8Array, from: number, end: number): number {
  if (end === from || bytes[end - 1] !== 0x0a) return end;
  return end - 1 > from && bytes[end - 2] === 0x0d ? end - 2 : end - 1;
}
