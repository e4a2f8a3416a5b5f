import { expect, test } from 'vitest';
import { editText, insertText, suggestionField, type TextField, textField } from './text-field.ts';

const keys = (field: TextField, ...names: string[]) =>
  names.reduce((each, name) => editText(each, name) ?? insertText(each, name), field);

const shown = ({ text, cursor }: TextField) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test('inserts text at the cursor', () => {
  expect(shown(keys(textField('path'), ':', 'x', 'home', '-'))).toBe('-|path:x');
  expect(shown(keys(textField('abc'), 'left', 'left', 'X', 'end', 'Y'))).toBe('aXbcY|');
});

test('a paste becomes one line without control characters', () => {
  expect(shown(insertText(textField('a'), 'b\r\nc\u001b[2J\u009bd\te'))).toBe('ab c[2Jd e|');
  expect(insertText(textField(''), 'x'.repeat(10_000)).text).toHaveLength(4096);
});

test('typing replaces a suggestion; moving the cursor and deleting keep it', () => {
  const typed = (...names: string[]) => shown(keys(suggestionField('3000'), ...names));
  expect(typed('3', '9')).toBe('39|');
  expect(shown(insertText(suggestionField('3000'), '39 99'))).toBe('39 99|');
  expect(typed('end', '1')).toBe('30001|');
  expect(typed('left', '1')).toBe('3001|0');
  expect(typed('backspace', '1')).toBe('3001|');
  expect(suggestionField('').isSuggestion).toBeUndefined();
});

test('editing keys delete text', () => {
  expect(shown(keys(textField('one two'), 'ctrl-w'))).toBe('one |');
  expect(shown(keys(textField('one two  '), 'ctrl-w', 'ctrl-w'))).toBe('|');
  expect(shown(keys(textField('one two'), 'left', 'ctrl-u'))).toBe('|o');
  expect(shown(keys(textField('one'), 'ctrl-a', 'right', 'ctrl-k'))).toBe('o|');
  expect(shown(keys(textField('ab'), 'left', 'backspace', 'ctrl-d', 'ctrl-d'))).toBe('|');
});

test('an emoji and a letter with its accents are one character', () => {
  expect(shown(keys(textField('a😀'), 'backspace'))).toBe('a|');
  expect(shown(keys(textField('e\u0301x'), 'left', 'backspace'))).toBe('|x');
  expect(shown(keys(textField('😀b'), 'home', 'right'))).toBe('😀|b');
});

test('other keys do not edit', () => {
  expect(editText(textField('a'), 'tab')).toBeUndefined();
  expect(editText(textField('a'), 'up')).toBeUndefined();
});
