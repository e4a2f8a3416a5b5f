import { printable } from '../printable.ts';
import type { Span } from '../styled.ts';
import { continuesCharacter, textWidth } from '../width.ts';
import type { BlockRow, Piece } from './block.ts';
import type { Marks } from './marks.ts';

/** A line as pieces of bytes, and how far in it begins. */
export interface Shape {
  readonly indent: number;
  readonly pieces: readonly Piece[];
  /** Whether tabs and ends of lines are space: in text, and within tags. */
  readonly loose: boolean;
}

/** Rows begin anew after so many bytes of a line, so that those before a row are found without reading all of it. */
const anchorBytes = 16 * 1024;

const tabWidth = 4;

/** The longest of what stands for one character fits in half of this. */
const leastColumns = 20;

/** The rows of a line of which the first begins at the byte `at` or the next that is shown. */
export function* rowsOf(
  bytes: Uint8Array,
  start: number,
  shape: Shape,
  at: number,
  columns: number,
  marks: Marks,
): Generator<BlockRow> {
  const limit = Math.max(leastColumns, columns);
  const indent = Math.min(shape.indent, limit >> 1);
  // What follows is set in a little further than what it belongs to.
  const hanging = Math.min(indent + (shape.indent > 0 ? 2 : 0), limit >> 1);
  let spans: Span[] = [];
  let text = '';
  let rowAt = at;
  let isFirst = at <= start;
  let used = isFirst ? indent : hanging;
  let anchor = anchorAfter(start, at);

  const row = (): BlockRow => {
    const space = ' '.repeat(isFirst ? indent : hanging);
    return { at: rowAt, text: space === '' || spans.length === 0 ? spans : [['plain', space], ...spans] };
  };
  const flush = (tone: Span[0]) => {
    if (text !== '') spans.push([tone, text]);
    text = '';
  };

  for (const piece of shape.pieces) {
    if (piece.to <= at) continue;
    let offset = Math.max(piece.from, at);
    while (offset < piece.to) {
      const mark = marks.next(bytes, offset, piece.to);
      const isMarked = mark !== undefined && mark.from <= offset;
      const tone = isMarked && mark.text === undefined ? 'selected' : piece.tone;
      const stop = Math.min(piece.to, isMarked ? mark.to : (mark?.from ?? piece.to));
      while (offset < stop) {
        let next = offset + 1;
        let shown: string;
        let width = 1;
        const code = bytes[offset]!;
        if (piece.text !== undefined) {
          shown = piece.text;
          width = textWidth(shown);
          next = piece.to;
        } else if (isMarked && mark.text !== undefined) {
          shown = mark.text;
          width = textWidth(shown);
          next = stop;
        } else if (code >= 0x20 && code < 0x7f && !(bytes[offset + 1]! >= 0x80)) {
          shown = String.fromCharCode(code);
        } else if (shape.loose && (code === 0x09 || code === 0x0a || code === 0x0d)) {
          width = code === 0x09 ? tabWidth - ((used - (isFirst ? indent : hanging)) % tabWidth) : 1;
          shown = ' '.repeat(width);
        } else {
          const character = clusterAt(bytes, offset, piece.to, anchor);
          next = offset + character.length;
          shown = printable(character.text);
          width = textWidth(shown);
        }
        if ((used + width > limit || offset >= anchor) && offset > rowAt) {
          flush(tone);
          yield row();
          spans = [];
          isFirst = false;
          rowAt = offset;
          used = hanging;
          anchor = anchorAfter(start, offset);
        }
        if (text === '' && spans.length === 0 && !isFirst) rowAt = offset;
        text += shown;
        used += width;
        offset = next;
      }
      flush(tone);
    }
  }
  // A beginning beyond all that is shown is no row.
  if (isFirst || spans.length > 0) yield row();
}

/** The next byte after `at` at which a row has to begin. */
function anchorAfter(start: number, at: number): number {
  return start + (Math.floor((Math.max(at, start) - start) / anchorBytes) + 1) * anchorBytes;
}

/** A byte before `at`, and not far from it, at which a row of the line begins. */
export function anchorBefore(bytes: Uint8Array, start: number, at: number): number {
  const anchor = start + Math.floor((at - 1 - start) / anchorBytes) * anchorBytes;
  if (anchor <= start) return start;
  // The character that the byte is in the middle of belongs to the row before.
  for (let back = 1; back <= 3; back++) {
    const { length } = characterAt(bytes, anchor - back, bytes.length);
    if (length > back) return Math.min(at - 1, anchor - back + length);
  }
  return anchor;
}

/** Longer runs of marks are taken apart. */
const longestCluster = 32;

/**
 * The character that begins at a byte with what is drawn together with it, such as marks and the parts of an emoji; not
 * beyond the byte `anchor`, where a row has to begin.
 */
function clusterAt(
  bytes: Uint8Array,
  at: number,
  to: number,
  anchor: number,
): { readonly text: string; readonly length: number } {
  const first = characterAt(bytes, at, to);
  let { text, length } = first;
  let last = first.text;
  for (let count = 1; count < longestCluster; count++) {
    const next = at + length;
    if (next >= to || next >= anchor || !(bytes[next]! >= 0x80)) break;
    const following = characterAt(bytes, next, to);
    if (last !== joiner && !continuesCharacter(following.text)) break;
    text += following.text;
    length += following.length;
    last = following.text;
  }
  return { text, length };
}

const joiner = '\u200d';

const invalid = '\ufffd';

/** The character that begins at a byte, in UTF-8, and how many bytes it has; U+FFFD for a byte that begins none. */
function characterAt(
  bytes: Uint8Array,
  at: number,
  to: number,
): { readonly text: string; readonly length: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { text: String.fromCharCode(first), length: 1 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > to) return { text: invalid, length: 1 };
  let code = first & (0xff >> (length + 1));
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index]!;
    if ((byte & 0xc0) !== 0x80) return { text: invalid, length: 1 };
    code = (code << 6) | (byte & 0x3f);
  }
  const least = length === 4 ? 0x10000 : length === 3 ? 0x800 : 0x80;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least || code > 0x10ffff || isSurrogate) return { text: invalid, length: 1 };
  return { text: String.fromCodePoint(code), length };
}
