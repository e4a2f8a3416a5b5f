import type { Tone } from '../paint.ts';
import type { StyledLine } from '../styled.ts';
import type { Highlights } from './highlights.ts';
import type { LineTable } from './line-table.ts';

/** Bytes that one line shows, in one tone. */
export interface Piece {
  readonly tone: Tone;
  readonly from: number;
  readonly to: number;
  /** Text that is shown in place of the bytes. */
  readonly text?: string;
}

/** A row of a line, and the byte at which it begins. */
export interface BlockRow {
  readonly at: number;
  readonly text: StyledLine;
}

/** A part of a document that is of one kind; its lines are numbered from 0. Offsets are those of `bytes`. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly lines: LineTable;
  /** Up to which byte the lines are known. */
  readonly scanned: number;
  /** A note for the reader. */
  readonly note: string | undefined;
  /** Finds more lines; `isLast`: there are no bytes after `upTo`. */
  advance(upTo: number, isLast: boolean): void;
  /** The rows of a line from the byte `at` on, which is one that `rowStartBefore` gave or where a row began. */
  rows(line: number, at: number, columns: number, highlights: Highlights): Iterable<BlockRow>;
  /** The last byte before `at` from which the rows of a line can be counted. */
  anchorBefore(line: number, at: number): number;
  /** A line in one row, with what it opens folded into it; only for one that has a partner after it. */
  folded(line: number, columns: number, highlights: Highlights): StyledLine;
}
