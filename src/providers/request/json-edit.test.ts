import { expect, test } from 'vitest';
import { editedJson } from './json-edit.ts';

const text = '{ "list":[1, {"a":1}],  "7": {} }';

test('sets, adds or removes a value and keeps the rest as it was', () => {
  expect(editedJson(text, 'list.1.a', 2)).toBe('{ "list":[1, {"a":2}],  "7": {} }');
  expect(editedJson(text, 'list.2', 3)).toMatch(/^\{ "list":\[1, \{"a":1\},3\],/);
  expect(JSON.parse(editedJson(text, 'new.0.x', 'y'))).toMatchObject({ new: [{ x: 'y' }] });
  expect(JSON.parse(editedJson(text, 'list.0', undefined))).toEqual({ list: [{ a: 1 }], 7: {} });
});

test('treats digits as a name in an object', () => {
  expect(JSON.parse(editedJson(text, '7.x', 1))).toMatchObject({ 7: { x: 1 } });
  expect(JSON.parse(editedJson(text, '8', 1))).toMatchObject({ 8: 1 });
});

test('rejects a path that cannot be set, even in a body nested deeper than the stack', () => {
  const deep = `{"id":"x","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(() => editedJson(text, 'list.a', 1)).toThrow('Cannot set list.a');
  expect(() => editedJson(text, 'list.0.a', 1)).toThrow('Cannot set list.0.a');
  expect(() => editedJson('not json', 'a', 1)).toThrow('Cannot set a');
  expect(() => editedJson(deep, 'id', 'y')).toThrow('Cannot set id');
});
