import { countText } from '../size.ts';
import { cutLine, type StyledLine } from '../styled.ts';
import type { Block, Piece } from './block.ts';
import { createJsonIndex } from './json-index.ts';
import { jsonPieces, textOf } from './json-pieces.ts';
import type { Shape } from './rows.ts';
import { endOf, foldMarked, lineOf, shapedRows } from './shaped-rows.ts';
import { markBytes, withoutLineEnd } from './text-block.ts';

/** Deeper levels are not indented further: they would leave no room for what is there. */
const maxIndentLevels = 32;

/** More members than this are not counted. */
const mostCounted = 100_000;

/** Members that tell what an object is, where it is folded, if their value is no longer than this. */
const telling = new Set(['object', 'type', 'event', 'event_type', 'action', 'kind', 'name', 'id', 'title']);
const longestTold = 60;
const mostLooked = 24;

/** A key longer than this is cut where its object is folded. */
const longestKey = 300;

/**
 * JSON indented by two, strings and numbers exactly as they were written; from the first byte on that is not JSON,
 * the text follows as it came.
 */
export function createJsonBlock(bytes: Uint8Array, indent = 0): Block {
  const index = createJsonIndex(bytes, markBytes(bytes));
  const { lines } = index;
  /** How many members containers have that were shown folded: to count them again takes too long for a frame. */
  const counts = new Map<number, number>();

  function shape(line: number, end: number): Shape {
    const from = lines.start(line);
    const brokenAt = index.brokenAt ?? end;
    const space = indent + 2 * Math.min(lines.depth(line), maxIndentLevels);
    const isAfter = from >= brokenAt && from < end;
    if (isAfter) {
      const to = withoutLineEnd(bytes, from, end);
      return { indent: space, pieces: [{ tone: 'plain', from, to }], loose: true };
    }
    const isCut = index.inString && line === lines.count - 1;
    const pieces = jsonPieces(bytes, from, Math.min(end, brokenAt), isCut);
    if (brokenAt < end) pieces.push({ tone: 'plain', from: brokenAt, to: withoutLineEnd(bytes, from, end) });
    return { indent: space, pieces, loose: brokenAt < end };
  }

  const piecesOf = (line: number) => shape(line, endOf(lines, line, index.scanned)).pieces;

  /** The lines of the members of what a line opens. */
  function* members(opener: number): Generator<number> {
    const closer = lines.partner(opener)!;
    for (let line = opener + 1; line < closer; line++) {
      yield line;
      const partner = lines.partner(line);
      if (partner !== undefined) line = partner;
    }
  }

  /** `object: payment_intent`, or nothing. */
  function tellingMember(opener: number): Piece[] {
    let looked = 0;
    for (const line of members(opener)) {
      if (++looked > mostLooked) break;
      const [name, separator, value] = piecesOf(line);
      if (name?.tone !== 'key' || !separator || !value || value.to - value.from > longestTold) continue;
      const word = textOf(bytes, name.from + 1, name.to - 1);
      if (!telling.has(word)) continue;
      if (value.tone === 'string') {
        return [without(name), separator, { tone: 'string', from: value.from + 1, to: value.to - 1 }];
      }
      if (value.tone === 'number') return [without(name), separator, value];
    }
    return [];
  }

  /** What stands in one row for all that a line opens. */
  function foldedPieces(opener: number): Piece[] {
    const own = piecesOf(opener);
    const bracket = own.at(-1)!;
    const [close, comma] = piecesOf(lines.partner(opener)!);
    const isObject = bytes[bracket.from] === 0x7b;
    const told = isObject ? tellingMember(opener) : [];
    const count = counts.get(opener) ?? countUpTo(members(opener), mostCounted);
    counts.set(opener, count);
    const many = count > mostCounted ? `over ${countText(mostCounted)}` : countText(count);
    const noun = (isObject ? 'key' : 'item') + (count === 1 ? '' : 's');
    return [
      ...own.slice(0, -1).map((piece) => ({ ...piece, to: Math.min(piece.to, piece.from + longestKey) })),
      bracket,
      spoken(' ', bracket, 'plain'),
      ...told,
      spoken(`${told.length > 0 ? ', ' : ''}${many} ${noun} `, bracket, 'dim'),
      close!,
      ...(comma ? [comma] : []),
    ];
  }

  return {
    ...shapedRows(bytes, lines, () => index.scanned, shape),
    get scanned() {
      return index.scanned;
    },
    get note() {
      if (index.tooMany) return `from line ${countText(lines.count)} on as it came: there are too many lines`;
      if (index.brokenAt === undefined) return undefined;
      return `not JSON from line ${countText(lines.lineAt(index.brokenAt) + 1)} on: that follows as it came`;
    },
    advance: index.advance,
    folded(line, columns, marks): StyledLine {
      const { indent: space } = shape(line, endOf(lines, line, index.scanned));
      const text = foldedPieces(line).flatMap((piece) => lineOf(bytes, [piece], marks));
      return cutLine(foldMarked(text, space, columns), columns);
    },
  };
}

/** Without its quotes. */
function without({ tone, from, to }: Piece): Piece {
  return { tone, from: from + 1, to: to - 1 };
}

/** Words of ours, beside a piece. */
function spoken(text: string, { from, to }: Piece, tone: Piece['tone']): Piece {
  return { tone, from, to, text };
}

function countUpTo(values: Iterable<unknown>, most: number): number {
  let count = 0;
  for (const _ of values) if (++count > most) break;
  return count;
}
