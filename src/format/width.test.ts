import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cut, cutWords, padded, textWidth, wrap } from './width.ts';

test('wide characters take two columns, marks none', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('日本')).toBe(4);
  expect(textWidth('🎉!')).toBe(3);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('→ ●')).toBe(3);
});

test('text is cut to columns, never through a wide character', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('日本語', 5)).toBe('日本…');
  expect(cut('日本語', 4)).toBe('日…');
  expect(cut('abc', 0)).toBe('');
  expect(padded('ab', 4)).toBe('ab  ');
  expect(padded('ab', 4, 'right')).toBe('  ab');
  expect(padded('日本語', 4)).toBe('日… ');
});

test('a sentence is cut behind a word', () => {
  expect(cutWords('one two three', 13)).toBe('one two three');
  expect(cutWords('one two three', 12)).toBe('one two…');
  expect(cutWords('one two three', 8)).toBe('one two…');
  expect(cutWords('endlessword two', 6)).toBe('endle…');
});

test('text is wrapped into pieces that fit', () => {
  expect([...wrap('', 10)]).toEqual(['']);
  expect([...wrap('abcdefg', 3)]).toEqual(['abc', 'def', 'g']);
  expect([...wrap('a日本語', 4)]).toEqual(['a日', '本語']);
});

test.each([
  ['❤️', 2],
  ['☰', 2],
  ['👍🏽', 2],
  ['🛠', 1],
  ['🛠️', 2],
  ['👨‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['1️⃣', 2],
  ['⌚', 2],
  ['☺', 1],
  ['한', 2],
  ['가', 2],
  ['ｶﾞ', 2],
  ['ก็', 1],
  ['z̷̢̛', 1],
  ['नि', 2],
  ['\u00ad', 0],
])('%s takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
  expect(textWidth(`a${text}b`)).toBe(width + 2);
});

test('every code point is as wide as the library that Ink lays out with says', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code < 0x110000; code++) {
    const character = String.fromCodePoint(code);
    if (!/^\p{Assigned}$/u.test(character) || /^[\p{Control}\p{Surrogate}\p{Private_Use}]$/u.test(character))
      continue;
    if (stringWidth(character) !== textWidth(character)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

test('neither a cut nor a wrap goes through an emoji or between a letter and its marks', () => {
  expect(cut('👍🏽👍🏽👍🏽', 5)).toBe('👍🏽👍🏽…');
  expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  expect([...wrap('👨‍👩‍👧🇩🇪e\u0301x', 4)]).toEqual(['👨‍👩‍👧🇩🇪', 'e\u0301x']);
  expect(padded('❤️', 4)).toBe('❤️  ');
});
