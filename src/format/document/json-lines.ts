import { createJsonIndex } from './json-index.ts';
import { jsonPieces, textOf } from './json-pieces.ts';
import { endOf } from './shaped-rows.ts';
import { bomBytes, withoutLineEnd } from './text-block.ts';

/** A line of JSON as it is printed. */
export interface JsonLine {
  readonly text: string;
  /** The index in `text` from which on it is not JSON, in the line where that begins. */
  readonly brokenAt?: number;
}

/** Deeper levels are not indented further: a hundred thousand of them would make gigabytes of spaces. */
const maxIndentLevels = 32;

/** The text is followed so far at a time, so that its beginning can be shown before its end was read. */
const step = 64 * 1024;

/**
 * JSON indented by two, a line at a time, strings and numbers exactly as they were written. From the first byte on that
 * is not JSON, the text follows as it came. Takes linear time and no stack, never throws.
 */
export function* jsonLines(bytes: Uint8Array): Generator<JsonLine> {
  const index = createJsonIndex(bytes, bomBytes(bytes));
  const { lines } = index;
  let line = 0;
  for (let upTo = 0; upTo < bytes.length; ) {
    upTo = Math.min(upTo + step, bytes.length);
    const isLast = upTo === bytes.length;
    index.advance(upTo, isLast);
    // The last line that is known may go on.
    for (const known = isLast ? lines.count : lines.count - 1; line < known; line++) yield lineAt(line);
  }

  function lineAt(line: number): JsonLine {
    const from = lines.start(line);
    const end = endOf(lines, line, index.scanned);
    const { brokenAt } = index;
    if (brokenAt !== undefined && from > brokenAt)
      return { text: textOf(bytes, from, withoutLineEnd(bytes, from, end)) };
    const isBroken = brokenAt !== undefined && brokenAt >= from && brokenAt < end;
    const pieces = jsonPieces(
      bytes,
      from,
      isBroken ? brokenAt : end,
      index.inString && line === lines.count - 1,
    );
    const json = pieces.map(({ from, to, text }) => text ?? textOf(bytes, from, to)).join('');
    const indented = '  '.repeat(Math.min(lines.depth(line), maxIndentLevels)) + json;
    if (!isBroken) return { text: indented };
    const rest = textOf(bytes, brokenAt, withoutLineEnd(bytes, brokenAt, end));
    return { text: indented + rest, brokenAt: indented.length };
  }
}
