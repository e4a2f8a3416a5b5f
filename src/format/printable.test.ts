import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eachPrintableLine, printable, printableLatin1, printableLines } from './printable.ts';

/** What a terminal obeys, hides or reorders. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

const hostile = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0xd800, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u001b', '\u009b', '\u202e', '\u{e0041}', '\n', '\r', '\t', 'a'),
  ),
  maxLength: 200,
});

describe('printable', () => {
  test('leaves nothing that a terminal obeys, hides or reorders', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printable(text)).not.toMatch(unsafe);
        expect(printable(text)).not.toMatch(/\p{Surrogate}/u);
        for (const line of printableLines(text)) expect(line).not.toMatch(unsafe);
        expect(printableLatin1(text)).not.toMatch(unsafe);
      }),
      { numRuns: 500 },
    );
  });

  test('makes what it can not show visible instead of leaving it out', () => {
    expect(printable('a\u001b]52;c;aGk=\u0007b')).toBe('a␛]52;c;aGk=␇b');
    expect(printable('\r\n\t\u007f')).toBe('␍␊␉␡');
    expect(printable('\u009b31m')).toBe('\\x9b31m');
    expect(printable('\u202egpj.exe')).toBe('\\u202egpj.exe');
    expect(printable('\u{e0041}')).toBe('\\u{e0041}');
    expect(printable('\ud83d')).toBe('\\ud83d');
  });

  test('leaves letters of every script and emoji alone', () => {
    const text = 'naïve 日本語 Ελληνικά עברית 🎉 ❤️ a\u0301';
    expect(printable(text)).toBe(text);
  });

  test('keeps lines apart and expands tabs to columns of four', () => {
    expect(printableLines('a\tb\r\n\tc\n\nd\n')).toEqual(['a   b', '    c', '', 'd', '']);
    expect([...eachPrintableLine('a\tb\r\n\tc\n\nd\n')]).toEqual(['a   b', '    c', '', 'd']);
    expect([...eachPrintableLine('')]).toEqual(['']);
    expect(printableLines('progress\rdone')).toEqual(['progress␍done']);
  });

  test('reads header bytes as UTF-8 where they are that, else as latin1', () => {
    expect(printableLatin1(Buffer.from('café').toString('latin1'))).toBe('café');
    expect(printableLatin1('caf\xe9')).toBe('café');
    expect(printableLatin1('\xc2\x9b')).toBe('\\x9b');
    expect(printableLatin1('••••')).toBe('••••');
  });
});
