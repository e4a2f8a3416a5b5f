import { eastAsianWidth } from 'get-east-asian-width';

const plainAscii = /^[ -~]*$/;
/** Text in which a character may be more than one code point: marks, emoji sequences, flags, Hangul in letters. */
const hasClusters =
  /[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}\p{Regional_Indicator}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;
/** Draws nothing of its own: marks above and below, joiners, selectors. */
const invisible =
  /^[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Default_Ignorable_Code_Point}\p{Format}\p{Surrogate}]$/u;
const emoji = /^\p{RGI_Emoji}$/v;
const keycap = /^[\d#*]\ufe0f?\u20e3$/;
const pictographic = /\p{Extended_Pictographic}/gu;
/** Hangul vowels and final consonants, drawn into the syllable that they follow. */
const hangulTail = /^[\u1160-\u11ff\ud7b0-\ud7fb]$/;

/** The number of columns in which a terminal draws `text`, which is printable and without colour. */
export function textWidth(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(text)) width += characterWidth(character);
  return width;
}

/** `text` cut to at most `columns`, with `…` as the last of them where something is left out. */
export function cut(text: string, columns: number, ellipsis = '…'): string {
  if (text.length <= columns && plainAscii.test(text)) return text;
  if (textWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  return sliceColumns(text, columns - 1) + ellipsis;
}

/** A sentence cut to at most `columns` behind a word, with `…` after it; a first word that is too long is cut itself. */
export function cutWords(text: string, columns: number): string {
  const shorter = cut(text, columns);
  if (shorter === text) return text;
  const kept = shorter.slice(0, -1);
  const isBetweenWords = text[kept.length] === ' ';
  const end = isBetweenWords ? kept.length : kept.lastIndexOf(' ');
  return end <= 0 ? shorter : `${kept.slice(0, end).trimEnd()}…`;
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
  for (const character of charactersOf(text)) {
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

/** Characters after which a word that is too long for a line is best broken. */
const separators = /[-/?&,;=.:_][^-/?&,;=.:_]*$/;

/**
 * The beginning of a word that fits into `columns`: all of it, or as much as fits, up to a separator if there is one in
 * the second half.
 */
export function beginningOf(word: string, columns: number): string {
  const limit = Math.max(2, columns);
  // No more is looked at than can fit: a word may be a megabyte long.
  const [piece = ''] = wrap(word.slice(0, limit * 8), limit);
  if (piece.length === word.length) return piece;
  const at = separators.exec(piece)?.index ?? -1;
  return at >= piece.length >> 1 ? piece.slice(0, at + 1) : piece;
}

/** A word in pieces of at most `columns`; at least one piece. */
function* piecesOf(word: string, columns: number): Generator<string> {
  let rest = word;
  do {
    const piece = beginningOf(rest, columns);
    yield piece;
    rest = rest.slice(piece.length);
  } while (rest !== '');
}

/** A sentence in lines of at most `columns`, broken between words; a longer word is broken itself. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => [...piecesOf(each, columns)])) {
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
  for (const character of charactersOf(text)) {
    width += characterWidth(character);
    if (width > columns) break;
    at += character.length;
  }
  return text.slice(0, at);
}

let segmenter: Intl.Segmenter | undefined;

/** The parts of a text that are drawn as one: code points, or clusters of them where the text has such. */
function charactersOf(text: string): Iterable<string> {
  return hasClusters.test(text) ? clustersOf(text) : text;
}

function* clustersOf(text: string): Generator<string> {
  // To make one takes 20 ms, which a first frame without such text is spared.
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** The columns of a code point or a cluster (Unicode UAX 11 and 29, UTS 51). */
function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  const isOne = character.length === (code > 0xffff ? 2 : 1);
  if (isOne) return invisible.test(character) ? 0 : eastAsianWidth(code);
  if (isEmojiSequence(character)) return 2;
  let width = 0;
  for (const each of character) {
    if (invisible.test(each) || (width > 0 && hangulTail.test(each))) continue;
    width += eastAsianWidth(each.codePointAt(0)!);
  }
  return width;
}

/** Longer clusters are no emoji, but marks without end. */
const longestEmoji = 50;

function isEmojiSequence(cluster: string): boolean {
  if (cluster.length > longestEmoji) return false;
  if (emoji.test(cluster) || keycap.test(cluster)) return true;
  return cluster.includes('\u200d') && (cluster.match(pictographic)?.length ?? 0) >= 2;
}

/** True if a character goes on with this one: it is drawn together with what stands before it. */
export function continuesCharacter(character: string): boolean {
  return hasClusters.test(character);
}
