import type { Paint, Tone } from './paint.ts';
import { cut, textWidth, wrap } from './width.ts';

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

/** The line in lines of at most `columns`; one that fits comes back as it is. */
export function* wrapLine(line: StyledLine, columns: number): Generator<StyledLine> {
  const limit = Math.max(2, columns);
  let current: Span[] = [];
  let used = 0;
  for (const [tone, text] of line) {
    let rest = text;
    // The first piece fills what is left of the line that other spans have begun.
    if (used > 0 && used + textWidth(rest) > limit) {
      const room = limit - used;
      const [first = ''] = room >= 2 ? wrap(rest, room) : [];
      if (first !== '') current.push([tone, first]);
      yield current;
      current = [];
      used = 0;
      rest = rest.slice(first.length);
    }
    for (const piece of wrap(rest, limit)) {
      if (used > 0 && used + textWidth(piece) > limit) {
        yield current;
        current = [];
        used = 0;
      }
      current.push([tone, piece]);
      used += textWidth(piece);
    }
  }
  yield current;
}
