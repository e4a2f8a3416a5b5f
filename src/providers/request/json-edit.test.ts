import { expect, test } from 'vitest';
import { editedJson } from './json-edit.ts';

const text = '{ "list":[1, {"a":1}],  "7": {} }';

test('a value is set, added or taken out, and the rest keeps its form', () => {
  expect(editedJson(text, 'list.1.a', 2)).toBe('{ "list":[1, {"a":2}],  "7": {} }');
  expect(editedJson(text, 'list.2', 3)).toMatch(/^\{ "list":\[1, \{"a":1\},3\],/);
  expect(JSON.parse(editedJson(text, 'new.0.x', 'y'))).toMatchObject({ new: [{ x: 'y' }] });
  expect(JSON.parse(editedJson(text, 'list.0', undefined))).toEqual({ list: [{ a: 1 }], 7: {} });
});

test('digits are a name where an object stands', () => {
  expect(JSON.parse(editedJson(text, '7.x', 1))).toMatchObject({ 7: { x: 1 } });
  expect(JSON.parse(editedJson(text, '8', 1))).toMatchObject({ 8: 1 });
});

test('what can not be set is said, also in a body nested beyond the stack', () => {
  const deep = `{"id":"x","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(() => editedJson(text, 'list.a', 1)).toThrow('Cannot set list.a');
  expect(() => editedJson(text, 'list.0.a', 1)).toThrow('Cannot set list.0.a');
  expect(() => editedJson('not json', 'a', 1)).toThrow('Cannot set a');
  expect(() => editedJson(deep, 'id', 'y')).toThrow('Cannot set id');
});
