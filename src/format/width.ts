/** Code points that a terminal draws two columns wide (East Asian Wide and Fullwidth, emoji), as ranges. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f200, 0x1f265],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7f0],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

const plainAscii = /^[ -~]*$/;
const combining = /^\p{Mark}$/u;

/** How many columns a terminal draws `text` in, which is printable and without colour. */
export function textWidth(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** `text` cut to at most `columns`, with `…` as the last of them where something is left out. */
export function cut(text: string, columns: number, ellipsis = '…'): string {
  if (text.length <= columns && plainAscii.test(text)) return text;
  if (textWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  return sliceColumns(text, columns - 1) + ellipsis;
}

/** `text` filled with spaces to `columns`, or cut to them. */
export function padded(
  text: string,
  columns: number,
  align: 'left' | 'right' = 'left',
  ellipsis = '…',
): string {
  const kept = cut(text, columns, ellipsis);
  const space = ' '.repeat(Math.max(0, columns - textWidth(kept)));
  return align === 'left' ? kept + space : space + kept;
}

/** `text` in pieces of at most `columns` each; at least one piece. */
export function* wrap(text: string, columns: number): Generator<string> {
  const limit = Math.max(2, columns);
  if (plainAscii.test(text)) {
    for (let from = 0; from === 0 || from < text.length; from += limit) yield text.slice(from, from + limit);
    return;
  }
  let start = 0;
  let at = 0;
  let width = 0;
  for (const character of text) {
    const next = characterWidth(character);
    if (width + next > limit) {
      yield text.slice(start, at);
      start = at;
      width = 0;
    }
    width += next;
    at += character.length;
  }
  yield text.slice(start);
}

/** A sentence in lines of at most `columns`, broken between words; a longer word is broken itself. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => [...wrap(each, columns)])) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** The beginning of `text` that fits into `columns`. */
function sliceColumns(text: string, columns: number): string {
  let width = 0;
  let at = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    at += character.length;
  }
  return text.slice(0, at);
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (code < 0x1100) return combining.test(character) ? 0 : 1;
  if (isWide(code)) return 2;
  return combining.test(character) ? 0 : 1;
}

function isWide(code: number): boolean {
  let low = 0;
  let high = wide.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = wide[middle]!;
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return true;
  }
  return false;
}
