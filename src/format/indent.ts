/** Deeper levels are not indented further: a hundred thousand of them would make gigabytes of spaces. */
const maxIndentLevels = 32;

const space = /[ \t\r\n]*/y;
const scalar = /[^ \t\r\n{}[\],:"]+/y;
const knownScalar = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

/**
 * JSON text indented by two, token by token: strings and numbers stay exactly as they were written (`1.0`,
 * integers beyond 2^53, repeated keys). Takes linear time and no stack, yields a line at a time, never throws.
 * From the first token that is not JSON on, the text follows as it came. Several values in a row are all shown.
 */
export function* indentJson(text: string): Generator<string> {
  const open: string[] = [];
  let expected = 'value' as Expected;
  let line = '';
  let at = skipSpace(text, 0);

  const indent = () => '  '.repeat(Math.min(open.length, maxIndentLevels));
  const afterValue = () => {
    expected = open.length === 0 ? 'value' : 'comma or end';
  };

  while (at < text.length) {
    const character = text[at]!;
    let next = at + 1;
    if (character === '{' || character === '[') {
      if (!isValueExpected(expected)) break;
      const close = skipSpace(text, next);
      const closer = character === '{' ? '}' : ']';
      if (text[close] === closer) {
        line += character + closer;
        next = close + 1;
        afterValue();
      } else {
        yield line + character;
        open.push(closer);
        line = indent();
        expected = character === '{' ? 'key or end' : 'value or end';
      }
    } else if (character === '}' || character === ']') {
      if (expected !== 'comma or end' || open.at(-1) !== character) break;
      yield line;
      open.pop();
      line = indent() + character;
      afterValue();
    } else if (character === ',') {
      if (expected !== 'comma or end') break;
      yield `${line},`;
      line = indent();
      expected = open.at(-1) === '}' ? 'key' : 'value';
    } else if (character === ':') {
      if (expected !== 'colon') break;
      line += ': ';
      expected = 'value';
    } else if (character === '"') {
      const isKey = expected === 'key' || expected === 'key or end';
      if (!isKey && !isValueExpected(expected)) break;
      next = endOfString(text, at);
      line += text.slice(at, next);
      if (isKey) expected = 'colon';
      else afterValue();
    } else {
      if (!isValueExpected(expected)) break;
      scalar.lastIndex = at;
      const word = scalar.exec(text)?.[0] ?? '';
      // The last word of a text that was cut may be half of one.
      if (!knownScalar.test(word) && at + word.length < text.length) break;
      line += word;
      next = at + Math.max(1, word.length);
      afterValue();
    }
    at = skipSpace(text, next);
    if (open.length === 0 && expected === 'value' && line !== '') {
      yield line;
      line = '';
    }
  }
  if (at < text.length) {
    yield* (line + text.slice(at)).split(/\r?\n/);
  } else if (line.trim() !== '') {
    yield line;
  }
}

function isValueExpected(expected: Expected): boolean {
  return expected === 'value' || expected === 'value or end';
}

function skipSpace(text: string, from: number): number {
  space.lastIndex = from;
  space.test(text);
  return space.lastIndex;
}

/** The index after the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    let slashes = quote;
    while (text.charCodeAt(slashes - 1) === 0x5c) slashes--;
    // slashes never passes the opening quote, which is no backslash.
    if ((quote - slashes) % 2 === 0) return quote + 1;
    at = quote;
  }
}
