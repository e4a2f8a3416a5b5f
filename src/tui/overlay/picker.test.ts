import { expect, test } from 'vitest';
import type { PickerPurpose } from '../state/choice.ts';
import type { PickerPrompt } from '../state/state.ts';
import { suggestionField, textField } from '../state/text-field.ts';
import { chosenOf, pickerMatches } from './picker.ts';
import { statusChoices } from './reply-statuses.ts';

const hrefs = ['http://localhost:3000', 'http://localhost:3000/hooks', 'https://dev.example'];
const targets = hrefs.map((href) => ({
  value: href,
  name: href.replace('http://', ''),
  text: 'used before',
}));

function picker(type: 'target' | 'status', field: PickerPrompt['field'], row = 0): PickerPrompt {
  const purpose: PickerPurpose = type === 'target' ? { type } : { type, seq: 1 };
  return { type: 'picker', purpose, choices: type === 'target' ? targets : statusChoices(), field, row };
}

const values = (typed: string) =>
  pickerMatches(picker('target', textField(typed))).choices.map(({ value }) => value);

test('a suggestion narrows nothing', () => {
  expect(pickerMatches(picker('target', suggestionField('3000'))).choices).toEqual(targets);
  expect(chosenOf(picker('target', suggestionField('3000')))?.value).toBe('http://localhost:3000');
  expect(chosenOf(picker('target', textField(''), 99))?.value).toBe('https://dev.example');
});

test('a target that is typed comes first, and once', () => {
  expect(values('3000')).toEqual(['http://localhost:3000', 'http://localhost:3000/hooks']);
  expect(values('30')[0]).toBe('http://localhost:30');
  expect(values('3999')).toEqual(['http://localhost:3999']);
  expect(values('dev')).toEqual(['https://dev.example']);
});

test('says why a text is not a target', () => {
  const advice = (typed: string) => pickerMatches(picker('target', textField(typed))).advice;
  expect(advice('zzz')).toBe(
    '"zzz" is not a target. Did you mean a port? Give a port (3000), :3000/hooks, localhost:3000 or http://host/base.',
  );
  expect(advice('http://u:p@x/')).toContain('contains a user name or password');
  const none = { ...picker('target', textField('')), choices: [] };
  expect(pickerMatches(none).advice).toBe('No target was used before: type one, such as 3000.');
});

test('any status can be typed, others are found by their digits and names', () => {
  const found = (typed: string) =>
    pickerMatches(picker('status', textField(typed))).choices.map(({ value }) => value);
  expect(found('418')).toEqual(['418']);
  expect(found('50')).toEqual(['500', '502', '503', '504']);
  expect(found('not f')).toEqual(['404']);
  expect(pickerMatches(picker('status', textField('999'))).advice).toBe('Enter a status from 200 to 599.');
});
