import { expect, test } from 'vitest';
import { keyLabel, keyNamed, keyNames, type Modifiers, pastedText } from './key-names.ts';

const none: Modifiers = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

const pressed = (input: string, held: Partial<Modifiers> = {}) => keyNames(input, { ...none, ...held });

test('keys have one name each, and several can come at once', () => {
  expect(pressed('', { upArrow: true })).toEqual(['up']);
  expect(pressed('', { downArrow: true })).toEqual(['down']);
  expect(pressed('', { leftArrow: true })).toEqual(['left']);
  expect(pressed('', { rightArrow: true })).toEqual(['right']);
  expect(pressed('', { pageUp: true })).toEqual(['pageup']);
  expect(pressed('', { pageDown: true })).toEqual(['pagedown']);
  expect(pressed('', { home: true })).toEqual(['home']);
  expect(pressed('', { end: true })).toEqual(['end']);
  expect(pressed('\r', { return: true })).toEqual(['return']);
  expect(pressed('', { escape: true, meta: true })).toEqual(['escape']);
  expect(pressed('', { tab: true })).toEqual(['tab']);
  expect(pressed('', { tab: true, shift: true })).toEqual(['shift-tab']);
  expect(pressed('', { delete: true })).toEqual(['backspace']);
  expect(pressed('', { backspace: true })).toEqual(['backspace']);
  expect(pressed('c', { ctrl: true })).toEqual(['ctrl-c']);
  expect(pressed('x', { meta: true })).toEqual([]);
  expect(pressed('jj\r\t\u0003\u007f')).toEqual(['j', 'j', 'return', 'tab', 'ctrl-c', 'backspace']);
});

test('what is pasted is text, whatever keys it looks like', () => {
  expect(pastedText('q', none)).toBe('q');
  expect(pastedText('', { ...none, return: true })).toBe('\n');
  expect(pastedText('', { ...none, tab: true })).toBe('\t');
});

test('a user spells keys as he likes', () => {
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
  for (const [spelling, name] of Object.entries(spelled)) expect(keyNamed(spelling)).toBe(name);
  for (const spelling of ['', 'rr', 'ctrl-1', 'alt-x', '\u001b', '\u0301x'])
    expect(keyNamed(spelling)).toBeUndefined();
  expect(['return', ' ', 'ctrl-r', 'pageup', 'R', 'shift-tab'].map(keyLabel)).toEqual([
    'Enter',
    'Space',
    'Ctrl-r',
    'PgUp',
    'R',
    'Shift-tab',
  ]);
});
