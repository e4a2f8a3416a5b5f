import type { Pages } from './pages.ts';

/** Which lines are folded into the one that opens what they are in. */
export interface Folds {
  isFolded(line: number): boolean;
  /** Whether a line opens something that folds. */
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

export function createFolds(pages: Pages): Folds {
  /** From this depth on everything is folded, but for the exceptions; undefined: nothing but the exceptions. */
  let foldedDepth: number | undefined;
  let exceptions = new Set<number>();
  let lastVisible: { readonly line: number; readonly visible: number } | undefined;

  function partner(line: number): number | undefined {
    const { block, index, line: own } = pages.locate(line);
    const found = own < block.lines.count ? block.lines.partner(own) : undefined;
    return found === undefined ? undefined : found + pages.firstLine(index);
  }

  function parent(line: number): number | undefined {
    const { block, index, line: own } = pages.locate(line);
    const found = own < block.lines.count ? block.lines.parent(own) : undefined;
    return found === undefined ? undefined : found + pages.firstLine(index);
  }

  const opens = (line: number) => (partner(line) ?? -1) > line;

  function isFolded(line: number): boolean {
    if (foldedDepth === undefined && exceptions.size === 0) return false;
    if (!opens(line)) return false;
    const { block, line: own } = pages.locate(line);
    const isDeep = foldedDepth !== undefined && block.lines.depth(own) >= foldedDepth;
    return isDeep !== exceptions.has(line);
  }

  /** What a line is in, from the inside out; for one that closes something, that first. */
  function* around(line: number): Generator<number> {
    const other = partner(line);
    if (other !== undefined && other < line) yield other;
    for (let at = parent(line); at !== undefined; at = parent(at)) yield at;
  }

  function set(line: number, folded: boolean): void {
    if (isFolded(line) === folded) return;
    if (!exceptions.delete(line)) exceptions.add(line);
    lastVisible = undefined;
  }

  function visible(line: number): number {
    if (foldedDepth === undefined && exceptions.size === 0) return line;
    if (lastVisible?.line === line) return lastVisible.visible;
    let outermost = line;
    for (const opener of around(line)) if (isFolded(opener)) outermost = opener;
    lastVisible = { line, visible: outermost };
    return outermost;
  }

  return {
    isFolded,
    opens,
    visible,
    next: (line) => (isFolded(line) ? partner(line)! : line) + 1,
    previous(line) {
      if (line <= 0) return undefined;
      const before = line - 1;
      // Beside a visible line only what ends before it can be folded.
      const opener = partner(before);
      return opener !== undefined && opener < before && isFolded(opener) ? opener : before;
    },
    toggle(line) {
      const found = opens(line) ? line : around(line).next().value;
      if (found === undefined || !opens(found)) return undefined;
      set(found, !isFolded(found));
      return found;
    },
    foldAll() {
      const last = pages.count - 1;
      const only = partner(0);
      const isOne = only === undefined ? !pages.complete : only === last;
      foldedDepth = isOne ? 1 : 0;
      exceptions = new Set();
      lastVisible = undefined;
    },
    unfoldAll() {
      foldedDepth = undefined;
      exceptions = new Set();
      lastVisible = undefined;
    },
    reveal(line) {
      for (const opener of [...around(line)]) set(opener, false);
    },
  };
}
