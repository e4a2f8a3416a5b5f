import type { Body } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import { createTurns } from '../../model/turns.ts';
import type { MaskOptions } from '../mask.ts';
import type { StyledLine } from '../styled.ts';
import { contentOf, type DocumentKind } from './content.ts';
import { createFolds, type Folds } from './folds.ts';
import { createMarks, needleOf } from './marks.ts';
import { createPages, type Pages } from './pages.ts';
import { searchBackward, searchForward } from './search.ts';

/**
 * Where a row begins: a line, counted as if nothing was folded, and the byte within it; 0 for its first row. It
 * stays what it is when folds or the width change.
 */
export interface Place {
  readonly line: number;
  readonly at: number;
}

export const top: Place = { line: 0, at: 0 };

export interface Row {
  /** Printable, masked, and no wider than was asked for. */
  readonly text: StyledLine;
  readonly place: Place;
  /** Whether the line opens something that folds, on its first row. */
  readonly fold: 'open' | 'folded' | undefined;
}

export interface DocumentOptions extends MaskOptions {
  /** Begin with the body as it came. */
  readonly raw?: boolean | undefined;
}

export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether the row at the place counts, too. */
  readonly here?: boolean | undefined;
}

/** A body on screen: of whatever size, only what is visible of it is made into text. */
export interface Document {
  readonly kind: DocumentKind;
  /** Whether it is shown as it came, but for a content coding. */
  readonly raw: boolean;
  /** What the reader should know, printable: `gzip, unpacked`, `not JSON from line 12 on …`. May change until complete. */
  readonly note: string | undefined;
  /** How many lines there are, folded ones too, as far as that is known. */
  readonly lineCount: number;
  /** Whether all of it is known. */
  readonly complete: boolean;
  /** At most `count` rows from a place on. */
  rows(from: Place, count: number, columns: number): readonly Row[];
  /** The place so many rows further down (up, if negative), or as near to it as there is one. */
  moved(from: Place, by: number, columns: number): Place;
  /** The place from which `rows` shows the last `count` rows of what is known. */
  end(count: number, columns: number): Place;
  /** Folds or opens what a line opens, else what is around it; the line that stands for it, undefined if there is none. */
  toggleFold(line: number): number | undefined;
  /** Folds everything but the outermost level. */
  foldAll(): void;
  unfoldAll(): void;
  /** From now on `rows` sets this text off, in any case if it is in lower case; undefined: nothing. */
  highlight(text: string | undefined): void;
  /** The next row (the one before, if `direction` is -1) that holds a text, opened if it was folded. Blocks nobody. */
  find(text: string, from: Place, direction: 1 | -1, options?: FindOptions): Promise<Place | undefined>;
  /** Changes between raw and pretty; the place that shows the same bytes, or the top where it is not known yet. */
  toggleRaw(at: Place): Place;
  /** Reads all of it in turns of some milliseconds, each told of; resolves when it is complete or called off. */
  prepare(signal?: AbortSignal, progressed?: () => void): Promise<void>;
}

/** How many slices of a quarter of a MB may be looked through for one frame. */
const slicesPerFrame = 16;

interface Side {
  readonly pages: Pages;
  readonly folds: Folds;
}

