import { describe, expect, test } from 'vitest';
import { initialState, type State } from '../state/state.ts';
import { activeContexts, barKeys, breakpointKeys, createKeymap, listedKeys } from './keymap.ts';
import { keys } from './keys.ts';

const empty = initialState(80, 24);
const filled: State = { ...empty, selected: 1, live: { ...empty.live, noRequests: false, hasTarget: true } };
const keymap = createKeymap();

describe('the table of keys', () => {
  test('has no key twice in one context, and no action twice', () => {
    const names = keys.flatMap((key) =>
      key.names.map((name) => `${(key as { context?: string }).context ?? 'everywhere'} ${name}`),
    );
    expect(names).toEqual([...new Set(names)]);
    const actions = keys.map(({ action }) => action);
    expect(actions).toEqual([...new Set(actions)]);
  });

  test('finds the key for a name, the narrowest context first', () => {
    const action = (name: string, state: Partial<State> = {}) =>
      keymap.keyFor(name, { ...filled, ...state })?.action;
    expect(action('r')).toBe('replay');
    expect(action('down')).toBe(action('j'));
    expect(action('~')).toBeUndefined();
    expect(action('/', { pane: 'detail', tab: 'body' })).toBe('search');
    expect(action('/', { tab: 'body' })).toBe('filter');
    const live = { ...filled.live, intercepted: true };
    expect(action('a', { live })).toBe('resume');
    expect(action('a')).toBe('all-projects');
    // What moves and shows while nothing is stopped does so then, too.
    for (const name of [
      'return',
      'escape',
      'tab',
      'shift-tab',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      'j',
      'k',
      'up',
      'down',
    ])
      for (const tab of ['overview', 'body', 'attempts', 'related'] as const)
        expect(action(name, { live, pane: 'detail', tab }), name).toBe(action(name, { pane: 'detail', tab }));
    expect(action('u', { prompt: { type: 'menu', menu: 'copy' } })).toBe('copy-url');
    expect(action('r', { prompt: { type: 'menu', menu: 'copy' } })).toBeUndefined();
    expect(
      activeContexts({ ...filled, pane: 'detail', tab: 'related', overlay: { type: 'help', search: '' } }),
    ).toEqual(['everywhere', 'always']);
  });

  test('says why a key is disabled', () => {
    const why = (name: string, state: Partial<State> = {}) => {
      const all = { ...filled, ...state };
      const key = keymap.keyFor(name, all);
      return key && keymap.disabledReason(key, all);
    };
    expect(why('r', { selected: undefined })).toBe('No request selected: the list is empty.');
    expect(why('r', { selected: undefined, filter: 'x' })).toContain('none matches the filter');
    expect(why('r')).toBeUndefined();
    expect(why('escape')).toBe('Already at the list. Press q to quit.');
    expect(why('escape', { warning: 'disk full' })).toBeUndefined();
    expect(why('return', { pane: 'detail', tab: 'headers' })).toContain('Esc');
    expect(why('D')).toContain('(0 marked)');
    expect(why('D', { marks: [2] })).toBeUndefined();
    expect(why('D', { marks: [1] })).toContain('(1 marked)');
    expect(why('c')).toContain('two attempts');
    expect(why('u')).toContain('No delete');
    expect(why('p', { live: { ...filled.live, hasTarget: false } })).toContain('Not forwarding');
    expect(why('n', { pane: 'detail', tab: 'body' })).toContain('No search text');
    expect(why('return', { pane: 'detail', tab: 'attempts' })).toContain('no attempts');
  });
});

describe('the key bar', () => {
  const labels = (state: State) => barKeys(keymap, state).map(({ label, text }) => `${label} ${text}`);

  test('shows enabled keys only, at most eight', () => {
    expect(labels(empty)).toEqual([
      '/ filter',
      'y copy',
      't trigger sample',
      'a all projects',
      '? keys',
      'q quit',
    ]);
    expect(labels(filled)).toEqual([
      'Enter open',
      'r replay',
      'e edit',
      '/ filter',
      'y copy',
      '? keys',
      'q quit',
    ]);
    expect(labels({ ...filled, pane: 'detail', tab: 'headers', following: false })).toEqual([
      'Esc back',
      'r replay',
      'e edit',
      '/ filter',
      'y copy',
      'x export',
      'f follow',
      '? keys',
    ]);
    expect(labels({ ...filled, overlay: { type: 'help', search: '' } })).toEqual([
      'Esc back',
      '/ search',
      '? back',
    ]);
  });

  test('shows the keys of the narrowest context first', () => {
    expect(labels({ ...filled, live: { ...filled.live, intercepted: true } }).slice(0, 6)).toEqual([
      'a resume',
      'A resume all',
      'e edit',
      'b reply …',
      'i remove it',
      'I next N',
    ]);
    const wide = { ...filled, columns: 120, live: { ...filled.live, intercepted: true } };
    expect(breakpointKeys(keymap, wide).map(({ label, text }) => `${label} ${text}`)).toEqual([
      'a resume',
      'A resume all',
      'e edit and resume',
      'b reply without forwarding …',
      'i remove it',
      'I intercept next N',
    ]);
    expect(breakpointKeys(keymap, filled)).toEqual([]);
    expect(labels({ ...filled, prompt: { type: 'menu', menu: 'export' } })).toEqual([
      'c cURL',
      'h HTTP',
      'j JSON',
    ]);
  });
});

