import type { Pages } from './pages.ts';

/** Tracks which lines are folded into the one that opens what they are in. */
export interface Folds {
  isFolded(line: number): boolean;
  /** True if a line opens something that folds. */
  opens(line: number): boolean;
  /** The line itself, or the one that it is folded into. */
  visible(line: number): number;
  next(line: number): number;
  /** The visible line before a visible one; undefined before the first. */
  previous(line: number): number | undefined;
  /** Folds or opens what a line opens or closes, else what is around it; the line that stands for it, if any. */
  toggle(line: number): number | undefined;
  foldAll(): void;
  unfoldAll(): void;
  /** Opens all that a line is folded into. */
  reveal(line: number): void;
}

/** State of the folds of one document. */
interface FoldState {
  readonly pages: Pages;
  /** From this depth on everything is folded, but for the exceptions; undefined: nothing but the exceptions. */
  depth: number | undefined;
  exceptions: Set<number>;
  /** The last result of `visible`, which is called again and again for the same line. */
  last: { readonly line: number; readonly visible: number } | undefined;
}

/** Folds of the lines of a document, all of them open. */
export function createFolds(pages: Pages): Folds {
  const state: FoldState = { pages, depth: undefined, exceptions: new Set(), last: undefined };
  return {
    isFolded: (line) => isFolded(state, line),
    opens: (line) => opens(pages, line),
    visible: (line) => visible(state, line),
    next: (line) => (isFolded(state, line) ? partnerOf(pages, line)! : line) + 1,
    previous: (line) => previous(state, line),
    toggle(line) {
      const found = opens(pages, line) ? line : around(pages, line).next().value;
      if (found === undefined || !opens(pages, found)) return undefined;
      setFolded(state, found, !isFolded(state, found));
      return found;
    },
    foldAll: () => setAll(state, outermostDepth(pages)),
    unfoldAll: () => setAll(state, undefined),
    reveal(line) {
      for (const opener of [...around(pages, line)]) setFolded(state, opener, false);
    },
  };
}

function partnerOf(pages: Pages, line: number): number | undefined {
  const { block, index, line: own } = pages.locate(line);
  const found = own < block.lines.count ? block.lines.partner(own) : undefined;
  return found === undefined ? undefined : found + pages.firstLine(index);
}

function parentOf(pages: Pages, line: number): number | undefined {
  const { block, index, line: own } = pages.locate(line);
  const found = own < block.lines.count ? block.lines.parent(own) : undefined;
  return found === undefined ? undefined : found + pages.firstLine(index);
}

function opens(pages: Pages, line: number): boolean {
  return (partnerOf(pages, line) ?? -1) > line;
}

/** The lines that open what a line is in, from the inside out; for one that closes something, its opener first. */
function* around(pages: Pages, line: number): Generator<number> {
  const other = partnerOf(pages, line);
  if (other !== undefined && other < line) yield other;
  for (let at = parentOf(pages, line); at !== undefined; at = parentOf(pages, at)) yield at;
}

function isFolded({ pages, depth, exceptions }: FoldState, line: number): boolean {
  if (depth === undefined && exceptions.size === 0) return false;
  if (!opens(pages, line)) return false;
  const { block, line: own } = pages.locate(line);
  const isDeep = depth !== undefined && block.lines.depth(own) >= depth;
  return isDeep !== exceptions.has(line);
}

function visible(state: FoldState, line: number): number {
  if (state.depth === undefined && state.exceptions.size === 0) return line;
  if (state.last?.line === line) return state.last.visible;
  let outermost = line;
  for (const opener of around(state.pages, line)) if (isFolded(state, opener)) outermost = opener;
  state.last = { line, visible: outermost };
  return outermost;
}

function previous(state: FoldState, line: number): number | undefined {
  if (line <= 0) return undefined;
  const before = line - 1;
  // Beside a visible line only what ends before it can be folded.
  const opener = partnerOf(state.pages, before);
  return opener !== undefined && opener < before && isFolded(state, opener) ? opener : before;
}

function setFolded(state: FoldState, line: number, folded: boolean): void {
  if (isFolded(state, line) === folded) return;
  if (!state.exceptions.delete(line)) state.exceptions.add(line);
  state.last = undefined;
}

function setAll(state: FoldState, depth: number | undefined): void {
  state.depth = depth;
  state.exceptions = new Set();
  state.last = undefined;
}

/** 1 for a document that is one container, which stays open; else 0. */
function outermostDepth(pages: Pages): 0 | 1 {
  const only = partnerOf(pages, 0);
  const isOne = only === undefined ? !pages.complete : only === pages.count - 1;
  return isOne ? 1 : 0;
}
