import type { StyledLine } from '../styled.ts';

/**
 * The beginning of a row: a line, counted as if nothing was folded, and the byte within it; 0 for its first row. It
 * stays the same when folds or the width change.
 */
export interface DocumentPosition {
  readonly line: number;
  readonly at: number;
}

/** The beginning of a document. */
export const top: DocumentPosition = { line: 0, at: 0 };

/** A row of a document as it is drawn. */
export interface DocumentRow {
  /** Printable, masked, and no wider than was asked for. */
  readonly text: StyledLine;
  readonly place: DocumentPosition;
  /** State of what the line opens, on its first row; undefined if it opens nothing. */
  readonly fold: 'open' | 'folded' | undefined;
}
