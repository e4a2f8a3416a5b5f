import type { State } from './state.ts';

export type Action =
  | 'down'
  | 'up'
  | 'page-down'
  | 'page-up'
  | 'half-down'
  | 'half-up'
  | 'first'
  | 'last'
  | 'next-request'
  | 'previous-request'
  | 'open'
  | 'back'
  | 'next-tab'
  | 'previous-tab'
  | 'overview'
  | 'headers'
  | 'body'
  | 'attempts'
  | 'follow'
  | 'all-names'
  | 'replay'
  | 'copy-url'
  | 'help'
  | 'quit'
  | 'interrupt'
  | 'suspend';

export interface Key {
  /** Names of keys, as `keyName` gives them. */
  readonly names: readonly string[];
  /** How the key is written for people. */
  readonly label: string;
  readonly action: Action;
  readonly group: 'move' | 'look' | 'do' | 'leave';
  /** What it does, for the help and the README. */
  readonly help: string;
  /** What it does in a word or two, for the key bar; absent: not shown there. */
  readonly bar?: (state: State) => string | undefined;
  /** Why it can't act now, as an answer to the user; undefined if it can. */
  readonly cannot?: (state: State) => string | undefined;
}

const nothingSelected = ({ selected }: State) =>
  selected === undefined ? 'Nothing is selected: no request has arrived yet.' : undefined;

