import { expect, test } from 'vitest';
import { edited, type Field, fieldOf, inserted } from './field.ts';

const keys = (field: Field, ...names: string[]) =>
  names.reduce((each, name) => edited(each, name) ?? inserted(each, name), field);

const shown = ({ text, cursor }: Field) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test('text is written where the cursor is', () => {
  expect(shown(keys(fieldOf('path'), ':', 'x', 'home', '-'))).toBe('-|path:x');
  expect(shown(keys(fieldOf('abc'), 'left', 'left', 'X', 'end', 'Y'))).toBe('aXbcY|');
});

test('a paste is one insert, on one line, without what a terminal would obey', () => {
  expect(shown(inserted(fieldOf('a'), 'b\r\nc\u001b[2J\u009bd\te'))).toBe('ab c[2Jd e|');
  expect(inserted(fieldOf(''), 'x'.repeat(10_000)).text).toHaveLength(4096);
});

test('keys take away what they say', () => {
  expect(shown(keys(fieldOf('one two'), 'ctrl-w'))).toBe('one |');
  expect(shown(keys(fieldOf('one two  '), 'ctrl-w', 'ctrl-w'))).toBe('|');
  expect(shown(keys(fieldOf('one two'), 'left', 'ctrl-u'))).toBe('|o');
  expect(shown(keys(fieldOf('one'), 'ctrl-a', 'right', 'ctrl-k'))).toBe('o|');
  expect(shown(keys(fieldOf('ab'), 'left', 'backspace', 'ctrl-d', 'ctrl-d'))).toBe('|');
});

test('an emoji and a letter with its accents are one character', () => {
  expect(shown(keys(fieldOf('a😀'), 'backspace'))).toBe('a|');
  expect(shown(keys(fieldOf('e\u0301x'), 'left', 'backspace'))).toBe('|x');
  expect(shown(keys(fieldOf('😀b'), 'home', 'right'))).toBe('😀|b');
});

test('other keys do nothing', () => {
  expect(edited(fieldOf('a'), 'tab')).toBeUndefined();
  expect(edited(fieldOf('a'), 'up')).toBeUndefined();
});
