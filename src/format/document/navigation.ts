import { type DocumentView, slicesPerFrame } from './document-view.ts';
import type { DocumentPosition, DocumentRow } from './position.ts';

/** The rows from a position on; ends where the document does, or where more would take longer than a frame. */
export function* rowsFrom(
  view: DocumentView,
  from: DocumentPosition,
  columns: number,
): Generator<DocumentRow> {
  const { pages, folds } = view.side;
  let slices = slicesPerFrame;
  let line = folds.visible(Math.max(0, from.line));
  let at = line === from.line ? from.at : 0;
  for (;;) {
    if (line >= pages.count) {
      if (slices-- === 0 || !pages.advance()) return;
      continue;
    }
    if (folds.isFolded(line)) {
      yield foldedRow(view, line, columns);
    } else {
      let last: DocumentRow | undefined;
      for (const row of rowsOfLine(view, line, at, columns)) {
        if (last) yield last;
        last = row;
      }
      // The bytes that come next may belong to the row that now ends where the known bytes do.
      if (line + 1 >= pages.count && slices-- > 0 && pages.advance()) {
        at = last?.place.at ?? at;
        continue;
      }
      if (last) yield last;
      if (line + 1 >= pages.count && !pages.complete) return;
    }
    line = folds.next(line);
    at = 0;
  }
}

function foldedRow({ side, highlights }: DocumentView, line: number, columns: number): DocumentRow {
  const { block, line: own } = side.pages.locate(line);
  return { text: block.folded(own, columns, highlights), place: { line, at: 0 }, fold: 'folded' };
}

function* rowsOfLine(
  { side, highlights }: DocumentView,
  line: number,
  from: number,
  columns: number,
): Generator<DocumentRow> {
  const { block, line: own } = side.pages.locate(line);
  const start = block.lines.start(own);
  const fold = side.folds.opens(line) ? 'open' : undefined;
  for (const row of block.rows(own, start + from, columns, highlights)) {
    const at = Math.max(0, row.at - start);
    yield { text: row.text, place: { line, at }, fold: at === 0 ? fold : undefined };
  }
}

/** The position so many rows further down (up, if negative), or as near to it as there is one. */
export function moved(
  view: DocumentView,
  from: DocumentPosition,
  by: number,
  columns: number,
): DocumentPosition {
  if (by <= 0) return by === 0 ? from : up(view, from, -by, columns);
  let place = from;
  let left = by;
  for (const row of rowsFrom(view, from, columns)) {
    place = row.place;
    if (left-- === 0) break;
  }
  return place;
}

/** The position so many rows further up, or the top. */
export function up(
  view: DocumentView,
  from: DocumentPosition,
  by: number,
  columns: number,
): DocumentPosition {
  const { pages, folds } = view.side;
  let line = folds.visible(from.line);
  let at = line === from.line ? from.at : 0;
  let left = by;
  for (;;) {
    if (at > 0) {
      const starts = rowStarts(view, line, at, columns);
      if (left <= starts.length) return { line, at: starts[starts.length - left]! };
      left -= starts.length;
      const { block, line: own } = pages.locate(line);
      at = starts[0] ?? block.anchorBefore(own, at);
      continue;
    }
    const before = folds.previous(line);
    if (before === undefined) return { line: 0, at: 0 };
    line = before;
    at = folds.isFolded(line) ? 0 : lineLength(view, line);
    if (at > 0) continue;
    if (--left === 0) return { line, at: 0 };
  }
}

/** The beginnings of the rows of a line before the byte `to` of it; not all, but the last of them. */
function rowStarts({ side, highlights }: DocumentView, line: number, to: number, columns: number): number[] {
  const { block, line: own } = side.pages.locate(line);
  const start = block.lines.start(own);
  const starts: number[] = [];
  for (const { at } of block.rows(own, block.anchorBefore(own, start + to), columns, highlights)) {
    if (at - start >= to && at > start) break;
    starts.push(Math.max(0, at - start));
  }
  return starts;
}

/** The length of a line in bytes, as far as it is known. */
export function lineLength({ side }: DocumentView, line: number): number {
  const { block, line: own } = side.pages.locate(line);
  const end = own + 1 < block.lines.count ? block.lines.start(own + 1) : block.scanned;
  return Math.max(0, end - block.lines.start(own));
}

/** The position of the row that shows a byte of a block. */
export function positionOf(view: DocumentView, index: number, offset: number): DocumentPosition {
  const { pages } = view.side;
  const block = pages.blocks[index]!;
  const own = block.lines.lineAt(offset);
  const line = pages.firstLine(index) + own;
  const within = offset - block.lines.start(own);
  return { line, at: rowStarts(view, line, within + 1, view.columns).at(-1) ?? 0 };
}