describe('custom keys', () => {
  test('replace the default keys', () => {
    const own = createKeymap({ replay: 'ctrl-r', down: 'n ↓'.replace('↓', 'down') });
    expect(own.keyFor('ctrl-r', filled)?.action).toBe('replay');
    expect(own.keyFor('r', filled)).toBeUndefined();
    expect(own.keyFor('n', filled)?.action).toBe('down');
    expect(own.keyOf('replay')).toBe('Ctrl-r');
    expect(barKeys(own, filled)[1]).toMatchObject({ label: 'Ctrl-r', text: 'replay' });
  });

  test('leave arrows and other named keys as they are', () => {
    const own = createKeymap({ down: 'n', back: 'b' });
    const action = (name: string) => own.keyFor(name, filled)?.action;
    expect([action('n'), action('down'), action('j')]).toEqual(['down', 'down', undefined]);
    expect([action('b'), action('escape'), action('left'), action('h')]).toEqual([
      'back',
      'back',
      'back',
      undefined,
    ]);
    expect(() => createKeymap({ 'next-tab': 'up' })).toThrow('Up is bound to both next-tab and up.');
    const freed = createKeymap({ 'next-tab': 'up', up: 'k' });
    expect(freed.keyFor('up', filled)?.action).toBe('next-tab');
    expect(freed.keyFor('right', filled)?.action).toBe('next-tab');
    expect(() => createKeymap({ replay: 'ctrl-c' })).toThrow('bound to both replay and interrupt');
  });

  test('are named in place of the default keys', () => {
    const own = createKeymap({ quit: 'E', back: 'b' });
    expect(own.keyOf('copy-url')).toBe('y u');
    expect(createKeymap({ copy: 'Y', 'copy-url': 'a' }).keyOf('copy-url')).toBe('Y a');
    const reasons = keys.map((key) => own.disabledReason({ ...key }, { ...empty, pane: 'list' }));
    expect(reasons).toContain('Already at the list. Press E to quit.');
    const detail = { ...filled, pane: 'detail', tab: 'headers' } as const;
    const open = own.keys.find((key) => key.action === 'open')!;
    expect(own.disabledReason(open, detail)).toBe('The request is already open. Press b to go back.');
    for (const key of own.keys)
      for (const state of [empty, filled, detail]) own.disabledReason(key, { ...state, attempt: 1 });
  });

  test('are rejected with the reason if they are invalid', () => {
    expect(() => createKeymap({ repaly: 'r' })).toThrow(/unknown action "repaly"/);
    expect(() => createKeymap({ replay: 'ctrl-alt-del' })).toThrow(/unknown key "ctrl-alt-del" for replay/);
    expect(() => createKeymap({ replay: ' ' })).toThrow(/unknown key/);
    expect(() => createKeymap({ replay: 'e' })).toThrow('keys: e is bound to both replay and edit-replay.');
    expect(createKeymap({ replay: 'e', 'edit-replay': 'r' }).keyFor('e', filled)?.action).toBe('replay');
    expect(createKeymap({ 'copy-id': 'r' }).keyFor('r', filled)?.action).toBe('replay');
  });
});

test.each([
  ['move-held', 'requests are held elsewhere', { waitsElsewhere: true }],
  ['use-fallback', 'another tunnel is on offer', { fallback: 'cloudflared' }],
])('help and palette list the key of %s only while %s', (name, _when, offered) => {
  const state = initialState(80, 24);
  const isListed = (live: Partial<State['live']>) =>
    listedKeys(createKeymap(), { ...state, live: { ...state.live, ...live } }).keys.some(
      ({ action }) => action === name,
    );
  expect([isListed({}), isListed(offered)]).toEqual([false, true]);
});
