import { printable } from '../printable.ts';
import type { Span } from '../styled.ts';
import { continuesCharacter, textWidth } from '../width.ts';
import type { BlockRow, Piece } from './block.ts';
import type { Highlights } from './highlights.ts';

/** A line as pieces of bytes, and how far in it begins. */
export interface Shape {
  readonly indent: number;
  readonly pieces: readonly Piece[];
  /** Tabs and ends of lines are space: in text, and within tags. */
  readonly loose: boolean;
}

/** Rows begin anew after so many bytes of a line, so that those before a row are found without reading all of it. */
const anchorBytes = 16 * 1024;

const tabWidth = 4;

/** The longest of what stands for one character fits in half of this. */
const leastColumns = 20;

/** State of one line that is laid out in rows. */
interface Layout {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** The end of what is shown. */
  readonly end: number;
  readonly limit: number;
  /** Columns before the first row, and before the others. */
  readonly indent: number;
  readonly hanging: number;
  readonly loose: boolean;
  /** The finished parts of the row, and the text that comes next to them. */
  spans: Span[];
  text: string;
  /** The first byte of the row. */
  rowAt: number;
  isFirst: boolean;
  /** Columns that are taken. */
  used: number;
  /** The byte at which the next row has to begin at the latest. */
  anchor: number;
  /** The end of the last word of the row; undefined: the row has no space to break at. */
  wordBreak: WordBreak | undefined;
}

/** A place behind a space, where a row may end. */
interface WordBreak {
  /** The byte that the next word begins with; undefined: no more of the line has been laid out. */
  at: number | undefined;
  /** The number of finished parts before it, and of characters in the part that it is in. */
  readonly spans: number;
  readonly characters: number;
  /** Columns that are taken up to it. */
  readonly used: number;
}

/** Some bytes in one tone: a piece of a line, or a highlight in it. */
interface Run {
  readonly tone: Span[0];
  readonly from: number;
  readonly to: number;
  /** Text shown in place of the bytes. */
  readonly text: string | undefined;
  /** The text stands for the whole piece. */
  readonly isWhole: boolean;
}

/** The text that is drawn for the bytes up to `next`. */
interface Glyph {
  readonly text: string;
  readonly width: number;
  readonly next: number;
}

/** The rows of a line of which the first begins at the byte `at` or the next that is shown. */
export function* rowsOf(
  bytes: Uint8Array,
  start: number,
  shape: Shape,
  at: number,
  columns: number,
  highlights: Highlights,
): Generator<BlockRow> {
  const layout = createLayout(bytes, start, shape, at, columns);
  for (const piece of shape.pieces) {
    if (piece.to <= at) continue;
    for (let offset = Math.max(piece.from, at); offset < piece.to; ) {
      const run = runAt(bytes, piece, offset, highlights);
      offset = yield* rowsOfRun(layout, run, piece.to);
    }
  }
  // A beginning beyond all that is shown is no row.
  if (layout.isFirst || layout.spans.length > 0) yield finishedRow(layout);
}

function createLayout(bytes: Uint8Array, start: number, shape: Shape, at: number, columns: number): Layout {
  const limit = Math.max(leastColumns, columns);
  const indent = Math.min(shape.indent, limit >> 1);
  // Further rows are set in a little further than the first.
  const hanging = Math.min(indent + (shape.indent > 0 ? 2 : 0), limit >> 1);
  const isFirst = at <= start;
  return {
    bytes,
    start,
    end: shape.pieces.at(-1)?.to ?? start,
    limit,
    indent,
    hanging,
    loose: shape.loose,
    spans: [],
    text: '',
    rowAt: at,
    isFirst,
    used: isFirst ? indent : hanging,
    anchor: anchorAfter(start, at),
    wordBreak: undefined,
  };
}

/** The bytes of a piece from `offset` on that are shown alike. */
function runAt(bytes: Uint8Array, piece: Piece, offset: number, highlights: Highlights): Run {
  const next = highlights.next(bytes, offset, piece.to);
  const isHighlighted = next !== undefined && next.from <= offset;
  const text = isHighlighted ? next.text : undefined;
  return {
    tone: isHighlighted && text === undefined ? 'selected' : piece.tone,
    from: offset,
    to: Math.min(piece.to, isHighlighted ? next.to : (next?.from ?? piece.to)),
    text: piece.text ?? text,
    isWhole: piece.text !== undefined,
  };
}

/** Lays out a run and yields the rows that it fills; returns where to go on. */
function* rowsOfRun(layout: Layout, run: Run, pieceEnd: number): Generator<BlockRow, number> {
  let offset = run.from;
  while (offset < run.to) {
    const plainEnd = run.text === undefined ? addPlain(layout, offset, run.to) : offset;
    if (plainEnd > offset) {
      offset = plainEnd;
      continue;
    }
    const { text, width, next } = glyphAt(layout, run, offset, pieceEnd);
    const isOver = layout.used + width > layout.limit;
    if ((isOver || offset >= layout.anchor) && offset > layout.rowAt) {
      endSpan(layout, run.tone);
      const isSpace = isOver && text === ' ';
      const moved = isOver && !isSpace ? splitAtWord(layout) : undefined;
      yield finishedRow(layout);
      // The space at which a line is broken is not drawn.
      if (isSpace) offset = next;
      beginRow(layout, moved?.at ?? offset);
      if (moved) continueRow(layout, moved);
      continue;
    }
    startText(layout, offset);
    layout.text += text;
    layout.used += width;
    offset = next;
    if (text.endsWith(' ')) noteWordBreak(layout);
  }
  endSpan(layout, run.tone);
  return offset;
}

