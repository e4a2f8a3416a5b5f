import type { ExportFormat } from '../../format/export/format.ts';
import { type CopyFormatName, exportFormats, type FormatName } from '../../format/export/index.ts';
import type { State } from '../state/state.ts';

/** Provider and event of the sample that `t` triggers. */
export const sampleEvent = 'stripe payment_intent.succeeded';

/** Scope of a binding. A narrower scope overrides `everywhere`; `always` also applies in prompts and menus. */
export type KeyContext =
  | 'always'
  | 'everywhere'
  | 'body'
  | 'attempts'
  | 'related'
  | 'breakpoint'
  | 'copy'
  | 'export';

/** Declaration of a key. */
export interface KeySpec {
  /** Names of the keys, as `terminal/key-sequences.ts` gives them. */
  readonly names: readonly string[];
  /** The key as written for people. */
  readonly label: string;
  readonly action: string;
  readonly group: keyof typeof groupTitles;
  /** `everywhere` unless given. */
  readonly context?: KeyContext;
  /** Description for the help, the palette and the README. */
  readonly help: string;
  /** Description in a word or two for the key bar; undefined: not shown there. */
  readonly shortLabel?: (state: State) => string | undefined;
  /** Help and palette leave it out now: it would only distract. */
  readonly isHidden?: (state: State) => boolean;
  /** Reason for the user why the key is disabled; undefined: it is enabled. */
  readonly disabledReason?: (state: State) => string | undefined;
}

/** Titles of the groups, in the order of the help. */
export const groupTitles = {
  move: 'Move',
  request: 'Actions',
  view: 'View',
  detail: 'In the detail',
  breakpoint: 'At the breakpoint',
  copy: 'After y: copy',
  export: 'After x: export to a file',
  app: 'Help and quit',
} as const;

const nothingSelected = ({ selected, filter }: State) => {
  if (selected !== undefined) return undefined;
  return filter === ''
    ? 'No request selected: none has arrived yet.'
    : 'No request selected: none matches the filter.';
};

const noForwarding = ({ live }: State) =>
  live.hasTarget ? undefined : 'Not forwarding: listen was started without a target.';

/** The breakpoint's line has room for the long labels. */
const isRoomy = ({ columns }: State) => columns >= 116;

const isDetailFocused = ({ pane }: State) => pane === 'detail';

/** A format in a menu. */
function formatKey<A extends string>(
  { key, title, isOffKeyBar }: ExportFormat,
  menu: 'copy' | 'export',
  action: A,
  object: string,
) {
  return {
    names: [key],
    label: key,
    action,
    context: menu,
    group: menu,
    help: `${menu} ${object}`,
    ...(isOffKeyBar ? {} : { shortLabel: () => title }),
    ...(menu === 'copy' ? { disabledReason: nothingSelected } : {}),
  } as const;
}

const formats: readonly (ExportFormat & { readonly name: FormatName })[] = exportFormats;

const copyFormatKeys = formats.flatMap((format) =>
  format.copyHelp === undefined
    ? []
    : [formatKey(format, 'copy', `copy-${format.name as CopyFormatName}`, format.copyHelp)],
);

const exportFormatKeys = formats.map((format) =>
  formatKey(format, 'export', `export-${format.name}`, format.fileHelp),
);

