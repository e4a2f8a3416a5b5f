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

/** Name of the key that a user has spelled: `r`, `R`, `ctrl-r`, `enter`, `space`; undefined: unknown key. */
export function parseKeyName(spelling: string): string | undefined {
  const lower = spelling.toLowerCase();
  const name = spelled[lower] ?? lower;
  if (named.has(name)) return name;
  if (/^ctrl-[a-z]$/.test(lower)) return lower;
  return [...spelling].length === 1 && !/[\s\p{C}]/u.test(spelling) ? spelling : undefined;
}

/** True for keys with a name, such as arrows and Enter; false for characters, Space among them, and Ctrl keys. */
export function isNamedKey(name: string): boolean {
  return name !== ' ' && named.has(name);
}

/** A key as written for people. */
export function keyLabel(name: string): string {
  const words: Readonly<Record<string, string>> = {
    return: 'Enter',
    escape: 'Esc',
    ' ': 'Space',
    pagedown: 'PgDn',
    pageup: 'PgUp',
  };
  return (
    words[name] ??
    name.replace(
      /^(?:ctrl|shift|tab|home|end|backspace|up|down|left|right)\b/,
      (word) => word[0]!.toUpperCase() + word.slice(1),
    )
  );
}
