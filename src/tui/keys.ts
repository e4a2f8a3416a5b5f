import type { State } from './state.ts';

/** Where a key is one: everywhere, or only there, before what it is elsewhere; `always`: in fields and menus, too. */
export type Context = 'always' | 'everywhere' | 'body' | 'attempts' | 'story' | 'stopped' | 'copy' | 'export';

export interface KeySpec {
  /** Names of keys, as `key-sequences.ts` gives them. */
  readonly names: readonly string[];
  /** How the key is written for people. */
  readonly label: string;
  readonly action: string;
  readonly group: keyof typeof groupTitles;
  /** Everywhere unless given. */
  readonly context?: Context;
  /** What it does, for the help, the palette and the README. */
  readonly help: string;
  /** What it does in a word or two, for the key bar; absent: not shown there. */
  readonly bar?: (state: State) => string | undefined;
  /** Why it can't act now, as an answer to the user; undefined if it can. */
  readonly cannot?: (state: State) => string | undefined;
}

/** The groups in the order in which the help shows them. */
export const groupTitles = {
  move: 'Move',
  do: 'Do',
  look: 'Look',
  read: 'In a body, the attempts and the story',
  stopped: 'At the breakpoint',
  copy: 'After y: copy',
  export: 'After x: export to a file',
  leave: 'Help and end',
} as const;

const nothingSelected = ({ selected, filter }: State) => {
  if (selected !== undefined) return undefined;
  return filter === ''
    ? 'Nothing is selected: no request has arrived yet.'
    : 'Nothing is selected: no request matches the filter.';
};

const noForwarding = ({ live }: State) =>
  live.hasTarget ? undefined : 'Nothing is forwarded: listen was started without a target.';

/** Whether there is room for what the keys at the breakpoint do in all words. */
const isRoomy = ({ columns }: State) => columns >= 116;

const isRead = ({ pane }: State) => pane === 'detail';