/** Opens a body as people read it. Reads no more than a first screen needs. */
export function openDocument(body: Body, headers: HeaderList, options: DocumentOptions = {}): Document {
  const content = contentOf(body, headers);
  const { source } = content;
  const sides: { pretty?: Side; raw?: Side } = {};
  let isRaw = options.raw ?? false;
  let marks = createMarks(options, undefined);
  let lastColumns = 80;
  let side = open();

  function open(): Side {
    const name = isRaw ? 'raw' : 'pretty';
    const made = sides[name];
    if (made) return made;
    const pages = createPages(isRaw ? content.raw() : content.pretty(), source);
    const opened = { pages, folds: createFolds(pages) };
    sides[name] = opened;
    pages.advance();
    return opened;
  }

  function* rowsFrom(from: Place, columns: number): Generator<Row> {
    const { pages, folds } = side;
    let slices = slicesPerFrame;
    let line = folds.visible(Math.max(0, from.line));
    let at = line === from.line ? from.at : 0;
    for (;;) {
      if (line >= pages.count) {
        if (slices-- === 0 || !pages.advance()) return;
        continue;
      }
      const { block, line: own } = pages.locate(line);
      const start = block.lines.start(own);
      if (folds.isFolded(line)) {
        yield { text: block.folded(own, columns, marks), place: { line, at: 0 }, fold: 'folded' };
      } else {
        const fold = folds.opens(line) ? 'open' : undefined;
        let last: Row | undefined;
        for (const row of block.rows(own, start + at, columns, marks)) {
          if (last) yield last;
          const place = { line, at: Math.max(0, row.at - start) };
          last = { text: row.text, place, fold: place.at === 0 ? fold : undefined };
        }
        // What comes next may belong to the row that now ends where the known bytes do.
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

  /** Where the rows of a line begin that come before the byte `to` of it; not all, but the last of them. */
  function rowStarts(line: number, to: number, columns: number): number[] {
    const { block, line: own } = side.pages.locate(line);
    const start = block.lines.start(own);
    const starts: number[] = [];
    for (const { at } of block.rows(own, block.anchorBefore(own, start + to), columns, marks)) {
      if (at - start >= to && at > start) break;
      starts.push(Math.max(0, at - start));
    }
    return starts;
  }

  function lineLength(line: number): number {
    const { block, line: own } = side.pages.locate(line);
    const end = own + 1 < block.lines.count ? block.lines.start(own + 1) : block.scanned;
    return Math.max(0, end - block.lines.start(own));
  }

  function up(from: Place, by: number, columns: number): Place {
    const { folds } = side;
    let line = folds.visible(from.line);
    let at = line === from.line ? from.at : 0;
    let left = by;
    for (;;) {
      if (at > 0) {
        const starts = rowStarts(line, at, columns);
        if (left <= starts.length) return { line, at: starts[starts.length - left]! };
        left -= starts.length;
        at = starts[0] ?? side.pages.locate(line).block.anchorBefore(side.pages.locate(line).line, at);
        continue;
      }
      const before = folds.previous(line);
      if (before === undefined) return { line: 0, at: 0 };
      line = before;
      at = folds.isFolded(line) ? 0 : lineLength(line);
      if (at > 0) continue;
      if (--left === 0) return { line, at: 0 };
    }
  }

  function moved(from: Place, by: number, columns: number): Place {
    if (by <= 0) return by === 0 ? from : up(from, -by, columns);
    let place = from;
    let left = by;
    for (const row of rowsFrom(from, columns)) {
      place = row.place;
      if (left-- === 0) break;
    }
    return place;
  }

  /** The place of the row that a byte of a block is in. */
  function placeOf(index: number, offset: number): Place {
    const { pages } = side;
    const block = pages.blocks[index]!;
    const own = block.lines.lineAt(offset);
    const line = pages.firstLine(index) + own;
    const within = offset - block.lines.start(own);
    return { line, at: rowStarts(line, within + 1, lastColumns).at(-1) ?? 0 };
  }

  async function find(text: string, from: Place, direction: 1 | -1, options: FindOptions = {}) {
    const needle = needleOf(text);
    const { pages, folds } = side;
    if (!needle || pages.count === 0) return undefined;
    const turns = createTurns(options.signal);
    const first = pages.locate(Math.min(from.line, pages.count - 1));
    const startsAt = first.block.lines.start(first.line) + from.at;
    let offset = startsAt;
    if (direction === 1 && !options.here) {
      const [, next] = first.block.rows(first.line, startsAt, lastColumns, marks);
      offset =
        next?.at ?? first.block.lines.start(first.line) + lineLength(Math.min(from.line, pages.count - 1));
    }
    for (let index = first.index; index >= 0 && index < pages.blocks.length; index += direction) {
      const { bytes } = pages.blocks[index]!;
      const isSource = bytes === source.bytes;
      const filledAfter = (at: number) => {
        while (isSource && source.filled < at && !source.complete) source.read();
        return isSource ? source.filled : bytes.length;
      };
      const search = { needle, bytes, filledAfter, turns };
      const found = await (direction === 1 ? searchForward(offset, search) : searchBackward(offset, search));
      if (options.signal?.aborted) return undefined;
      if (found !== undefined) {
        while (!pages.knows(index, found) && pages.advance()) if (!(await turns.next())) return undefined;
        const place = placeOf(index, found);
        folds.reveal(place.line);
        return place;
      }
      offset = direction === 1 ? 0 : Number.MAX_SAFE_INTEGER;
    }
    return undefined;
  }

  return {
    kind: content.kind,
    get raw() {
      return isRaw;
    },
    get note() {
      const notes = [content.note, source.lost, ...side.pages.blocks.map(({ note }) => note)];
      const said = notes.filter((note) => note !== undefined);
      return said.length === 0 ? undefined : said.join('; ');
    },
    get lineCount() {
      return side.pages.count;
    },
    get complete() {
      return side.pages.complete;
    },
    rows(from, count, columns) {
      lastColumns = columns;
      const rows: Row[] = [];
      if (count <= 0) return rows;
      for (const row of rowsFrom(from, columns)) if (rows.push(row) >= count) break;
      return rows;
    },
    moved,
    end: (count, columns) => up({ line: side.pages.count, at: 0 }, count, columns),
    toggleFold: (line) => side.folds.toggle(line),
    foldAll: () => side.folds.foldAll(),
    unfoldAll: () => side.folds.unfoldAll(),
    highlight(text) {
      marks = createMarks(options, text === undefined ? undefined : needleOf(text));
    },
    find,
    toggleRaw(at) {
      const { block, line } = side.pages.locate(at.line);
      const isKnown = block.bytes === source.bytes && line < block.lines.count;
      const offset = isKnown ? block.lines.start(line) + at.at : 0;
      isRaw = !isRaw;
      side = open();
      const { pages, folds } = side;
      if (pages.blocks[0]!.bytes !== source.bytes || offset === 0) return top;
      for (let slices = slicesPerFrame; slices > 0 && !pages.knows(0, offset); slices--) pages.advance();
      if (!pages.knows(0, offset) && !pages.complete) return top;
      const place = placeOf(0, offset);
      folds.reveal(place.line);
      return place;
    },
    async prepare(signal, progressed) {
      const turns = createTurns(signal);
      while (await turns.next()) {
        const { pages } = side;
        while (!turns.isOver && pages.advance());
        progressed?.();
        if (pages.complete && pages === side.pages) return;
      }
    },
  };
}
