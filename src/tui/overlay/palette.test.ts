import { expect, test } from 'vitest';
import { createKeymap } from '../input/keymap.ts';
import type { PickerPrompt, State } from '../state/state.ts';
import { initialState } from '../state/state.ts';
import { textField } from '../state/text-field.ts';
import { paletteChoices } from './palette.ts';
import { pickerMatches } from './picker.ts';

const commands = [{ name: 'prune', summary: 'delete old requests', takesRef: async () => false }];
const initial = initialState(80, 24);
const selected: Partial<State> = {
  selected: 1,
  live: { ...initial.live, noRequests: false, hasTarget: true },
};

function palette(typed: string, changed: Partial<State> = selected): PickerPrompt {
  const choices = paletteChoices(createKeymap({ replay: 'ctrl-r' }), commands, { ...initial, ...changed });
  return { type: 'picker', purpose: { type: 'palette' }, choices, field: textField(typed), row: 0 };
}

const first = (typed: string) => pickerMatches(palette(typed)).choices[0]?.value;

test('finds actions by name, by description, by synonyms and by letters', () => {
  expect(first('replay to')).toBe('replay-to');
  expect(first('browser')).toBe('open-url');
  expect(first('cpcurl')).toBe('copy-curl');
  expect(first('prune')).toBe('webhook-cli prune');
  const byWord = { resend: 'replay', clipboard: 'copy', download: 'export', remove: 'delete', exit: 'quit' };
  for (const [word, action] of Object.entries(byWord)) expect(first(word), word).toBe(action);
});

test('offers the actions that work now, with the keys in force', () => {
  const actions = (changed?: Partial<State>) =>
    pickerMatches(palette('', changed)).choices.map(({ value }) => value);
  expect(actions()).toContain('export-json');
  expect(actions()).not.toContain('resume');
  expect(actions()).not.toContain('fold');
  expect(actions()).not.toContain('undo');
  expect(actions({ ...selected, pane: 'detail', tab: 'body' })).toContain('fold');
  expect(actions({})).not.toContain('export-json');
  expect(pickerMatches(palette('replay')).choices[0]).toMatchObject({ label: 'Ctrl-r' });
});

test('says why nothing matches, with the nearest names', () => {
  expect(pickerMatches(palette('zzzqqq')).advice).toBe('No action or command matches "zzzqqq".');
  expect(pickerMatches(palette('relpya')).advice).toMatch(
    /^No action .* matches "relpya"\. Nearest: .*replay/,
  );
  expect(pickerMatches(palette('undo')).advice).toBe('Not now: undo. No delete to undo.');
  const open = pickerMatches(palette('open', { ...selected, pane: 'detail', tab: 'headers' }));
  expect(open.advice).toMatch(/^Not now: open\. The request is already open/);
  expect(pickerMatches(palette('open u', { ...selected, pane: 'detail' })).choices[0]?.value).toBe(
    'open-url',
  );
});
