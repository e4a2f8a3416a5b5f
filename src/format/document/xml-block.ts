import { countText } from '../size.ts';
import { cutLine } from '../styled.ts';
import type { Block, Piece } from './block.ts';
import type { Shape } from './rows.ts';
import { endOf, foldMarked, lineOf, shapedRows } from './shaped-rows.ts';
import { bomBytes, withoutLineEnd } from './text-block.ts';
import { createXmlIndex } from './xml-index.ts';

const maxIndentLevels = 32;

/** The number of bytes of a line that are looked at for tags. */
const looked = 64 * 1024;

/** XML indented by two, an element with only a line of text on one line. */
export function createXmlBlock(bytes: Uint8Array, indent = 0): Block {
  const index = createXmlIndex(bytes, bomBytes(bytes));
  const { lines } = index;

  function shape(line: number, end: number): Shape {
    const from = lines.start(line);
    if (from >= (index.brokenAt ?? end)) {
      return {
        indent,
        pieces: [{ tone: 'plain', from, to: withoutLineEnd(bytes, from, end) }],
        loose: true,
      };
    }
    const to = Math.min(end, index.brokenAt ?? end);
    const levels = Math.min(lines.depth(line), maxIndentLevels);
    return { indent: indent + 2 * levels, pieces: xmlPieces(bytes, from, to), loose: true };
  }

  const piecesOf = (line: number) => shape(line, endOf(lines, line, index.scanned)).pieces;

  return {
    ...shapedRows(bytes, lines, () => index.scanned, shape),
    get scanned() {
      return index.scanned;
    },
    get note() {
      if (index.brokenAt === undefined) return undefined;
      return `not XML from line ${countText(lines.lineAt(index.brokenAt) + 1)} on: the rest is shown as is`;
    },
    advance: index.advance,
    folded(line, columns, highlights) {
      const closer = lines.partner(line)!;
      const count = closer - line - 1;
      const own = piecesOf(line);
      const { from, to } = own.at(-1)!;
      const said: Piece = {
        tone: 'dim',
        from,
        to,
        text: ` ${countText(count)} line${count === 1 ? '' : 's'} `,
      };
      const text = [...own, said, ...piecesOf(closer)].flatMap((piece) => lineOf(bytes, [piece], highlights));
      const { indent: space } = shape(line, endOf(lines, line, index.scanned));
      return cutLine(foldMarked(text, space, columns), columns);
    },
  };
}

/** Tags in the tone of keys, the values of their attributes in that of strings, without the space around the line. */
function xmlPieces(bytes: Uint8Array, start: number, limit: number): Piece[] {
  let at = start;
  let end = limit;
  while (at < end && bytes[at]! <= 0x20) at++;
  while (end > at && bytes[end - 1]! <= 0x20) end--;
  const pieces: Piece[] = [];
  let from = at;
  let tone: Piece['tone'] = 'plain';
  const cutAt = (offset: number, next: Piece['tone']) => {
    if (offset > from) pieces.push({ tone, from, to: offset });
    from = offset;
    tone = next;
  };
  const lookTo = Math.min(end, at + looked);
  let quote = 0;
  for (; at < lookTo; at++) {
    const code = bytes[at]!;
    if (quote !== 0) {
      if (code !== quote) continue;
      quote = 0;
      cutAt(at + 1, 'key');
    } else if (tone === 'plain') {
      if (code === 0x3c) cutAt(at, 'key');
    } else if (code === 0x22 || code === 0x27) {
      quote = code;
      cutAt(at, 'string');
    } else if (code === 0x3e) cutAt(at + 1, 'plain');
  }
  cutAt(end, 'plain');
  return pieces;
}
