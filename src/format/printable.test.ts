import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  eachPrintableLine,
  printable,
  printableJson,
  printableLatin1,
  printableLines,
  printableOutput,
} from './printable.ts';

/** What a terminal obeys, hides or reorders. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{13430}-\u{1343f}\u{e0000}-\u{e0fff}]|[\ufe00-\ufe0d]/u;

const hostile = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0xd800, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u001b', '\u009b', '\u202e', '\u{e0041}', '\ufe01', '\u{13430}', '\n', '\r', '\t', 'a'),
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

  test('makes invisible characters visible', () => {
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

  test('reads header bytes as UTF-8 if valid, else as latin1', () => {
    expect(printableLatin1(Buffer.from('café').toString('latin1'))).toBe('café');
    expect(printableLatin1('caf\xe9')).toBe('café');
    expect(printableLatin1('\xc2\x9b')).toBe('\\x9b');
    expect(printableLatin1('••••')).toBe('••••');
  });

  test('keeps one variation selector that picks how a character is drawn, and no hidden text in many', () => {
    expect(printable('❤️ 1️⃣ ☎︎')).toBe('❤️ 1️⃣ ☎︎');
    expect(printable('a\ufe01')).toBe('a\\ufe01');
    expect(printable('\ufe0fa')).toBe('\\ufe0fa');
    expect(printable('a\ufe0f\ufe0e\ufe0f')).toBe('a\\ufe0f\\ufe0e\\ufe0f');
    expect(printable('a\u{e0100}\u{e01ef}')).toBe('a\\u{e0100}\\u{e01ef}');
  });
});

describe('printableJson', () => {
  test('escapes what a terminal or a reader obeys or hides, and stays the same value', () => {
    const hidden =
      '\u007f\u009b\u00ad\u034f\u061c\u115f\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u2028\u202e\u2060\u2064\u206f' +
      '\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\u{13430}\u{1d173}\u{e0001}\u{e0041}\u{e007f}\u{e0100}';
    for (const character of hidden) {
      const json = printableJson(JSON.stringify({ [character]: character }));
      expect(json).toMatch(/^[ -~]*$/);
      expect(JSON.parse(json)).toEqual({ [character]: character });
    }
  });

  test('parses to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), hostile, (value, text) => {
        const json = printableJson(JSON.stringify([value, text]));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text])));
        expect(json).not.toMatch(unsafe);
      }),
    );
  });

  test('leaves letters of every script alone', () => {
    const json = JSON.stringify('naïve 日本語 Ελληνικά עברית 🎉');
    expect(printableJson(json)).toBe(json);
  });
});

describe('printableOutput', () => {
  test('keeps lines and tabs, and our own colours if wanted', () => {
    const text = 'a\tb\n\u001b[31mred\u001b[39m \u001b[1mstrong\u001b[22m';
    expect(printableOutput(text, true)).toBe(text);
    expect(printableOutput(text, false)).toBe('a\tb\n␛[31mred␛[39m ␛[1mstrong␛[22m');
  });

  test.each([
    '\u001b[8m',
    '\u001b[5m',
    '\u001b[31;8m',
    '\u001b[38;5;0m',
    '\u001b[2J',
    '\u001b[2K',
    '\u001b[H',
    '\u001b]52;c;aGk=\u0007',
    '\u001b]8;;http://a\u001b\\',
    '\u001bP1$r\u001b\\',
    '\u001bc',
    '\u009b31m',
    '\r',
    '\b',
    '\u007f',
    '\u0000',
    '\u202e',
    '\u200b',
  ])('lets no other control sequence through: %j', (sequence) => {
    expect(printableOutput(sequence, true)).not.toMatch(unsafe);
  });
});
