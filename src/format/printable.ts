/**
 * What a terminal would obey, hide or reorder: C0, DEL, C1, line separators, bidi controls, zero-width and other
 * ignorable characters (variation selectors excepted), interlinear marks, lone surrogates.
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}|\p{Surrogate}/gu;

const plainAscii = /^[ -~]*$/;

/** Captured text made safe for a terminal, on one line: nothing is left out, what can't be shown becomes visible. */
export function printable(text: string): string {
  return plainAscii.test(text) ? text : text.replace(unsafe, visible);
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