/** All keys: the source of the key bar, the help, the palette, the README and the type of the handlers. */
const table = [
  {
    names: ['a'],
    label: 'a',
    action: 'resume',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'resume the intercepted request',
    shortLabel: () => 'resume',
  },
  {
    names: ['A'],
    label: 'A',
    action: 'resume-all',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'resume all intercepted requests; the breakpoint stays set',
    shortLabel: () => 'resume all',
  },
  {
    names: ['e'],
    label: 'e',
    action: 'edit-resume',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'edit the intercepted request in $EDITOR, then resume it',
    shortLabel: (state) => (isRoomy(state) ? 'edit and resume' : 'edit'),
  },
  {
    names: ['b'],
    label: 'b',
    action: 'reply',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'reply without forwarding: asks for a status and an optional body',
    shortLabel: (state) => (isRoomy(state) ? 'reply without forwarding …' : 'reply …'),
  },
  {
    names: ['i'],
    label: 'i',
    action: 'remove-breakpoint',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'remove the breakpoint and resume all intercepted requests',
    shortLabel: () => 'remove it',
  },
  {
    names: ['I'],
    label: 'I',
    action: 'intercept-next',
    group: 'breakpoint',
    help: 'intercept only the next N requests, then remove the breakpoint',
    shortLabel: (state) =>
      state.live.intercepted ? (isRoomy(state) ? 'intercept next N' : 'next N') : undefined,
    disabledReason: noForwarding,
  },
  {
    names: ['return', ' '],
    label: 'Enter Space',
    action: 'fold',
    context: 'body',
    group: 'detail',
    help: 'fold or unfold the value on this line',
    shortLabel: () => 'fold',
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open-attempt',
    context: 'attempts',
    group: 'detail',
    help: 'open this attempt and its response',
    shortLabel: ({ attempt }) => (attempt === undefined ? 'open' : undefined),
    disabledReason: ({ live, attempt }) =>
      attempt !== undefined
        ? 'The attempt is open. Press Esc to go back.'
        : live.attempts === 0
          ? 'There are no attempts yet.'
          : undefined,
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open-related',
    context: 'related',
    group: 'detail',
    help: 'go to this request',
    shortLabel: () => 'go to request',
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open',
    group: 'view',
    help: 'open the selected request',
    shortLabel: (state) => (isDetailFocused(state) ? undefined : 'open'),
    disabledReason: (state) =>
      nothingSelected(state) ??
      (isDetailFocused(state) ? 'The request is already open. Press Esc to go back.' : undefined),
  },
  {
    names: ['escape', 'h', 'left'],
    label: 'Esc',
    action: 'back',
    group: 'view',
    help: 'go back to the list; clear the filter; hide a warning',
    shortLabel: (state) => {
      if (state.overlay || isDetailFocused(state)) return 'back';
      if (state.warning !== undefined) return 'hide warning';
      return state.filter === '' ? undefined : 'clear filter';
    },
    disabledReason: ({ pane, overlay, warning, filter }) =>
      pane === 'list' && !overlay && warning === undefined && filter === ''
        ? 'Already at the list. Press q to quit.'
        : undefined,
  },
  {
    names: ['r'],
    label: 'r',
    action: 'replay',
    group: 'request',
    help: 'replay to the target',
    shortLabel: () => 'replay',
    disabledReason: nothingSelected,
  },
  {
    names: ['e'],
    label: 'e',
    action: 'edit-replay',
    group: 'request',
    help: 'edit a copy in $EDITOR and replay it',
    shortLabel: () => 'edit',
    disabledReason: nothingSelected,
  },
  {
    names: ['/'],
    label: '/',
    action: 'search',
    context: 'body',
    group: 'detail',
    help: 'search in the body',
    shortLabel: () => 'search',
  },
  {
    names: ['n'],
    label: 'n',
    action: 'next-match',
    context: 'body',
    group: 'detail',
    help: 'next match',
    shortLabel: ({ search }) => (search === '' ? undefined : 'next'),
    disabledReason: ({ search }) => (search === '' ? 'No search text. Press / to search.' : undefined),
  },
  {
    names: ['N'],
    label: 'N',
    action: 'previous-match',
    context: 'body',
    group: 'detail',
    help: 'previous match',
    disabledReason: ({ search }) => (search === '' ? 'No search text. Press / to search.' : undefined),
  },
  {
    names: ['z'],
    label: 'z',
    action: 'fold-all',
    context: 'body',
    group: 'detail',
    help: 'fold all but the outermost level',
  },
  {
    names: ['Z'],
    label: 'Z',
    action: 'unfold-all',
    context: 'body',
    group: 'detail',
    help: 'unfold all',
  },
  {
    names: ['v'],
    label: 'v',
    action: 'raw',
    context: 'body',
    group: 'detail',
    help: 'switch between raw and pretty-printed body',
    shortLabel: () => 'raw/pretty',
  },
  {
    names: ['/'],
    label: '/',
    action: 'filter',
    group: 'view',
    help: 'filter the list',
    shortLabel: () => 'filter',
  },
  {
    names: ['c'],
    label: 'c',
    action: 'compare-attempts',
    group: 'view',
    help: "compare an attempt's response with the previous one",
    shortLabel: ({ live }) => (live.attempts > 1 ? 'compare' : undefined),
    disabledReason: (state) =>
      nothingSelected(state) ??
      (state.live.attempts > 1 ? undefined : 'Fewer than two attempts to compare. Press r to replay.'),
  },
  {
    names: ['y'],
    label: 'y',
    action: 'copy',
    group: 'request',
    help: 'copy to the clipboard (choose what)',
    shortLabel: () => 'copy',
  },
  {
    names: ['x'],
    label: 'x',
    action: 'export',
    group: 'request',
    help: 'export to a file (choose format)',
    shortLabel: (state) => (isDetailFocused(state) ? 'export' : undefined),
    disabledReason: nothingSelected,
  },
  {
    names: ['f', 'F'],
    label: 'f',
    action: 'follow',
    group: 'view',
    help: 'follow: always select the newest request',
    shortLabel: ({ following }) => (following ? undefined : 'follow'),
    disabledReason: nothingSelected,
  },
  {
    names: ['t'],
    label: 't',
    action: 'trigger',
    group: 'request',
    help: `trigger ${sampleEvent} through the public URL, if there is one`,
    shortLabel: ({ live }) => (live.noRequests ? 'trigger sample' : undefined),
  },
  {
    names: ['T'],
    label: 'T',
    action: 'trigger-other',
    group: 'request',
    help: 'trigger another event',
  },
  {
    names: ['R'],
    label: 'R',
    action: 'replay-to',
    group: 'request',
    help: 'replay to another target',
    disabledReason: nothingSelected,
  },
  {
    names: ['S'],
    label: 'S',
    action: 'resign-replay',
    group: 'request',
    help: 're-sign and replay',
    disabledReason: nothingSelected,
  },
  {
    names: ['m'],
    label: 'm',
    action: 'mark',
    group: 'request',
    help: 'mark or unmark',
    disabledReason: nothingSelected,
  },
  {
    names: ['D'],
    label: 'D',
    action: 'compare-marked',
    group: 'view',
    help: 'compare the two marked requests, or the marked one with the selected one',
    shortLabel: ({ marks }) => (marks.length === 2 ? 'compare marked' : undefined),
    disabledReason: ({ marks, selected }) => {
      if (marks.length === 2) return undefined;
      if (marks.length === 1 && selected !== undefined && selected !== marks[0]) return undefined;
      return `Mark two requests with m to compare them (${marks.length} marked).`;
    },
  },
  {
    names: ['d'],
    label: 'd',
    action: 'delete',
    group: 'request',
    help: 'delete the selected request or all marked ones; u undoes it for 10 s',
    disabledReason: nothingSelected,
  },
  {
    names: ['u'],
    label: 'u',
    action: 'undo',
    group: 'request',
    help: 'undo the last delete',
    shortLabel: ({ pendingDeletes }) => (pendingDeletes.length > 0 ? 'undo' : undefined),
    disabledReason: ({ pendingDeletes }) => (pendingDeletes.length > 0 ? undefined : 'No delete to undo.'),
  },
  {
    names: ['o'],
    label: 'o',
    action: 'open-url',
    group: 'request',
    help: "open the request's URL at the target, or the public URL, in the browser",
  },
  {
    names: ['p'],
    label: 'p',
    action: 'pause',
    group: 'request',
    help: 'pause forwarding: hold requests and reply 202; again: resume and deliver in order',
    shortLabel: ({ live }) => (live.paused ? 'resume forwarding' : undefined),
    disabledReason: noForwarding,
  },
  {
    names: ['M'],
    label: 'M',
    action: 'move-held',
    group: 'request',
    help: 'move requests that wait for other targets to this one',
    shortLabel: ({ live }) => (live.waitsElsewhere ? 'move held here' : undefined),
    isHidden: ({ live }) => !live.waitsElsewhere,
    disabledReason: ({ live }) =>
      live.waitsElsewhere ? undefined : 'No requests of this project wait for another target.',
  },
  {
    names: ['i'],
    label: 'i',
    action: 'breakpoint',
    group: 'request',
    help: 'breakpoint: intercept matching requests; again: remove it',
    shortLabel: ({ live }) => (live.breakpointSet ? 'remove breakpoint' : undefined),
    disabledReason: noForwarding,
  },
  {
    names: ['tab', ']', 'l', 'right'],
    label: 'Tab',
    action: 'next-tab',
    group: 'view',
    help: 'next tab',
    shortLabel: (state) => (isDetailFocused(state) ? 'next tab' : undefined),
    disabledReason: nothingSelected,
  },
  {
    names: ['shift-tab', '['],
    label: 'Shift-Tab',
    action: 'previous-tab',
    group: 'view',
    help: 'previous tab',
    disabledReason: nothingSelected,
  },
  {
    names: ['1'],
    label: '1',
    action: 'overview',
    group: 'view',
    help: 'overview',
    disabledReason: nothingSelected,
  },
  {
    names: ['2'],
    label: '2',
    action: 'headers',
    group: 'view',
    help: 'headers',
    disabledReason: nothingSelected,
  },
  { names: ['3'], label: '3', action: 'body', group: 'view', help: 'body', disabledReason: nothingSelected },
  {
    names: ['4'],
    label: '4',
    action: 'response',
    group: 'view',
    help: 'latest response of the target',
    disabledReason: nothingSelected,
  },
  {
    names: ['5'],
    label: '5',
    action: 'attempts',
    group: 'view',
    help: 'attempts',
    disabledReason: nothingSelected,
  },
  {
    names: ['6'],
    label: '6',
    action: 'related',
    group: 'view',
    help: 'related requests',
    disabledReason: nothingSelected,
  },
  {
    names: ['a'],
    label: 'a',
    action: 'all-projects',
    group: 'view',
    help: 'show requests of all projects in this database, or of this one only',
    shortLabel: ({ allProjects: allNames, live }) =>
      allNames ? 'this project' : live.noRequests ? 'all projects' : undefined,
  },
  {
    names: ['j', 'down'],
    label: 'j ↓',
    action: 'down',
    group: 'move',
    help: 'down',
    disabledReason: nothingSelected,
  },
  {
    names: ['k', 'up'],
    label: 'k ↑',
    action: 'up',
    group: 'move',
    help: 'up',
    disabledReason: nothingSelected,
  },
  {
    names: ['g', 'home'],
    label: 'g Home',
    action: 'first',
    group: 'move',
    help: 'go to the oldest request, or to the top',
    disabledReason: nothingSelected,
  },
  {
    names: ['G', 'end'],
    label: 'G End',
    action: 'last',
    group: 'move',
    help: 'go to the newest request and follow, or to the end',
    disabledReason: nothingSelected,
  },
  {
    names: ['ctrl-d'],
    label: 'Ctrl-d',
    action: 'half-down',
    group: 'move',
    help: 'half a page down',
    disabledReason: nothingSelected,
  },
  {
    names: ['ctrl-u'],
    label: 'Ctrl-u',
    action: 'half-up',
    group: 'move',
    help: 'half a page up',
    disabledReason: nothingSelected,
  },
  {
    names: ['pagedown', ' ', 'ctrl-f'],
    label: 'PgDn',
    action: 'page-down',
    group: 'move',
    help: 'one page down',
    disabledReason: nothingSelected,
  },
  {
    names: ['pageup', 'ctrl-b'],
    label: 'PgUp',
    action: 'page-up',
    group: 'move',
    help: 'one page up',
    disabledReason: nothingSelected,
  },
  {
    names: ['J'],
    label: 'J',
    action: 'next-request',
    group: 'move',
    help: 'next request, while one is open',
    disabledReason: nothingSelected,
  },
  {
    names: ['K'],
    label: 'K',
    action: 'previous-request',
    group: 'move',
    help: 'previous request, while one is open',
    disabledReason: nothingSelected,
  },
  {
    names: ['u'],
    label: 'u',
    action: 'copy-url',
    context: 'copy',
    group: 'copy',
    help: 'copy the public URL',
    shortLabel: () => 'URL',
  },
  ...copyFormatKeys,
  {
    names: ['b'],
    label: 'b',
    action: 'copy-body',
    context: 'copy',
    group: 'copy',
    help: 'copy the body',
    shortLabel: () => 'body',
    disabledReason: nothingSelected,
  },
  {
    names: ['i'],
    label: 'i',
    action: 'copy-id',
    context: 'copy',
    group: 'copy',
    help: 'copy the request id',
    shortLabel: () => 'id',
    disabledReason: nothingSelected,
  },
  ...exportFormatKeys,
  {
    names: [':'],
    label: ':',
    action: 'palette',
    group: 'app',
    help: 'command palette: run any action by name',
  },
  {
    names: ['?'],
    label: '?',
    action: 'help',
    group: 'app',
    help: 'show all keys',
    shortLabel: ({ overlay }) => (overlay?.type === 'help' ? 'back' : 'keys'),
  },
  {
    names: ['q'],
    label: 'q',
    action: 'quit',
    group: 'app',
    help: 'quit (exit code 0)',
    shortLabel: () => 'quit',
  },
  {
    names: ['ctrl-c'],
    label: 'Ctrl-C',
    action: 'interrupt',
    context: 'always',
    group: 'app',
    help: 'quit (exit code 130); twice: at once',
  },
  {
    names: ['ctrl-z'],
    label: 'Ctrl-Z',
    action: 'suspend',
    context: 'always',
    group: 'app',
    help: 'suspend to the shell; fg returns',
  },
] as const satisfies readonly KeySpec[];

/** Name of an action, as used in the config's `keys`. */
export type Action = (typeof table)[number]['action'];

/** A key and its action. */
export interface Key extends KeySpec {
  readonly action: Action;
}

/** The default keys. */
export const keys: readonly Key[] = table;

/** Actions that stay enabled while an overlay hides list and detail. */
export const allowedOverOverlay: ReadonlySet<Action> = new Set<Action>([
  ...(['down', 'up', 'half-down', 'half-up', 'page-down', 'page-up', 'first', 'last'] as const),
  ...(['back', 'help', 'palette', 'quit', 'interrupt', 'suspend'] as const),
]);
