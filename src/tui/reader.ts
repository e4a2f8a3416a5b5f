import { type Document, type DocumentPosition as Place, top } from '../format/document/document.ts';
import type { StyledLine } from '../format/styled.ts';

/** Where one reads: the first row on screen, and the row that keys act on. */
export interface Reading {
  readonly top: Place;
  readonly cursor: Place;
  /** At the end, also of what is not read yet. */
  readonly atEnd?: boolean | undefined;
}

/** Rows on screen, which of them keys act on, and where that is. */
export interface ReaderView {
  readonly lines: readonly StyledLine[];
  readonly cursor: number;
  readonly reading: Reading;
  /** The line of the document that the cursor is on, counted from 1. */
  readonly line: number;
}

/** A document under lines of our own, read with a cursor. */
export interface Reader {
  readonly document: Document;
  readonly first: Place;
  last(columns: number): Place;
  moved(from: Place, by: number, columns: number): Place;
  /** `undefined`: from the beginning. The cursor is always in sight. */
  view(reading: Reading | undefined, count: number, columns: number): ReaderView;
}

interface Row {
  readonly text: StyledLine;
  readonly place: Place;
}

/** Where lines of our own are counted from, far above the document's: what is added to them moves none of them. */
const headStart = -1_000_000;

export function createReader(head: readonly StyledLine[], document: Document): Reader {
  const first: Place = head.length > 0 ? headPlace(0) : top;

  function rows(from: Place, count: number, columns: number): readonly Row[] {
    if (from.line >= 0) return document.rows(from, count, columns);
    const index = from.line - headStart;
    const own = head.slice(index, index + count);
    const ownRows = own.map((text, row): Row => ({ text, place: headPlace(index + row) }));
    return [...ownRows, ...document.rows(top, count - own.length, columns)];
  }

  function moved(from: Place, by: number, columns: number): Place {
    if (from.line < 0) {
      const index = Math.min(head.length, from.line - headStart) + by;
      if (index < head.length) return headPlace(Math.max(index, 0));
      return document.moved(top, index - head.length, columns);
    }
    const place = document.moved(from, by, columns);
    if (by >= 0 || !isSame(place, top) || head.length === 0) return place;
    // It went as far as the document goes: what is left of the way goes on above it.
    let left = -by;
    for (let at = from; !isSame(at, top) && left > 0; left--) at = document.moved(at, -1, columns);
    return left === 0 ? place : headPlace(Math.max(0, head.length - left));
  }

  function last(columns: number): Place {
    const end = document.end(1, columns);
    return isSame(end, top) && document.rows(top, 1, columns).length === 0 ? first : end;
  }

  return {
    document,
    first,
    last,
    moved,
    view(asked = { top: first, cursor: first }, count, columns) {
      // What this frame reads of it may be more than the end was counted from.
      const isMoving = asked.atEnd && !document.complete;
      const reading = asked.atEnd ? { ...asked, cursor: last(columns) } : asked;
      let from = isBefore(reading.cursor, reading.top) ? reading.cursor : reading.top;
      let shown = rows(from, count, columns);
      const lowest = shown.at(-1);
      if (shown.length === count && lowest && isBefore(lowest.place, reading.cursor)) {
        from = moved(reading.cursor, 1 - count, columns);
        shown = rows(from, count, columns);
      }
      // Of another width, or folded: the row that has the place now.
      const cursor = Math.max(
        0,
        shown.findLastIndex(({ place }) => !isBefore(reading.cursor, place)),
      );
      return {
        lines: shown.map(({ text }) => text),
        cursor,
        reading: {
          top: shown[0]?.place ?? from,
          cursor: shown[cursor]?.place ?? reading.cursor,
          ...(isMoving ? { atEnd: true } : {}),
        },
        line: Math.max(0, shown[cursor]?.place.line ?? 0) + 1,
      };
    },
  };
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.at < b.at);
}

function isSame(a: Place, b: Place): boolean {
  return a.line === b.line && a.at === b.at;
}

function headPlace(index: number): Place {
  return { line: headStart + index, at: 0 };
}
