import { UserError } from './errors.ts';

/**
 * Splits a command into words as a POSIX shell does (blanks, quotes, backslashes), without expanding anything: `$`, `*`,
 * `~` and `;` stand for themselves. Throws a UserError for an open quote or a lone backslash at the end.
 */
export function commandWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) throw openQuote(text, character);
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const quoted = doubleQuoted(text, at + 1);
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      at++;
      if (at === text.length)
        throw new UserError('usage', `${text} ends with a lone backslash.`, 'Remove it.');
      // A backslash before a line break joins the lines.
      if (text[at] !== '\n') word = (word ?? '') + text[at];
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** The text from `start` to the closing quote, and where that is. A backslash counts before `$`, `` ` ``, `"`, `\` alone. */
function doubleQuoted(text: string, start: number): { readonly text: string; readonly end: number } {
  let quoted = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return { text: quoted, end: at };
    const next = text[at + 1];
    if (character === '\\' && next !== undefined && '$`"\\\n'.includes(next)) {
      if (next !== '\n') quoted += next;
      at++;
    } else {
      quoted += character;
    }
  }
  throw openQuote(text, '"');
}

function openQuote(text: string, quote: string): UserError {
  return new UserError('usage', `A quote (${quote}) is not closed in: ${text}`, 'Close it.');
}
