/** What Ink tells of a key beside the text that it types. */
export interface Modifiers {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

/** The names of the keys that were pressed: several where the terminal sent them at once. */
export function keyNames(input: string, key: Modifiers): string[] {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageDown) return ['pagedown'];
  if (key.pageUp) return ['pageup'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.return) return ['return'];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  // Ink can't tell the two apart: most terminals send for Backspace what others send for Delete.
  if (key.backspace || key.delete) return ['backspace'];
  if (key.escape) return ['escape'];
  if (key.ctrl) return [`ctrl-${input}`];
  if (key.meta) return [];
  return [...input].map(nameOfCharacter);
}

/** What was pasted, of which Ink takes single characters for keys. */
export function pastedText(input: string, key: Modifiers): string {
  if (key.return) return '\n';
  return key.tab ? '\t' : input;
}

/** Control characters are what Ctrl and a letter type. */
function nameOfCharacter(character: string): string {
  if (character === '\r' || character === '\n') return 'return';
  if (character === '\t') return 'tab';
  const code = character.charCodeAt(0);
  if (code === 0x7f || code === 0x08) return 'backspace';
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : character;
}

const spelled: Readonly<Record<string, string>> = {
  enter: 'return',
  esc: 'escape',
  space: ' ',
  pgdn: 'pagedown',
  pgup: 'pageup',
  del: 'backspace',
};

const named = new Set([
  ...['up', 'down', 'left', 'right', 'pagedown', 'pageup', 'home', 'end'],
  ...['return', 'tab', 'shift-tab', 'backspace', 'escape', ' '],
]);

/** The name of a key as a user spells it: `r`, `R`, `ctrl-r`, `enter`, `space`; undefined: there is no such key. */
export function keyNamed(spelling: string): string | undefined {
  const lower = spelling.toLowerCase();
  const name = spelled[lower] ?? lower;
  if (named.has(name)) return name;
  if (/^ctrl-[a-z]$/.test(lower)) return lower;
  return [...spelling].length === 1 && !/[\s\p{C}]/u.test(spelling) ? spelling : undefined;
}

/** A key as it is written for people. */
export function keyLabel(name: string): string {
  const words: Readonly<Record<string, string>> = {
    return: 'Enter',
    escape: 'Esc',
    ' ': 'Space',
    pagedown: 'PgDn',
    pageup: 'PgUp',
    up: '↑',
    down: '↓',
    left: '←',
    right: '→',
  };
  return (
    words[name] ??
    name.replace(/^(?:ctrl|shift|tab|home|end|backspace)\b/, (word) => word[0]!.toUpperCase() + word.slice(1))
  );
}
