import { countText } from '../size.ts';
import { cutLine, type StyledLine } from '../styled.ts';
import type { Block, Piece } from './block.ts';
import { createJsonIndex, type JsonIndex } from './json-index.ts';
import { jsonPieces, textOf } from './json-pieces.ts';
import type { Shape } from './rows.ts';
import { endOf, foldMarked, lineOf, shapedRows } from './shaped-rows.ts';
import { bomBytes, withoutLineEnd } from './text-block.ts';

/** Deeper levels are not indented further: they would leave no room for what is there. */
const maxIndentLevels = 32;

/** More members than this are not counted. */
const mostCounted = 100_000;

/** Members that describe an object where it is folded, the best first, if their value is no longer than this. */
const telling = ['object', 'type', 'event', 'event_type', 'kind', 'action', 'name', 'title', 'id'];
const longestTold = 60;
const mostLooked = 24;

/** The most levels to look into objects that hold nothing but another one. */
const mostNested = 2;

/** A key longer than this is cut where its object is folded. */
const longestKey = 300;

/** A JSON text and its lines. */
interface JsonText {
  readonly bytes: Uint8Array;
  readonly index: JsonIndex;
  readonly indent: number;
  /** Member counts of containers that were shown folded: counting again takes too long for a frame. */
  readonly counts: Map<number, number>;
}

/**
 * JSON indented by two, strings and numbers exactly as they were written; from the first byte on that is not JSON,
 * the text follows as it came.
 */
export function createJsonBlock(bytes: Uint8Array, indent = 0): Block {
  const index = createJsonIndex(bytes, bomBytes(bytes));
  const { lines } = index;
  const json: JsonText = { bytes, index, indent, counts: new Map() };
  return {
    ...shapedRows(
      bytes,
      lines,
      () => index.scanned,
      (line, end) => shapeOf(json, line, end),
    ),
    get scanned() {
      return index.scanned;
    },
    get note() {
      if (index.tooMany)
        return `shown as is from line ${countText(lines.count)} on: there are too many lines`;
      if (index.brokenAt === undefined) return undefined;
      return `not JSON from line ${countText(lines.lineAt(index.brokenAt) + 1)} on: the rest is shown as is`;
    },
    advance: index.advance,
    folded(line, columns, highlights): StyledLine {
      const { indent: space } = shapeOf(json, line, endOf(lines, line, index.scanned));
      const text = foldedPieces(json, line).flatMap((piece) => lineOf(bytes, [piece], highlights));
      return cutLine(foldMarked(text, space, columns), columns);
    },
  };
}

function shapeOf({ bytes, index, indent }: JsonText, line: number, end: number): Shape {
  const { lines } = index;
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

function piecesOf(json: JsonText, line: number): readonly Piece[] {
  const { lines, scanned } = json.index;
  return shapeOf(json, line, endOf(lines, line, scanned)).pieces;
}

/** The lines of the members of what a line opens. */
function* members({ lines }: JsonIndex, opener: number): Generator<number> {
  const closer = lines.partner(opener)!;
  for (let line = opener + 1; line < closer; line++) {
    yield line;
    const partner = lines.partner(line);
    if (partner !== undefined) line = partner;
  }
}

/** `object: payment_intent`, or nothing. */
function tellingMember(json: JsonText, opener: number): Piece[] {
  let looked = 0;
  let best = telling.length;
  let told: Piece[] = [];
  for (const line of members(json.index, opener)) {
    if (++looked > mostLooked) break;
    const [name, separator, value] = piecesOf(json, line);
    if (name?.tone !== 'key' || !separator || !value || value.to - value.from > longestTold) continue;
    const rank = telling.indexOf(textOf(json.bytes, name.from + 1, name.to - 1));
    if (rank === -1 || rank >= best || value.tone === 'plain') continue;
    best = rank;
    told = [unquoted(name), separator, unquoted(value)];
  }
  return told;
}

/** One row in place of all that a line opens. */
function foldedPieces(json: JsonText, opener: number, nesting = 0): Piece[] {
  const own = piecesOf(json, opener);
  const bracket = own.at(-1)!;
  const [close, comma] = piecesOf(json, json.index.lines.partner(opener)!);
  const before = nesting > 0 ? [] : own.slice(0, -1).map(shortened);
  const after = comma && nesting === 0 ? [comma] : [];
  return [...before, bracket, ...contentPieces(json, opener, bracket, nesting), close!, ...after];
}

/** ` object: charge, 14 keys `; of an only member that opens something itself, what is in that. */
function contentPieces(json: JsonText, opener: number, bracket: Piece, nesting: number): Piece[] {
  const { bytes, index, counts } = json;
  const isObject = bytes[bracket.from] === 0x7b;
  const count = counts.get(opener) ?? countUpTo(members(index, opener), mostCounted);
  counts.set(opener, count);
  const only = opener + 1;
  const space = spoken(' ', bracket, 'plain');
  if (count === 1 && nesting < mostNested && (index.lines.partner(only) ?? 0) > only) {
    const name = piecesOf(json, only).slice(0, -1).map(shortened);
    return [space, ...name.map(unquoted), ...foldedPieces(json, only, nesting + 1), space];
  }
  const told = isObject ? tellingMember(json, opener) : [];
  const many = count > mostCounted ? `over ${countText(mostCounted)}` : countText(count);
  const noun = (isObject ? 'key' : 'item') + (count === 1 ? '' : 's');
  return [space, ...told, spoken(`${told.length > 0 ? ', ' : ''}${many} ${noun} `, bracket, 'dim')];
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
