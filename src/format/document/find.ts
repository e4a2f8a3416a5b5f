import { createYielder, type Turns } from '../../model/yield-to-event-loop.ts';
import type { BodySource } from './body-source.ts';
import type { DocumentView } from './document-view.ts';
import { type Needle, needleOf } from './highlights.ts';
import { lineLength, positionOf } from './navigation.ts';
import type { DocumentPosition } from './position.ts';
import { searchBackward, searchForward } from './search.ts';

export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  /** Include the row at the position itself. */
  readonly here?: boolean | undefined;
}

/** A byte of a block. */
interface BlockOffset {
  readonly index: number;
  readonly offset: number;
}

/** The next row (the previous one, if `direction` is -1) that contains a text; opens what it is folded into. */
export async function find(
  view: DocumentView,
  text: string,
  from: DocumentPosition,
  direction: 1 | -1,
  options: FindOptions = {},
): Promise<DocumentPosition | undefined> {
  const needle = needleOf(text);
  const { pages, folds } = view.side;
  if (!needle || pages.count === 0) return undefined;
  const turns = createYielder(options.signal);
  const isAfter = direction === 1 && !options.here;
  const found = await search(view, needle, searchStart(view, from, isAfter), direction, turns);
  if (!found || options.signal?.aborted) return undefined;
  while (!pages.knows(found.index, found.offset) && pages.advance()) {
    if (!(await turns.next())) return undefined;
  }
  const position = positionOf(view, found.index, found.offset);
  folds.reveal(position.line);
  return position;
}

/** The byte at which the row at a position begins, or (`isAfter`) the row below it. */
function searchStart(view: DocumentView, from: DocumentPosition, isAfter: boolean): BlockOffset {
  const { pages } = view.side;
  const line = Math.min(from.line, pages.count - 1);
  const { block, index, line: own } = pages.locate(line);
  const start = block.lines.start(own);
  if (!isAfter) return { index, offset: start + from.at };
  const [, next] = block.rows(own, start + from.at, view.columns, view.highlights);
  return { index, offset: next?.at ?? start + lineLength(view, line) };
}

async function search(
  view: DocumentView,
  needle: Needle,
  from: BlockOffset,
  direction: 1 | -1,
  turns: Turns,
): Promise<BlockOffset | undefined> {
  const { blocks } = view.side.pages;
  const seek = direction === 1 ? searchForward : searchBackward;
  let { offset } = from;
  for (let index = from.index; index >= 0 && index < blocks.length; index += direction) {
    const { bytes } = blocks[index]!;
    const filledAfter = (at: number) => filledBytes(view.content.source, bytes, at);
    const found = await seek(offset, { needle, bytes, filledAfter, turns });
    if (found !== undefined) return { index, offset: found };
    if (!(await turns.next())) return undefined;
    offset = direction === 1 ? 0 : Number.MAX_SAFE_INTEGER;
  }
  return undefined;
}

/** The number of bytes of a block that are there; reads on to `at` where they are those of the body. */
function filledBytes(source: BodySource, bytes: Uint8Array, at: number): number {
  if (bytes !== source.bytes) return bytes.length;
  while (source.filled < at && !source.complete) source.read();
  return source.filled;
}
