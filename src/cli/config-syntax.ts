/** A syntax error in words, without a full stop. `code`: jsonc-parser's name of it. */
export function syntaxErrorText(code: string): string {
  return texts[code] ?? 'invalid JSON';
}

const texts: Readonly<Record<string, string>> = {
  InvalidSymbol: 'unexpected word; names and text must be in double quotes',
  InvalidNumberFormat: 'invalid number',
  PropertyNameExpected: 'expected a setting name in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon after the setting name',
  CommaExpected: 'expected a comma',
  CloseBraceExpected: 'expected a closing brace }',
  CloseBracketExpected: 'expected a closing bracket ]',
  EndOfFileExpected: 'expected nothing after the closing brace',
  InvalidCommentToken: 'comments are not allowed here',
  UnexpectedEndOfComment: 'the comment is not closed; expected */',
  UnexpectedEndOfString: 'the text is not closed; expected a double quote',
  UnexpectedEndOfNumber: 'the number is incomplete',
  InvalidUnicode: 'invalid \\u escape; expected four hexadecimal digits',
  InvalidEscapeCharacter: 'invalid escape; write a backslash as \\\\',
  InvalidCharacter: 'invalid character; write line breaks as \\n and tabs as \\t',
};
