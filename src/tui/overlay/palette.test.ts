import { expect, test } from 'vitest';
import { createKeymap } from '../input/keymap.ts';
import { initialState } from '../state/state.ts';
import { fuzzyScore, paletteEntries } from './palette.ts';

const commands = [{ name: 'prune', summary: 'delete old requests', takesRef: async () => false }];
const found = (typed: string, changed = {}) =>
  paletteEntries(createKeymap(), commands, { ...initialState(80, 24), ...changed }, typed);

test('finds actions by name, by description, and by letters of it', () => {
  const first = (typed: string) => {
    const [entry] = found(typed);
    return entry?.type === 'action' ? entry.action : entry?.text;
  };
  expect(first('replay to')).toBe('replay-to');
  expect(first('browser')).toBe('open-url');
  expect(first('cpcurl')).toBe('copy-curl');
  expect(first('prune')).toBe('webhook-cli prune: delete old requests');
  expect(found('zzzqqq')).toEqual([]);
});

test('offers all reachable actions while nothing is typed', () => {
  const actions = (changed = {}) =>
    found('', changed).flatMap((each) => (each.type === 'action' ? [each.action] : []));
  expect(actions()).toContain('export-json');
  expect(actions()).not.toContain('resume');
  expect(actions()).not.toContain('fold');
  expect(actions({ pane: 'detail', tab: 'body' })).toContain('fold');
});

test('adjacent letters and beginnings of words score higher', () => {
  expect(fuzzyScore('replay', 'rpl')).toBeGreaterThan(fuzzyScore('answer people', 'rpl'));
  expect(fuzzyScore('go on', 'go')).toBeGreaterThan(fuzzyScore('cargo', 'go'));
  expect(fuzzyScore('abc', 'abd')).toBe(0);
});
