import type { Paint, Tone } from './paint.ts';
import { beginningOf, cut, textWidth } from './width.ts';

/** A piece of a line and its meaning. */
export type Span = readonly [tone: Tone, text: string];

/** A printable line in pieces: it can be cut and wrapped before anybody colours it. */
export type StyledLine = readonly Span[];

/** The line as a terminal takes it. */
export function paintLine(line: StyledLine, paint: Paint): string {
  return line.map(([tone, text]) => paint(tone, text)).join('');
}

/** The line without its tones. */
export function plainText(line: StyledLine): string {
  return line.map(([, text]) => text).join('');
}

/** The number of columns that the line takes. */
export function lineWidth(line: StyledLine): number {
  return line.reduce((sum, [, text]) => sum + textWidth(text), 0);
}

/** The line cut to at most `columns`, with `…` as the last of them where something is left out. */
export function cutLine(line: StyledLine, columns: number): StyledLine {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let room = columns;
  for (const [tone, text] of line) {
    const width = textWidth(text);
    // One column stays for the mark that there is more.
    if (width < room) kept.push([tone, text]);
    else return [...kept, [tone, cut(text.length > 1 && width === room ? `${text} ` : text, room)]];
    room -= width;
  }
  return kept;
}

/** A line that is being broken into lines. */
interface Wrapping {
  readonly limit: number;
  row: Span[];
  used: number;
  /** The spaces that come before the next word. */
  gap: Span[];
  gapWidth: number;
}

/**
 * The line in lines of at most `columns`, broken between words, without the spaces at a break; a word that is longer
 * than a line is broken itself. A line that fits comes back as it is.
 */
export function* wrapLine(line: StyledLine, columns: number): Generator<StyledLine> {
  if (lineWidth(line) <= columns) {
    yield line;
    return;
  }
  const wrapping: Wrapping = { limit: Math.max(2, columns), row: [], used: 0, gap: [], gapWidth: 0 };
  let word: Span[] = [];
  for (const [tone, text] of line) {
    for (const [part] of text.matchAll(/ +|[^ ]+/g)) {
      if (!part.startsWith(' ')) word.push([tone, part]);
      else {
        if (word.length > 0) yield* addWord(wrapping, word);
        word = [];
        wrapping.gap.push([tone, part]);
        wrapping.gapWidth += part.length;
      }
    }
  }
  if (word.length > 0) yield* addWord(wrapping, word);
  yield wrapping.row;
}

/** Like `wrapLine`, with further lines set in by two, so that they do not look like lines of their own. */
export function* wrapHanging(line: StyledLine, columns: number): Generator<StyledLine> {
  const isLong = lineWidth(line) > columns;
  let isFirst = true;
  for (const row of wrapLine(line, isLong ? columns - 2 : columns)) {
    yield isFirst ? row : [['plain', '  '], ...row];
    isFirst = false;
  }
}

/** Adds a word, with the spaces before it unless it begins a line; yields the lines that are full. */
function* addWord(wrapping: Wrapping, word: readonly Span[]): Generator<StyledLine> {
  const { limit, used, gap, gapWidth } = wrapping;
  const width = lineWidth(word);
  const isLong = width > limit;
  if (used + gapWidth + width <= limit || (isLong && used + gapWidth < limit - 1)) {
    for (const span of gap) append(wrapping.row, span);
    wrapping.used += gapWidth;
  } else if (used > 0) yield finishedLine(wrapping);
  wrapping.gap = [];
  wrapping.gapWidth = 0;
  for (const [tone, text] of word) {
    if (!isLong) {
      append(wrapping.row, [tone, text]);
      wrapping.used += textWidth(text);
    } else yield* addPieces(wrapping, [tone, text]);
  }
}

/** Adds a part of a word that is longer than a line. */
function* addPieces(wrapping: Wrapping, [tone, text]: Span): Generator<StyledLine> {
  for (let rest = text; rest !== ''; ) {
    const room = wrapping.limit - wrapping.used;
    const piece = room < 2 ? '' : beginningOf(rest, room);
    if (piece !== '') append(wrapping.row, [tone, piece]);
    wrapping.used += textWidth(piece);
    rest = rest.slice(piece.length);
    if (rest !== '') yield finishedLine(wrapping);
  }
}

/** Adds a span; one in the tone of the last becomes a part of that. */
function append(row: Span[], [tone, text]: Span): void {
  const last = row.at(-1);
  if (last?.[0] === tone) row[row.length - 1] = [tone, last[1] + text];
  else row.push([tone, text]);
}

function finishedLine(wrapping: Wrapping): StyledLine {
  const { row } = wrapping;
  wrapping.row = [];
  wrapping.used = 0;
  return row;
}
