/** Bits of the modifier mask; xterm and kitty send the sum plus one. */
const ctrl = 4;
/** Caps Lock and Num Lock, which change no key here. */
const locks = 64 | 128;
const shift = 1;
const noModifiers = 1;
/** Event number of a key release (kitty). */
const released = 3;

const byFinal: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
};

/** Sent by rxvt with Shift (`ESC [ a`) and Ctrl (`ESC O a`). */
const byRxvtFinal: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' };

const byNumber: Readonly<Record<string, string>> = {
  1: 'home',
  3: 'backspace',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};

/**
 * Name of the key that sends a control sequence: `parameters` is the text between `ESC [` (CSI) or `ESC O` (SS3) and
 * the final character. Undefined: an unused key, a key release, or not a key.
 */
export function keyOfSequence(kind: 'csi' | 'ss3', parameters: string, final: string): string | undefined {
  if (byRxvtFinal[final]) return parameters === '' ? byRxvtFinal[final] : undefined;
  if (byFinal[final]) {
    const [, , event] = /^(?:(?:1;)?(\d+)(?::(\d+))?)?$/.exec(parameters) ?? [
      undefined,
      '',
      String(released),
    ];
    return Number(event) === released ? undefined : byFinal[final];
  }
  if (kind === 'ss3') return undefined;
  if (final === 'Z') return /^(?:1;\d+)?$/.test(parameters) ? 'shift-tab' : undefined;
  if (final === '~') return keyOfNumber(parameters);
  // rxvt, with Shift and Ctrl.
  if (final === '^' || final === '@') return byNumber[parameters];
  return final === 'u' ? keyOfKitty(parameters) : undefined;
}

function keyOfNumber(parameters: string): string | undefined {
  const [, modifiers, code] = /^27;(\d+);(\d+)$/.exec(parameters) ?? [];
  if (code !== undefined) return keyOfCode(Number(code), Number(modifiers));
  const [, number, , event] = /^(\d+)(?:;(\d+)(?::(\d+))?)?$/.exec(parameters) ?? [];
  return number === undefined || Number(event) === released ? undefined : byNumber[number];
}

/** `code:shifted:base;modifiers:event;text` of the kitty protocol; all but the code may be missing. */
function keyOfKitty(parameters: string): string | undefined {
  const fields = /^(\d+)(?::(\d*))?(?::(\d*))?(?:;(\d*)(?::(\d*))?)?(?:;[\d:]*)?$/.exec(parameters);
  if (!fields) return undefined;
  const [, code, , base, modifiers, event] = fields;
  if (Number(event) === released) return undefined;
  const held = Number(modifiers || noModifiers);
  // On a non-Latin keyboard, the key at the same place of a Latin one.
  return keyOfCode(Number(code), held) ?? (base ? keyOfCode(Number(base), held) : undefined);
}

/**
 * We enable neither xterm's modifyOtherKeys nor the kitty protocol, but an earlier program may have left them on: Ctrl
 * with a letter, and Esc, still work then. Other keys take this form only in protocols that nobody leaves on unnoticed,
 * so they are ignored.
 */
function keyOfCode(code: number, modifiers: number): string | undefined {
  const held = (modifiers - 1) & ~locks;
  if (code === 27 && held === 0) return 'escape';
  if ((held & ~shift) !== ctrl || code > 0x7f) return undefined;
  const letter = String.fromCharCode(code).toLowerCase();
  return /^[a-z]$/.test(letter) ? `ctrl-${letter}` : undefined;
}

/** Name of the key that types a character. Undefined: an unused control character. */
export function keyOfCharacter(character: string): string | undefined {
  const code = character.codePointAt(0)!;
  if (character === '\r' || character === '\n') return 'return';
  if (character === '\t') return 'tab';
  if (code === 0x7f || code === 0x08) return 'backspace';
  if (code >= 0x20) return character;
  return code >= 0x01 && code <= 0x1a ? `ctrl-${String.fromCharCode(code + 0x60)}` : undefined;
}
