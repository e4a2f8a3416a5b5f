import { expect, test } from 'vitest';
import { cut, padded, textWidth, wrap } from './width.ts';

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

test('text is wrapped into pieces that fit', () => {
  expect([...wrap('', 10)]).toEqual(['']);
  expect([...wrap('abcdefg', 3)]).toEqual(['abc', 'def', 'g']);
  expect([...wrap('a日本語', 4)]).toEqual(['a日', '本語']);
});
