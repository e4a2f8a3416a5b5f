import { expect, it } from 'vitest';
import { isKnownTerminal, isOn, wantsColour } from './environment.ts';

it('takes 0, false, no and off as no', () => {
  expect([undefined, '', '0', 'false', 'FALSE', 'no', 'off', ' 0 '].filter(isOn)).toEqual([]);
  expect(['1', 'true', 'yes', 'woodpecker', '2'].filter((value) => !isOn(value))).toEqual([]);
});

it.each([
  [true, true, {}],
  [false, false, {}],
  [true, false, { TERM: undefined }],
  [true, false, { TERM: 'dumb' }],
  [true, false, { TERM: 'unknown' }],
  [true, false, { NO_COLOR: '1' }],
  [true, true, { NO_COLOR: '' }],
  [false, true, { FORCE_COLOR: '1' }],
  [false, true, { FORCE_COLOR: 'true', TERM: 'dumb' }],
  [true, false, { FORCE_COLOR: 'false' }],
  [true, false, { FORCE_COLOR: '0' }],
  [true, true, { FORCE_COLOR: '' }],
  [true, false, { NO_COLOR: '1', FORCE_COLOR: '1' }],
])('on a terminal: %s, colour: %s with %o', (isTTY, expected, env) => {
  expect(wantsColour({ isTTY }, { TERM: 'xterm-256color', ...env })).toBe(expected);
});

it('knows terminals by their TERM', () => {
  const known = [
    'xterm',
    'xterm-kitty',
    'screen.xterm-256color',
    'tmux-256color',
    'linux',
    'vt220',
    'st-256color',
  ];
  const others = [
    'alacritty',
    'foot',
    'wezterm',
    'rxvt-unicode-256color',
    'iterm2',
    'ansi',
    'eterm-color',
    'st',
  ];
  expect([...known, ...others].filter((TERM) => !isKnownTerminal({ TERM }))).toEqual([]);
  const unknown = [undefined, '', 'dumb', 'unknown', 'emacs', 'network', 'vt52', 'standard', 'nonsense'];
  expect(unknown.filter((TERM) => isKnownTerminal({ TERM }))).toEqual([]);
  expect(isKnownTerminal({ TERM: 'own', COLORTERM: 'truecolor' })).toBe(true);
});
