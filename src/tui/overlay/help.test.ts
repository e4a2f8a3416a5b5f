import { expect, test } from 'vitest';
import { plainText } from '../../format/styled.ts';
import { createKeymap } from '../input/keymap.ts';
import { keys } from '../input/keys.ts';
import { type HelpOverlay, initialState, type State } from '../state/state.ts';
import { helpLines } from './help.ts';

const initial = initialState(80, 24);

function help(changed: Partial<State> = {}, search = '', prompt?: HelpOverlay['prompt'], columns = 78) {
  const keymap = createKeymap({ replay: 'ctrl-r' });
  const state = { ...initial, ...changed };
  return helpLines(keymap, state, { type: 'help', search, prompt }, columns).map((line) =>
    plainText(line).trimEnd(),
  );
}

test('lists every key, at any width', () => {
  for (const columns of [38, 58, 78, 118, 158]) {
    const lines = help({}, '', undefined, columns);
    for (const { action, label } of keys)
      expect(lines.join('\n')).toContain(action === 'replay' ? 'Ctrl-r' : label.split(' ')[0]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('begins with the keys of the view that it was opened from, under the words for what they do', () => {
  const list = help();
  expect(list.slice(0, 3)).toEqual([
    'Keys here: list',
    'Replay, edit, trigger',
    expect.stringMatching(/^Ctrl-r +replay to the target$/),
  ]);
  const here = list.slice(0, list.indexOf('Keys elsewhere'));
  for (const title of ['Filter and search', 'Copy', 'Export to a file', 'Delete', 'Mark and compare'])
    expect(here).toContain(title);
  expect(here).toContainEqual(expect.stringMatching(/^y u +copy the public URL$/));
  expect(here).not.toContain('In a body');
  const body = help({ pane: 'detail', tab: 'body' });
  expect(body.slice(0, 2)).toEqual(['Keys here: body of a request', 'Filter and search']);
  expect(body.slice(0, 6)).toContainEqual(expect.stringMatching(/^\/ +search in the body$/));
  const filterAt = body.findIndex((line) => line.endsWith('filter the list'));
  expect(filterAt).toBeGreaterThan(body.indexOf('Keys elsewhere'));
  const stopped = help({ live: { ...initial.live, intercepted: true } });
  expect(stopped.slice(0, 3)).toEqual([
    'Keys here: breakpoint and list',
    'At the breakpoint',
    expect.stringMatching(/^a +resume/),
  ]);
});

test('begins with the keys of the prompt that it was opened from', () => {
  const menu = help({}, '', { type: 'menu', menu: 'copy' });
  expect(menu.slice(0, 3)).toEqual([
    'Keys here: copy menu',
    'Copy',
    expect.stringMatching(/^y u +copy the public URL$/),
  ]);
  const field = { text: '', cursor: 0 };
  const picker = { type: 'picker', purpose: { type: 'palette' }, choices: [], field, row: 0 } as const;
  const lines = help({}, '', picker);
  expect(lines.slice(0, 2)).toEqual(['Keys here: list of choices', 'In a list of choices']);
  expect(lines).toContainEqual(expect.stringMatching(/^Ctrl-r +replay/));
});

test('is searched by word, synonym, heading and key', () => {
  const found = (search: string) =>
    help({}, search)
      .filter((line) => / {2}/.test(line))
      .map((line) => line.split(/ {2,}/)[1]);
  expect(found('resend')).toContain('replay to the target');
  expect(found('clipboard')).toContain('copy the public URL');
  expect(found('erase')).toEqual([expect.stringMatching(/^delete the selected request/)]);
  expect(found('R')).toContain('replay to another target');
  expect(help({}, 'exprot', undefined, 200)).toEqual([
    expect.stringMatching(/^No key matches "exprot"\. Nearest: export/),
  ]);
  expect(help({}, 'zzz\u001b[2J')[0]).toBe('No key matches "zzz␛[2J". Esc shows all.');
});
