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

/** Members that tell what an object is, where it is folded, the best first, if their value is no longer than this. */
const telling = ['object', 'type', 'event', 'event_type', 'kind', 'action', 'name', 'title', 'id'];
const longestTold = 60;
const mostLooked = 24;

/** How deep it is looked into objects that hold nothing but another one. */
const mostNested = 2;

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
    let best = telling.length;
    let told: Piece[] = [];
    for (const line of members(opener)) {
      if (++looked > mostLooked) break;
      const [name, separator, value] = piecesOf(line);
      if (name?.tone !== 'key' || !separator || !value || value.to - value.from > longestTold) continue;
      const rank = telling.indexOf(textOf(bytes, name.from + 1, name.to - 1));
      if (rank === -1 || rank >= best || value.tone === 'plain') continue;
      best = rank;
      told = [unquoted(name), separator, unquoted(value)];
    }
    return told;
  }

  /** What stands in one row for all that a line opens. */
  function foldedPieces(opener: number, nesting = 0): Piece[] {
    const own = piecesOf(opener);
    const bracket = own.at(-1)!;
    const [close, comma] = piecesOf(lines.partner(opener)!);
    const before = nesting > 0 ? [] : own.slice(0, -1).map(shortened);
    const after = comma && nesting === 0 ? [comma] : [];
    return [...before, bracket, ...contentPieces(opener, bracket, nesting), close!, ...after];
  }

  /** ` object: charge, 14 keys `; of an only member that opens something itself, what is in that. */
  function contentPieces(opener: number, bracket: Piece, nesting: number): Piece[] {
    const isObject = bytes[bracket.from] === 0x7b;
    const count = counts.get(opener) ?? countUpTo(members(opener), mostCounted);
    counts.set(opener, count);
    const only = opener + 1;
    const space = spoken(' ', bracket, 'plain');
    if (count === 1 && nesting < mostNested && (lines.partner(only) ?? 0) > only) {
      const name = piecesOf(only).slice(0, -1).map(shortened);
      return [space, ...name.map(unquoted), ...foldedPieces(only, nesting + 1), space];
    }
    const told = isObject ? tellingMember(opener) : [];
    const many = count > mostCounted ? `over ${countText(mostCounted)}` : countText(count);
    const noun = (isObject ? 'key' : 'item') + (count === 1 ? '' : 's');
    return [space, ...told, spoken(`${told.length > 0 ? ', ' : ''}${many} ${noun} `, bracket, 'dim')];
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

/** Without its quotes, if it is a key or a string. */
function unquoted(piece: Piece): Piece {
  if (piece.tone !== 'key' && piece.tone !== 'string') return piece;
  return { tone: piece.tone, from: piece.from + 1, to: Math.max(piece.from + 1, piece.to - 1) };
}

function shortened(piece: Piece): Piece {
  return { ...piece, to: Math.min(piece.to, piece.from + longestKey) };
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