/** Adds the printable ASCII from `from` on that fits into the row, no further than to `to`; returns its end. */
function addPlain(layout: Layout, from: number, to: number): number {
  const { bytes, limit, used, anchor } = layout;
  const most = Math.min(to, anchor, from + limit - used);
  let at = from;
  let text = '';
  let space = -1;
  for (; at < most && isPlain(bytes, at); at++) {
    if (bytes[at] === 0x20) space = at;
    text += String.fromCharCode(bytes[at]!);
  }
  if (at === from) return from;
  startText(layout, from);
  layout.text += text;
  layout.used += at - from;
  if (space >= 0) noteWordBreak(layout, at - space - 1, at);
  return at;
}

/** Notes that the row may end before its last `more` columns, which are ASCII up to the byte `to`. */
function noteWordBreak(layout: Layout, more = 0, to = 0): void {
  const { spans, text, used } = layout;
  const at = more === 0 ? undefined : to - more;
  layout.wordBreak = { at, spans: spans.length, characters: text.length - more, used: used - more };
}

/** What is moved to the next row so that a word is not broken. */
interface MovedWord {
  readonly at: number;
  readonly spans: readonly Span[];
  readonly columns: number;
}

/** Takes the begun word off a row that is full; undefined: the word is longer than a row, or the only one. */
function splitAtWord(layout: Layout): MovedWord | undefined {
  const { wordBreak, spans, used, hanging, limit } = layout;
  if (wordBreak?.at === undefined) return undefined;
  const columns = used - wordBreak.used;
  if (hanging + columns > limit || isLongWord(layout, wordBreak.at)) return undefined;
  const [tone, text] = spans[wordBreak.spans] ?? ['plain', ''];
  layout.spans = [...spans.slice(0, wordBreak.spans), [tone, text.slice(0, wordBreak.characters)]];
  const rest: Span = [tone, text.slice(wordBreak.characters)];
  const moved = [rest, ...spans.slice(wordBreak.spans + 1)].filter(([, each]) => each !== '');
  return { at: wordBreak.at, spans: moved, columns };
}

/** True if the word that begins at a byte has more bytes than a row has columns. */
function isLongWord({ bytes, end, limit, hanging }: Layout, from: number): boolean {
  const most = from + limit - hanging;
  let at = from;
  while (at < end && at <= most && bytes[at]! > 0x20) at++;
  return at > most;
}

function continueRow(layout: Layout, { spans, columns }: MovedWord): void {
  layout.spans = [...spans];
  layout.used += columns;
}

/** True for printable ASCII that nothing is drawn together with. */
function isPlain(bytes: Uint8Array, at: number): boolean {
  const code = bytes[at]!;
  return code >= 0x20 && code < 0x7f && !(bytes[at + 1]! >= 0x80);
}

function startText(layout: Layout, offset: number): void {
  if (layout.text === '' && layout.spans.length === 0 && !layout.isFirst) layout.rowAt = offset;
  if (layout.wordBreak) layout.wordBreak.at ??= offset;
}

function glyphAt(layout: Layout, run: Run, offset: number, pieceEnd: number): Glyph {
  const { bytes } = layout;
  if (run.text !== undefined) {
    return { text: run.text, width: textWidth(run.text), next: run.isWhole ? pieceEnd : run.to };
  }
  const code = bytes[offset]!;
  if (isPlain(bytes, offset)) return { text: String.fromCharCode(code), width: 1, next: offset + 1 };
  if (layout.loose && (code === 0x09 || code === 0x0a || code === 0x0d)) {
    const before = layout.used - (layout.isFirst ? layout.indent : layout.hanging);
    const width = code === 0x09 ? tabWidth - (before % tabWidth) : 1;
    return { text: ' '.repeat(width), width, next: offset + 1 };
  }
  const character = clusterAt(bytes, offset, pieceEnd, layout.anchor);
  const text = printable(character.text);
  return { text, width: textWidth(text), next: offset + character.length };
}

function endSpan(layout: Layout, tone: Span[0]): void {
  if (layout.text !== '') layout.spans.push([tone, layout.text]);
  layout.text = '';
}

function finishedRow({ spans, isFirst, indent, hanging, rowAt }: Layout): BlockRow {
  const space = ' '.repeat(isFirst ? indent : hanging);
  return { at: rowAt, text: space === '' || spans.length === 0 ? spans : [['plain', space], ...spans] };
}

function beginRow(layout: Layout, offset: number): void {
  layout.spans = [];
  layout.isFirst = false;
  layout.rowAt = offset;
  layout.used = layout.hanging;
  layout.wordBreak = undefined;
  layout.anchor = anchorAfter(layout.start, offset);
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
