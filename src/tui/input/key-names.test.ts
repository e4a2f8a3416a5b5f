import { expect, test } from 'vitest';
import { keyLabel, parseKeyName } from './key-names.ts';

test('accepts all spellings of keys', () => {
  const spelled = {
    r: 'r',
    R: 'R',
    Enter: 'return',
    esc: 'escape',
    space: ' ',
    'Ctrl-R': 'ctrl-r',
    PgDn: 'pagedown',
    é: 'é',
  };
  for (const [spelling, name] of Object.entries(spelled)) expect(parseKeyName(spelling)).toBe(name);
  for (const spelling of ['', 'rr', 'ctrl-1', 'alt-x', '\u001b', '\u0301x'])
    expect(parseKeyName(spelling)).toBeUndefined();
  expect(['return', ' ', 'ctrl-r', 'pageup', 'R', 'shift-tab'].map(keyLabel)).toEqual([
    'Enter',
    'Space',
    'Ctrl-r',
    'PgUp',
    'R',
    'Shift-tab',
  ]);
});
