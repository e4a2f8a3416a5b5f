import type { Body } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import { createYielder } from '../../model/yield-to-event-loop.ts';
import type { MaskOptions } from '../mask.ts';
import { contentOf, type DocumentKind } from './content.ts';
import { createView, type DocumentView, slicesPerFrame, switchSide } from './document-view.ts';
import { type FindOptions, find } from './find.ts';
import { createHighlights, needleOf } from './highlights.ts';
import { moved, positionOf, rowsFrom, up } from './navigation.ts';
import { type DocumentPosition, type DocumentRow, top } from './position.ts';

export { type DocumentPosition, top };

export interface DocumentOptions extends MaskOptions {
  /** Begin with the body as it came. */
  readonly raw?: boolean | undefined;
}

/** A body on screen: of whatever size, only what is visible of it is made into text. */
export interface Document {
  readonly kind: DocumentKind;
  /** The body is shown as it came, but for a content coding. */
  readonly raw: boolean;
  /** Printable notes such as `gzip, unpacked`, `not JSON from line 12 on …`. May change until complete. */
  readonly note: string | undefined;
  /** The number of lines, folded ones too, as far as that is known. */
  readonly lineCount: number;
  /** All lines are known. */
  readonly complete: boolean;
  /** At most `count` rows from a position on. */
  rows(from: DocumentPosition, count: number, columns: number): readonly DocumentRow[];
  /** The position so many rows further down (up, if negative), or as near to it as there is one. */
  moved(from: DocumentPosition, by: number, columns: number): DocumentPosition;
  /** The position from which `rows` shows the last `count` rows of what is known. */
  end(count: number, columns: number): DocumentPosition;
  /** Folds or opens what a line opens, else what is around it; the line that stands for it, undefined if there is none. */
  toggleFold(line: number): number | undefined;
  /** Folds everything but the outermost level. */
  foldAll(): void;
  unfoldAll(): void;
  /** From now on `rows` sets this text off, in any case if it is in lower case; undefined: nothing. */
  highlight(text: string | undefined): void;
  /**
   * The next row (the previous one, if `direction` is -1) that contains a text, opened if it was folded. Yields to the
   * event loop.
   */
  find(
    text: string,
    from: DocumentPosition,
    direction: 1 | -1,
    options?: FindOptions,
  ): Promise<DocumentPosition | undefined>;
  /** Changes between raw and pretty; the position that shows the same bytes, or the top where it is not known yet. */
  toggleRaw(at: DocumentPosition): DocumentPosition;
  /** Reads all of it in turns of some milliseconds, calling `progressed` after each; resolves when complete or aborted. */
  prepare(signal?: AbortSignal, progressed?: () => void): Promise<void>;
}

/** Opens a body as people read it. Reads no more than a first screen needs. */
export function openDocument(body: Body, headers: HeaderList, options: DocumentOptions = {}): Document {
  const content = contentOf(body, headers);
  const view = createView(content, options, options.raw ?? false);
  return {
    kind: content.kind,
    get raw() {
      return view.isRaw;
    },
    get note() {
      return noteOf(view);
    },
    get lineCount() {
      return view.side.pages.count;
    },
    get complete() {
      return view.side.pages.complete;
    },
    rows: (from, count, columns) => rows(view, from, count, columns),
    moved: (from, by, columns) => moved(view, from, by, columns),
    end: (count, columns) => up(view, { line: view.side.pages.count, at: 0 }, count, columns),
    toggleFold: (line) => view.side.folds.toggle(line),
    foldAll: () => view.side.folds.foldAll(),
    unfoldAll: () => view.side.folds.unfoldAll(),
    highlight(text) {
      view.highlights = createHighlights(options, text === undefined ? undefined : needleOf(text));
    },
    find: (text, from, direction, findOptions) => find(view, text, from, direction, findOptions),
    toggleRaw: (at) => toggleRaw(view, at),
    prepare: (signal, progressed) => prepare(view, signal, progressed),
  };
}

function noteOf({ content, side }: DocumentView): string | undefined {
  const notes = [content.note, content.source.lost, ...side.pages.blocks.map(({ note }) => note)];
  const known = notes.filter((note) => note !== undefined);
  return known.length === 0 ? undefined : known.join('; ');
}

function rows(
  view: DocumentView,
  from: DocumentPosition,
  count: number,
  columns: number,
): readonly DocumentRow[] {
  view.columns = columns;
  const shown: DocumentRow[] = [];
  if (count <= 0) return shown;
  for (const row of rowsFrom(view, from, columns)) if (shown.push(row) >= count) break;
  return shown;
}

function toggleRaw(view: DocumentView, at: DocumentPosition): DocumentPosition {
  const { source } = view.content;
  const { block, line } = view.side.pages.locate(at.line);
  const isKnown = block.bytes === source.bytes && line < block.lines.count;
  const offset = isKnown ? block.lines.start(line) + at.at : 0;
  switchSide(view);
  const { pages, folds } = view.side;
  if (pages.blocks[0]!.bytes !== source.bytes || offset === 0) return top;
  for (let slices = slicesPerFrame; slices > 0 && !pages.knows(0, offset); slices--) pages.advance();
  if (!pages.knows(0, offset) && !pages.complete) return top;
  const position = positionOf(view, 0, offset);
  folds.reveal(position.line);
  return position;
}

async function prepare(view: DocumentView, signal?: AbortSignal, progressed?: () => void): Promise<void> {
  const turns = createYielder(signal);
  while (await turns.next()) {
    const { pages } = view.side;
    while (!turns.isOver && pages.advance());
    progressed?.();
    if (pages.complete && pages === view.side.pages) return;
  }
}
