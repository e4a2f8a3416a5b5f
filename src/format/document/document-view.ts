import type { MaskOptions } from '../mask.ts';
import type { Content } from './content.ts';
import { createFolds, type Folds } from './folds.ts';
import { createHighlights, type Highlights } from './highlights.ts';
import { createPages, type Pages } from './pages.ts';

/** One of the two forms of a document: as people read it, or as it came. */
export interface Side {
  readonly pages: Pages;
  readonly folds: Folds;
}

/** State of a document on screen. */
export interface DocumentView {
  readonly content: Content;
  readonly sides: { pretty?: Side; raw?: Side };
  /** The side that is shown. */
  side: Side;
  isRaw: boolean;
  highlights: Highlights;
  /** The width that rows were last made for. */
  columns: number;
}

/** Slices of a quarter of a MB that may be looked through for one frame. */
export const slicesPerFrame = 16;

/** A view of a body's content; reads what a first screen needs. */
export function createView(content: Content, masked: MaskOptions, isRaw: boolean): DocumentView {
  const sides = {};
  return {
    content,
    sides,
    side: openSide(content, sides, isRaw),
    isRaw,
    highlights: createHighlights(masked, undefined),
    columns: 80,
  };
}

/** Changes between raw and pretty. */
export function switchSide(view: DocumentView): void {
  view.isRaw = !view.isRaw;
  view.side = openSide(view.content, view.sides, view.isRaw);
}

function openSide(content: Content, sides: DocumentView['sides'], isRaw: boolean): Side {
  const name = isRaw ? 'raw' : 'pretty';
  const known = sides[name];
  if (known) return known;
  const pages = createPages(isRaw ? content.raw() : content.pretty(), content.source);
  const side = { pages, folds: createFolds(pages) };
  sides[name] = side;
  pages.advance();
  return side;
}