/** Every key there is: the key bar, the help, the palette, the README and what a key does come from here. */
const table = [
  {
    names: ['a'],
    label: 'a',
    action: 'resume',
    context: 'stopped',
    group: 'stopped',
    help: 'resume the stopped request: forward it as it is',
    bar: () => 'resume',
  },
  {
    names: ['A'],
    label: 'A',
    action: 'resume-all',
    context: 'stopped',
    group: 'stopped',
    help: 'resume all stopped requests; the breakpoint stays',
    bar: () => 'resume all',
  },
  {
    names: ['e'],
    label: 'e',
    action: 'edit-resume',
    context: 'stopped',
    group: 'stopped',
    help: 'edit it in $EDITOR, then forward that',
    bar: (state) => (isRoomy(state) ? 'edit and resume' : 'edit'),
  },
  {
    names: ['b'],
    label: 'b',
    action: 'reply',
    context: 'stopped',
    group: 'stopped',
    help: 'reply without forwarding: asks for a status and an optional body',
    bar: (state) => (isRoomy(state) ? 'reply without forwarding …' : 'reply …'),
  },
  {
    names: ['i'],
    label: 'i',
    action: 'remove-breakpoint',
    context: 'stopped',
    group: 'stopped',
    help: 'remove the breakpoint: everything that is stopped is resumed',
    bar: () => 'remove it',
  },
  {
    names: ['I'],
    label: 'I',
    action: 'stop-next',
    group: 'stopped',
    help: 'stop only the next N requests, then remove the breakpoint; also before one is stopped',
    bar: (state) => (state.live.stopped ? (isRoomy(state) ? 'stop only the next N' : 'next N') : undefined),
    cannot: noForwarding,
  },
  {
    names: ['return', ' '],
    label: 'Enter Space',
    action: 'fold',
    context: 'body',
    group: 'read',
    help: 'fold or unfold what begins on this line',
    bar: () => 'fold',
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open-attempt',
    context: 'attempts',
    group: 'read',
    help: 'read this attempt with its answer',
    bar: ({ attempt }) => (attempt === undefined ? 'read' : undefined),
    cannot: ({ live, attempt }) =>
      attempt !== undefined
        ? 'It is open: Esc goes back to the attempts.'
        : live.attempts === 0
          ? 'There is no attempt yet.'
          : undefined,
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open-related',
    context: 'story',
    group: 'read',
    help: 'go to this request of the story',
    bar: () => 'go to it',
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open',
    group: 'look',
    help: 'read the selected request',
    bar: (state) => (isRead(state) ? undefined : 'open'),
    cannot: (state) =>
      nothingSelected(state) ?? (isRead(state) ? 'It is open already: Esc goes back.' : undefined),
  },
  {
    names: ['escape', 'h', 'left'],
    label: 'Esc',
    action: 'back',
    group: 'look',
    help: 'one step back: to the list; ends the filter; hides a warning',
    bar: (state) => {
      if (state.overlay || isRead(state)) return 'back';
      if (state.warning !== undefined) return 'hide warning';
      return state.filter === '' ? undefined : 'no filter';
    },
    cannot: ({ pane, overlay, warning, filter }) =>
      pane === 'list' && !overlay && warning === undefined && filter === ''
        ? 'This is the list: q quits.'
        : undefined,
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
    names: ['e'],
    label: 'e',
    action: 'edit-replay',
    group: 'do',
    help: 'edit a copy of it in $EDITOR and send that',
    bar: () => 'edit',
    cannot: nothingSelected,
  },
  {
    names: ['/'],
    label: '/',
    action: 'search',
    context: 'body',
    group: 'read',
    help: 'look for a text in the body',
    bar: () => 'search',
  },
  {
    names: ['n'],
    label: 'n',
    action: 'next-match',
    context: 'body',
    group: 'read',
    help: 'the next place where the body has it',
    bar: ({ search }) => (search === '' ? undefined : 'next'),
    cannot: ({ search }) => (search === '' ? 'Nothing is looked for: / asks what.' : undefined),
  },
  {
    names: ['N'],
    label: 'N',
    action: 'previous-match',
    context: 'body',
    group: 'read',
    help: 'the place before',
    cannot: ({ search }) => (search === '' ? 'Nothing is looked for: / asks what.' : undefined),
  },
  {
    names: ['z'],
    label: 'z',
    action: 'fold-all',
    context: 'body',
    group: 'read',
    help: 'fold everything but the outermost level',
  },
  {
    names: ['Z'],
    label: 'Z',
    action: 'unfold-all',
    context: 'body',
    group: 'read',
    help: 'unfold everything',
  },
  {
    names: ['v'],
    label: 'v',
    action: 'raw',
    context: 'body',
    group: 'read',
    help: 'the body as it came, or laid out',
    bar: () => 'raw/pretty',
  },
  {
    names: ['/'],
    label: '/',
    action: 'filter',
    group: 'look',
    help: 'show only what has a word or what a filter means; Enter keeps it, Esc ends it',
    bar: () => 'filter',
  },
  {
    names: ['c'],
    label: 'c',
    action: 'compare-attempts',
    group: 'look',
    help: 'compare the answer of an attempt with the one before',
    bar: ({ live }) => (live.attempts > 1 ? 'compare' : undefined),
    cannot: (state) =>
      nothingSelected(state) ??
      (state.live.attempts > 1 ? undefined : 'There are not two attempts to compare: r makes another.'),
  },
  {
    names: ['y'],
    label: 'y',
    action: 'copy',
    group: 'do',
    help: 'copy: asks what',
    bar: () => 'copy',
  },
  {
    names: ['x'],
    label: 'x',
    action: 'export',
    group: 'do',
    help: 'export to a file: asks as what',
    bar: (state) => (isRead(state) ? 'export' : undefined),
    cannot: nothingSelected,
  },
  {
    names: ['f', 'F'],
    label: 'f',
    action: 'follow',
    group: 'look',
    help: 'follow: the newest request is always selected',
    bar: ({ following }) => (following ? undefined : 'follow'),
    cannot: nothingSelected,
  },
  {
    names: ['t'],
    label: 't',
    action: 'trigger',
    group: 'do',
    help: 'trigger stripe payment_intent.succeeded, by the public URL if there is one',
    bar: ({ live }) => (live.isEmpty ? 'send one' : undefined),
  },
  {
    names: ['T'],
    label: 'T',
    action: 'trigger-other',
    group: 'do',
    help: 'trigger another event: asks which',
  },
  {
    names: ['R'],
    label: 'R',
    action: 'replay-to',
    group: 'do',
    help: 'send it to another target: asks which',
    cannot: nothingSelected,
  },
  {
    names: ['S'],
    label: 'S',
    action: 'resign-replay',
    group: 'do',
    help: 'sign it anew, as now, and send it',
    cannot: nothingSelected,
  },
  {
    names: ['m'],
    label: 'm',
    action: 'mark',
    group: 'do',
    help: 'mark it, or not any more',
    cannot: nothingSelected,
  },
  {
    names: ['D'],
    label: 'D',
    action: 'compare-marked',
    group: 'look',
    help: 'compare the two marked requests, or the marked one with the selected one',
    bar: ({ marks }) => (marks.length === 2 ? 'compare marked' : undefined),
    cannot: ({ marks, selected }) => {
      if (marks.length === 2) return undefined;
      if (marks.length === 1 && selected !== undefined && selected !== marks[0]) return undefined;
      return `Two requests are compared, and ${marks.length} are marked: m marks.`;
    },
  },
  {
    names: ['d'],
    label: 'd',
    action: 'delete',
    group: 'do',
    help: 'delete it, or all that are marked; u takes that back for 10 s',
    cannot: nothingSelected,
  },
  {
    names: ['u'],
    label: 'u',
    action: 'undo',
    group: 'do',
    help: 'take the last delete back',
    bar: ({ removed }) => (removed.length > 0 ? 'undo' : undefined),
    cannot: ({ removed }) => (removed.length > 0 ? undefined : 'There is no delete to take back.'),
  },
  {
    names: ['o'],
    label: 'o',
    action: 'open-url',
    group: 'do',
    help: 'open its address at the target, or the public URL, in the browser',
  },
  {
    names: ['p'],
    label: 'p',
    action: 'pause',
    group: 'do',
    help: 'hold forwarding: requests wait, their senders get 202; again: deliver them in order',
    bar: ({ live }) => (live.paused ? 'forward again' : undefined),
    cannot: noForwarding,
  },
  {
    names: ['i'],
    label: 'i',
    action: 'break',
    group: 'do',
    help: 'breakpoint: stop requests before they are forwarded; asks which; again: remove it',
    bar: ({ live }) => (live.breaks ? 'no breakpoint' : undefined),
    cannot: noForwarding,
  },
  {
    names: ['tab', ']', 'l', 'right'],
    label: 'Tab',
    action: 'next-tab',
    group: 'look',
    help: 'the next part: overview, headers, body, response, attempts, story',
    bar: (state) => (isRead(state) ? 'next part' : undefined),
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
  {
    names: ['1'],
    label: '1',
    action: 'overview',
    group: 'look',
    help: 'overview: what it is, who sent it, how it went',
    cannot: nothingSelected,
  },
  { names: ['2'], label: '2', action: 'headers', group: 'look', help: 'headers', cannot: nothingSelected },
  { names: ['3'], label: '3', action: 'body', group: 'look', help: 'body', cannot: nothingSelected },
  {
    names: ['4'],
    label: '4',
    action: 'response',
    group: 'look',
    help: "response: the target's newest answer",
    cannot: nothingSelected,
  },
  {
    names: ['5'],
    label: '5',
    action: 'attempts',
    group: 'look',
    help: 'attempts: every try to deliver it',
    cannot: nothingSelected,
  },
  {
    names: ['6'],
    label: '6',
    action: 'story',
    group: 'look',
    help: 'story: other requests about the same thing',
    cannot: nothingSelected,
  },
  {
    names: ['a'],
    label: 'a',
    action: 'all-names',
    group: 'look',
    help: 'requests of all projects on this database, or of this one only',
    bar: ({ allNames, live }) => (allNames ? 'this project' : live.isEmpty ? 'all projects' : undefined),
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
    names: ['u'],
    label: 'u',
    action: 'copy-url',
    context: 'copy',
    group: 'copy',
    help: 'the public URL',
    bar: () => 'URL',
  },
  {
    names: ['c'],
    label: 'c',
    action: 'copy-curl',
    context: 'copy',
    group: 'copy',
    help: 'a curl command that sends the request to the target, credentials masked',
    bar: () => 'cURL',
    cannot: nothingSelected,
  },
  {
    names: ['C'],
    label: 'C',
    action: 'copy-curl-whole',
    context: 'copy',
    group: 'copy',
    help: 'the same with its credentials',
    cannot: nothingSelected,
  },
  {
    names: ['b'],
    label: 'b',
    action: 'copy-body',
    context: 'copy',
    group: 'copy',
    help: 'its body',
    bar: () => 'body',
    cannot: nothingSelected,
  },
  {
    names: ['i'],
    label: 'i',
    action: 'copy-id',
    context: 'copy',
    group: 'copy',
    help: 'its id, as every command takes it',
    bar: () => 'id',
    cannot: nothingSelected,
  },
  {
    names: ['c'],
    label: 'c',
    action: 'export-curl',
    context: 'export',
    group: 'export',
    help: 'a shell script that sends it with curl, credentials masked',
    bar: () => 'cURL',
  },
  {
    names: ['C'],
    label: 'C',
    action: 'export-curl-whole',
    context: 'export',
    group: 'export',
    help: 'the same with its credentials',
  },
  {
    names: ['h'],
    label: 'h',
    action: 'export-http',
    context: 'export',
    group: 'export',
    help: 'the request as HTTP, byte for byte',
    bar: () => 'HTTP',
  },
  {
    names: ['j'],
    label: 'j',
    action: 'export-json',
    context: 'export',
    group: 'export',
    help: 'JSON, with its attempts',
    bar: () => 'JSON',
  },
  {
    names: [':'],
    label: ':',
    action: 'palette',
    group: 'leave',
    help: 'find any of these by name, and commands',
  },
  {
    names: ['?'],
    label: '?',
    action: 'help',
    group: 'leave',
    help: 'all keys, and back',
    bar: ({ overlay }) => (overlay?.type === 'help' ? 'back' : 'keys'),
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
    context: 'always',
    group: 'leave',
    help: 'end listening (exit code 130); twice: at once',
  },
  {
    names: ['ctrl-z'],
    label: 'Ctrl-Z',
    action: 'suspend',
    context: 'always',
    group: 'leave',
    help: 'back to the shell; fg returns',
  },
] as const satisfies readonly KeySpec[];

/** What a key does. */
export type Action = (typeof table)[number]['action'];

export interface Key extends KeySpec {
  readonly action: Action;
}

export const keys: readonly Key[] = table;

/** What acts on what stands in place of list and detail, or on the whole: nothing else can be seen to act there. */
export const worksOver: ReadonlySet<Action> = new Set<Action>([
  ...(['down', 'up', 'half-down', 'half-up', 'page-down', 'page-up', 'first', 'last'] as const),
  ...(['back', 'help', 'palette', 'quit', 'interrupt', 'suspend'] as const),
]);