/** Every key there is: the key bar, the help, the README and what a key does come from here. */
export const keys: readonly Key[] = [
  {
    names: ['return'],
    label: 'Enter',
    action: 'open',
    group: 'look',
    help: 'read the selected request',
    bar: () => 'open',
    cannot: (state) =>
      nothingSelected(state) ?? (state.pane === 'detail' ? 'It is open already: Esc goes back.' : undefined),
  },
  {
    names: ['escape', 'h', 'left'],
    label: 'Esc',
    action: 'back',
    group: 'look',
    help: 'back to the list; hides a warning',
    bar: () => 'back',
    cannot: ({ pane, help, warning }) =>
      pane === 'list' && !help && warning === undefined ? 'This is the list: q quits.' : undefined,
  },
  {
    names: ['r'],
    label: 'r',
    action: 'replay',
    group: 'do',
    help: 'send the selected request to the target again',
    bar: () => 'replay',
    cannot: nothingSelected,
  },
  {
    names: ['y'],
    label: 'y',
    action: 'copy-url',
    group: 'do',
    help: 'copy the public URL',
    bar: () => 'copy URL',
  },
  {
    names: ['tab', ']', 'l', 'right'],
    label: 'Tab',
    action: 'next-tab',
    group: 'look',
    help: 'the next part of the request: overview, headers, body, attempts',
    bar: ({ pane }) => (pane === 'detail' ? 'next part' : undefined),
    cannot: nothingSelected,
  },
  {
    names: ['shift-tab', '['],
    label: 'Shift-Tab',
    action: 'previous-tab',
    group: 'look',
    help: 'the part before',
    cannot: nothingSelected,
  },
  { names: ['1'], label: '1', action: 'overview', group: 'look', help: 'overview', cannot: nothingSelected },
  { names: ['2'], label: '2', action: 'headers', group: 'look', help: 'headers', cannot: nothingSelected },
  { names: ['3'], label: '3', action: 'body', group: 'look', help: 'body', cannot: nothingSelected },
  {
    names: ['4'],
    label: '4',
    action: 'attempts',
    group: 'look',
    help: "attempts, with the target's answers",
    cannot: nothingSelected,
  },
  {
    names: ['f', 'F'],
    label: 'f',
    action: 'follow',
    group: 'look',
    help: 'follow: the newest request is always selected',
    bar: ({ following }) => (following ? 'pause' : 'follow'),
    cannot: nothingSelected,
  },
  {
    names: ['a'],
    label: 'a',
    action: 'all-names',
    group: 'look',
    help: 'requests of all projects on this database, or of this one only',
    bar: ({ allNames }) => (allNames ? 'this project' : 'all projects'),
  },
  {
    names: ['j', 'down'],
    label: 'j ↓',
    action: 'down',
    group: 'move',
    help: 'down',
    cannot: nothingSelected,
  },
  { names: ['k', 'up'], label: 'k ↑', action: 'up', group: 'move', help: 'up', cannot: nothingSelected },
  {
    names: ['g', 'home'],
    label: 'g Home',
    action: 'first',
    group: 'move',
    help: 'to the oldest, or to the top of what is read',
    cannot: nothingSelected,
  },
  {
    names: ['G', 'end'],
    label: 'G End',
    action: 'last',
    group: 'move',
    help: 'to the newest and follow, or to the end of what is read',
    cannot: nothingSelected,
  },
  {
    names: ['ctrl-d'],
    label: 'Ctrl-d',
    action: 'half-down',
    group: 'move',
    help: 'half a screen down',
    cannot: nothingSelected,
  },
  {
    names: ['ctrl-u'],
    label: 'Ctrl-u',
    action: 'half-up',
    group: 'move',
    help: 'half a screen up',
    cannot: nothingSelected,
  },
  {
    names: ['pagedown', ' ', 'ctrl-f'],
    label: 'PgDn',
    action: 'page-down',
    group: 'move',
    help: 'a screen down',
    cannot: nothingSelected,
  },
  {
    names: ['pageup', 'ctrl-b'],
    label: 'PgUp',
    action: 'page-up',
    group: 'move',
    help: 'a screen up',
    cannot: nothingSelected,
  },
  {
    names: ['J'],
    label: 'J',
    action: 'next-request',
    group: 'move',
    help: 'the next request, while one is read',
    cannot: nothingSelected,
  },
  {
    names: ['K'],
    label: 'K',
    action: 'previous-request',
    group: 'move',
    help: 'the request before',
    cannot: nothingSelected,
  },
  {
    names: ['?'],
    label: '?',
    action: 'help',
    group: 'leave',
    help: 'all keys, and back',
    bar: ({ help }) => (help ? 'back' : 'all keys'),
  },
  {
    names: ['q'],
    label: 'q',
    action: 'quit',
    group: 'leave',
    help: 'end listening (exit code 0)',
    bar: () => 'quit',
  },
  {
    names: ['ctrl-c'],
    label: 'Ctrl-C',
    action: 'interrupt',
    group: 'leave',
    help: 'end listening (exit code 130); twice: at once',
  },
  {
    names: ['ctrl-z'],
    label: 'Ctrl-Z',
    action: 'suspend',
    group: 'leave',
    help: 'back to the shell; fg returns',
  },
];

/** The groups in the order in which the help shows them. */
export const groupTitles = { move: 'Move', do: 'Do', look: 'Look', leave: 'Help and end' } as const;

/** At most so many keys are on the bar. */
const maxBarKeys = 8;

/** The key with this name. */
export function keyFor(name: string): Key | undefined {
  return keys.find(({ names }) => names.includes(name));
}

/** The keys that the bar shows now: those that can act, as many as fit. */
export function barKeys(state: State): { label: string; text: string }[] {
  const shown = state.help ? keys.filter(({ action }) => action === 'help') : keys;
  return shown
    .filter(({ cannot }) => cannot?.(state) === undefined)
    .flatMap(({ label, bar }) => {
      const text = bar?.(state);
      return text === undefined ? [] : [{ label, text }];
    })
    .slice(0, maxBarKeys);
}

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
  if (key.escape) return ['escape'];
  if (key.ctrl) return [`ctrl-${input}`];
  if (key.meta) return [];
  return [...input].map(nameOfCharacter);
}

/** Control characters are what Ctrl and a letter type. */
function nameOfCharacter(character: string): string {
  if (character === '\r' || character === '\n') return 'return';
  if (character === '\t') return 'tab';
  const code = character.charCodeAt(0);
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : character;
}
