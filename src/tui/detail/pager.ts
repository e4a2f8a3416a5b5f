import { type Document, type DocumentPosition, top } from '../../format/document/document.ts';
import type { StyledLine } from '../../format/styled.ts';
import type { Viewport } from '../state/state.ts';

/** The visible rows, and the row of the cursor among them. */
export interface PagerView {
  readonly lines: readonly StyledLine[];
  readonly cursor: number;
  readonly viewport: Viewport;
  /** The line of the document that the cursor is on, counted from 1. */
  readonly line: number;
}

/** Scrolls through a document below some lines of our own (the head), with a cursor. */
export interface Pager {
  readonly document: Document;
  readonly first: DocumentPosition;
  last(columns: number): DocumentPosition;
  moved(from: DocumentPosition, by: number, columns: number): DocumentPosition;
  /** Keeps the cursor visible. `undefined`: from the beginning. */
  view(viewport: Viewport | undefined, count: number, columns: number): PagerView;
}

interface Pages {
  readonly head: readonly StyledLine[];
  readonly document: Document;
}

interface Row {
  readonly text: StyledLine;
  readonly place: DocumentPosition;
}

/** Line number of the head, far above the document: lines added to the head don't move the document's. */
const headStart = -1_000_000;

/** A pager over `document` below the lines of `head`. */
export function createPager(head: readonly StyledLine[], document: Document): Pager {
  const pages = { head, document };
  return {
    document,
    first: firstPlace(pages),
    last: (columns) => lastPlace(pages, columns),
    moved: (from, by, columns) => movedPlace(pages, from, by, columns),
    view: (viewport, count, columns) => viewOf(pages, viewport, count, columns),
  };
}

function firstPlace({ head }: Pages): DocumentPosition {
  return head.length > 0 ? headPlace(0) : top;
}

function lastPlace(pages: Pages, columns: number): DocumentPosition {
  const end = pages.document.end(1, columns);
  const isEmpty = isSame(end, top) && pages.document.rows(top, 1, columns).length === 0;
  return isEmpty ? firstPlace(pages) : end;
}

function rowsFrom(
  { head, document }: Pages,
  from: DocumentPosition,
  count: number,
  columns: number,
): readonly Row[] {
  if (from.line >= 0) return document.rows(from, count, columns);
  const index = from.line - headStart;
  const own = head.slice(index, index + count);
  const ownRows = own.map((text, row): Row => ({ text, place: headPlace(index + row) }));
  return [...ownRows, ...document.rows(top, count - own.length, columns)];
}

function movedPlace(
  { head, document }: Pages,
  from: DocumentPosition,
  by: number,
  columns: number,
): DocumentPosition {
  if (from.line < 0) {
    const index = Math.min(head.length, from.line - headStart) + by;
    if (index < head.length) return headPlace(Math.max(index, 0));
    return document.moved(top, index - head.length, columns);
  }
  const place = document.moved(from, by, columns);
  if (by >= 0 || !isSame(place, top) || head.length === 0) return place;
  // The document's beginning is reached: the rest of the way is in the head.
  let left = -by;
  for (let at = from; !isSame(at, top) && left > 0; left--) at = document.moved(at, -1, columns);
  return left === 0 ? place : headPlace(Math.max(0, head.length - left));
}

function viewOf(pages: Pages, asked: Viewport | undefined, count: number, columns: number): PagerView {
  const { document } = pages;
  const start = asked ?? { top: firstPlace(pages), cursor: firstPlace(pages) };
  // Drawing this frame may read more of the document than the end was computed from.
  const staysAtEnd = start.atEnd && !document.complete;
  const wanted = start.atEnd ? { ...start, cursor: lastPlace(pages, columns) } : start;
  let from = isBefore(wanted.cursor, wanted.top) ? wanted.cursor : wanted.top;
  let shown = rowsFrom(pages, from, count, columns);
  const lowest = shown.at(-1);
  if (shown.length === count && lowest && isBefore(lowest.place, wanted.cursor)) {
    from = movedPlace(pages, wanted.cursor, 1 - count, columns);
    shown = rowsFrom(pages, from, count, columns);
  }
  // After a resize or a fold another row covers the cursor's place.
  const cursor = Math.max(
    0,
    shown.findLastIndex(({ place }) => !isBefore(wanted.cursor, place)),
  );
  return {
    lines: shown.map(({ text }) => text),
    cursor,
    viewport: {
      top: shown[0]?.place ?? from,
      cursor: shown[cursor]?.place ?? wanted.cursor,
      ...(staysAtEnd ? { atEnd: true } : {}),
    },
    line: Math.max(0, shown[cursor]?.place.line ?? 0) + 1,
  };
}

function isBefore(a: DocumentPosition, b: DocumentPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.at < b.at);
}

function isSame(a: DocumentPosition, b: DocumentPosition): boolean {
  return a.line === b.line && a.at === b.at;
}

function headPlace(index: number): DocumentPosition {
  return { line: headStart + index, at: 0 };
}
