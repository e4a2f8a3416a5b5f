import { hexBytesFor, hexColumns, hexdump } from '../hexdump.ts';
import { cut } from '../width.ts';
import type { Block, BlockRow } from './block.ts';
import type { Highlights } from './highlights.ts';

const lineBytes = 16;

/** Bytes as a hexdump, 16 a line; where they don't fit, a line has rows of 8 or 4. */
export function createHexBlock(bytes: Uint8Array, indent = 0): Block {
  let scanned = 0;
  const space = ' '.repeat(indent);
  return {
    bytes,
    lines: {
      get count() {
        return Math.ceil(scanned / lineBytes);
      },
      start: (line) => line * lineBytes,
      depth: () => 0,
      partner: () => undefined,
      parent: () => undefined,
      lineAt: (offset) => Math.floor(offset / lineBytes),
    },
    get scanned() {
      return scanned;
    },
    note: undefined,
    advance(upTo) {
      scanned = Math.max(scanned, upTo);
    },
    *rows(line, at, columns, highlights): Generator<BlockRow> {
      const perRow = hexBytesFor(columns - indent);
      const end = Math.min((line + 1) * lineBytes, scanned);
      for (let from = at - (at % perRow); from < end; from += perRow) {
        const to = Math.min(end, from + perRow);
        const [row = ''] = hexdump(bytes.subarray(0, to), perRow, from);
        const masked = maskedRow(row, bytes, from, to, perRow, highlights);
        yield { at: from, text: [['plain', space + cut(masked, Math.max(0, columns - indent))]] };
      }
    },
    anchorBefore: (line) => line * lineBytes,
    folded: () => [],
  };
}

/** A row without the bytes that are masked. */
function maskedRow(
  row: string,
  bytes: Uint8Array,
  from: number,
  to: number,
  perRow: number,
  highlights: Highlights,
): string {
  const shown = [...row];
  for (let at = from; at < to; at++) {
    const mark = highlights.next(bytes, at, to);
    if (mark?.text === undefined || mark.from > at) continue;
    const { hex, ascii } = hexColumns(at - from, perRow);
    shown.fill('•', hex, hex + 2).fill('•', ascii, ascii + 1);
  }
  return shown.join('');
}
