/**
 * Characters that a terminal or a reader would obey, hide or reorder: C0, DEL, C1, line separators, bidi controls,
 * every default-ignorable character (zero-width, joiners, fillers, tags, variation selectors), interlinear marks,
 * hieroglyph joiners, lone surrogates. The body of a character class with the flags `gu`.
 */
const unsafeClass =
  '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufff9-\\ufffb\\u{13430}-\\u{1343f}\\p{Default_Ignorable_Code_Point}\\p{Surrogate}';

/** One U+FE0E or U+FE0F behind a character picks how that is drawn; more of them, or others, only hide something. */
const drawn = '(?<=[^\\ufe00-\\ufe0f\\n])[\\ufe0e\\ufe0f](?![\\ufe00-\\ufe0f])';

const unsafe = new RegExp(`(?!${drawn})[${unsafeClass}]`, 'gu');

/** The same for text whose reader undoes escapes, so that there is no exception. */
const unsafeInJson = new RegExp(`[${unsafeClass}]`, 'gu');

const plainAscii = /^[ -~]*$/;

/** Captured text made safe for a terminal, on one line: nothing is left out, what can't be shown becomes visible. */
export function printable(text: string): string {
  return plainAscii.test(text) ? text : text.replace(unsafe, visible);
}

/**
 * JSON text as it can be printed: what `printable` makes visible is written as `\\uXXXX`, in UTF-16 code units as JSON
 * has them, so that it is read as the same value.
 */
export function printableJson(json: string): string {
  if (plainAscii.test(json)) return json;
  return json.replace(unsafeInJson, (character) => {
    let escaped = '';
    for (let unit = 0; unit < character.length; unit++) {
      escaped += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}

const tabsAndLines = /[\t\n]/;

/** A select graphic rendition of those that our own paint makes: weight, inverse, the 16 colours, black behind them, and their ends. */
const ownColour = /^\u001b\[(?:0|1|2|7|22|27|3[0-79]|4[09]|9[0-7])m/;

/**
 * The last guard before a stream: text that is already laid out, of which lines, tabs and, with `colours`, those that
 * our paint makes are kept, and everything else that is unsafe is made visible.
 */
export function printableOutput(text: string, colours: boolean): string {
  return text.replace(unsafe, (character, at: number) => {
    if (tabsAndLines.test(character)) return character;
    const isColour = colours && character === '\u001b' && ownColour.test(text.slice(at, at + 6));
    return isColour ? character : visible(character);
  });
}

/** Like `printable`, but `\n` and `\r\n` keep lines apart and tabs become spaces; joined, they are the text again. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map(printableLine);
}

/** The same a line at a time, for text of which only the beginning may be shown; an end of line begins no other. */
export function* eachPrintableLine(text: string): Generator<string> {
  let from = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
    yield printableLine(text.slice(from, text[at - 1] === '\r' && at > from ? at - 1 : at));
    from = at + 1;
  }
  if (from < text.length || from === 0) yield printableLine(text.slice(from));
}

function printableLine(line: string): string {
  return printable(line.includes('\t') ? expandTabs(line) : line);
}

/** Bytes of a header or request target, which are latin1 text, as a reader wants them: UTF-8 if that is what they are. */
export function printableLatin1(text: string): string {
  if (plainAscii.test(text)) return text;
  if (/[^\u0000-\u00ff]/.test(text)) return printable(text);
  const bytes = Buffer.from(text, 'latin1');
  try {
    return printable(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return printable(text);
  }
}

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

const tabWidth = 4;

function expandTabs(line: string): string {
  let expanded = '';
  let from = 0;
  for (let at = line.indexOf('\t'); at !== -1; at = line.indexOf('\t', from)) {
    expanded += line.slice(from, at);
    expanded += ' '.repeat(tabWidth - (expanded.length % tabWidth));
    from = at + 1;
  }
  return expanded + line.slice(from);
}
