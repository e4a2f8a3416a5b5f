import type { Environment } from '../model/environment.ts';

/** A variable is set to something other than no: `CI=false` and `FORCE_COLOR=0` mean no. */
export function isOn(value: string | undefined): boolean {
  return Boolean(value) && !/^(0|false|no|off)$/i.test(value!.trim());
}

/** Colour may be written to a stream: the environment asks for it, or it is a terminal that has colours. */
export function wantsColour({ isTTY }: { readonly isTTY?: boolean | undefined }, env: Environment): boolean {
  return colourSetting(env) ?? (Boolean(isTTY) && isKnownTerminal(env));
}

/**
 * Whether the environment turns colour on or off; undefined if it does neither. NO_COLOR wins over FORCE_COLOR
 * (no-color.org); a FORCE_COLOR that means no turns colour off as well.
 */
export function colourSetting(env: Environment): boolean | undefined {
  if (env['NO_COLOR']) return false;
  return env['FORCE_COLOR'] ? isOn(env['FORCE_COLOR']) : undefined;
}

/** The terminal says that its text is dark on light. Few say anything; most of the others are dark. */
export function isLightTerminal({ COLORFGBG }: Environment): boolean {
  return /;(7|15)$/.test(COLORFGBG ?? '');
}

/** TERM names a terminal that understands the control sequences of xterm; COLORTERM says so for any other name. */
export function isKnownTerminal({ TERM, COLORTERM }: Environment): boolean {
  if (isDumb({ TERM })) return false;
  return Boolean(COLORTERM) || knownTerminals.test(TERM ?? '');
}

/** TERM=dumb: the terminal can show lines alone. */
export function isDumb({ TERM }: Environment): boolean {
  return TERM === 'dumb';
}

/** The terminal is on another machine: programs here cannot reach the screen, browser and clipboard of the user. */
export function isOverSsh({ SSH_CONNECTION, SSH_TTY }: Environment): boolean {
  return Boolean(SSH_CONNECTION || SSH_TTY);
}

const knownTerminals = new RegExp(
  [
    '^(xterm|screen|tmux|rxvt|vt[1-5]\\d\\d|linux|ansi|cygwin|msys|konsole|gnome|vte|alacritty|kitty|foot|wezterm)',
    '^(ghostty|contour|iterm|st([-.+]|$)|putty|mintty|mlterm|eterm|kterm|dtterm|hterm|nsterm|rio|warp|teraterm)',
    '^(fbterm|jfbterm|bvterm|cons25|wsvt25|beterm|terminator|terminology|termite|aterm|mrxvt|sun-color|hurd)',
    'color|direct',
  ].join('|'),
  'i',
);
