import { describe, expect, test } from 'vitest';
import { helpLines } from './help-text.ts';
import { barKeys, keyFor, keyNames, keys, type Modifiers } from './keys.ts';
import { initialState, type State } from './state.ts';

const empty = initialState(80, 24);
const filled: State = { ...empty, selected: 1 };

function pressed(input: string, held: Partial<Modifiers> = {}): string[] {
  const none = {
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
    meta: false,
  };
  return keyNames(input, { ...none, ...held });
}

describe('the table of keys', () => {
  test('names no key twice', () => {
    const names = keys.flatMap((key) => key.names);
    expect(names).toEqual([...new Set(names)]);
  });

  test('finds the key for a name', () => {
    expect(keyFor('r')?.action).toBe('replay');
    expect(keyFor('down')).toBe(keyFor('j'));
    expect(keyFor('z')).toBeUndefined();
  });

  test('says why a key can not act', () => {
    expect(keyFor('r')?.cannot?.(empty)).toBe('Nothing is selected: no request has arrived yet.');
    expect(keyFor('r')?.cannot?.(filled)).toBeUndefined();
    expect(keyFor('escape')?.cannot?.(filled)).toBe('This is the list: q quits.');
    expect(keyFor('escape')?.cannot?.({ ...filled, warning: 'disk full' })).toBeUndefined();
    expect(keyFor('return')?.cannot?.({ ...filled, pane: 'detail' })).toContain('Esc');
  });
});

describe('the key bar', () => {
  const labels = (state: State) => barKeys(state).map(({ label, text }) => `${label} ${text}`);

  test('shows only what can act now, at most eight', () => {
    expect(labels(empty)).toEqual(['y copy URL', 'a all projects', '? all keys', 'q quit']);
    expect(labels(filled)).toEqual([
      'Enter open',
      'r replay',
      'y copy URL',
      'f pause',
      'a all projects',
      '? all keys',
      'q quit',
    ]);
    expect(labels({ ...filled, pane: 'detail', following: false })).toEqual([
      'Esc back',
      'r replay',
      'y copy URL',
      'Tab next part',
      'f follow',
      'a all projects',
      '? all keys',
      'q quit',
    ]);
    expect(labels({ ...filled, help: true })).toEqual(['? back']);
  });
});

test('the help names every key, at any width', () => {
  for (const columns of [38, 78, 158]) {
    const text = helpLines(columns).map((line) => line.map(([, part]) => part).join(''));
    for (const { label } of keys) expect(text.join('\n')).toContain(label);
    for (const line of text) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

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
  expect(pressed('c', { ctrl: true })).toEqual(['ctrl-c']);
  expect(pressed('x', { meta: true })).toEqual([]);
  expect(pressed('jj\r\t\u0003')).toEqual(['j', 'j', 'return', 'tab', 'ctrl-c']);
});
