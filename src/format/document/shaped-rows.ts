import type { StyledLine } from '../styled.ts';
import type { Block, Piece } from './block.ts';
import type { Highlights } from './highlights.ts';
import type { LineTable } from './line-table.ts';
import { anchorBefore, rowsOf, type Shape } from './rows.ts';

/**
 * The methods of a block whose lines are pieces of its bytes. `shape` gets a line and the byte at which the next one
 * begins, or how far the bytes are `scanned`.
 */
export function shapedRows(
  bytes: Uint8Array,
  lines: LineTable,
  scanned: () => number,
  shape: (line: number, end: number) => Shape,
): Pick<Block, 'bytes' | 'lines' | 'rows' | 'anchorBefore'> {
  return {
    bytes,
    lines,
    rows: (line, at, columns, highlights) =>
      rowsOf(bytes, lines.start(line), shape(line, endOf(lines, line, scanned())), at, columns, highlights),
    anchorBefore: (line, at) => anchorBefore(bytes, lines.start(line), at),
  };
}

/** The byte at which the line after this one begins, or `scanned` if it is the last. */
export function endOf(lines: LineTable, line: number, scanned: number): number {
  return line + 1 < lines.count ? lines.start(line + 1) : scanned;
}

const endless = 1_000_000;

/** Pieces as one line of whatever length. */
export function lineOf(bytes: Uint8Array, pieces: readonly Piece[], highlights: Highlights): StyledLine {
  const first = pieces[0]?.from ?? 0;
  const rows = rowsOf(bytes, first, { indent: 0, pieces, loose: true }, first, endless, highlights);
  return [...rows].flatMap(({ text }) => text);
}

/** A line that others are folded into, with the mark of that in the two columns before what it says. */
export function foldMarked(line: StyledLine, indent: number, columns: number): StyledLine {
  const before = Math.max(0, Math.min(indent, columns >> 1) - 2);
  return [['plain', ' '.repeat(before)], ['dim', '▸ '], ...line];
}
