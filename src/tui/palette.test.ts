import { expect, test } from 'vitest';
import { createKeymap } from './keymap.ts';
import { fuzzyScore, paletteEntries } from './palette.ts';
import { initialState } from './state.ts';

const commands = [{ name: 'prune', summary: 'delete old requests' }];
const found = (typed: string, changed = {}) =>
  paletteEntries(createKeymap(), commands, { ...initialState(80, 24), ...changed }, typed);

test('every action can be found by its name, by what it does, and by letters of that', () => {
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

test('what can be reached here is offered while nothing is typed', () => {
  const actions = (changed = {}) =>
    found('', changed).flatMap((each) => (each.type === 'action' ? [each.action] : []));
  expect(actions()).toContain('export-json');
  expect(actions()).not.toContain('resume');
  expect(actions()).not.toContain('fold');
  expect(actions({ pane: 'detail', tab: 'body' })).toContain('fold');
});

test('letters that stand together and begin words count more', () => {
  expect(fuzzyScore('replay', 'rpl')).toBeGreaterThan(fuzzyScore('answer people', 'rpl'));
  expect(fuzzyScore('go on', 'go')).toBeGreaterThan(fuzzyScore('cargo', 'go'));
  expect(fuzzyScore('abc', 'abd')).toBe(0);
});
