import type { ExportFormat } from '../../format/export/format.ts';
import { type CopyFormatName, exportFormats, type FormatName } from '../../format/export/index.ts';
import type { OverlayState, State } from '../state/state.ts';

/** The sample event that one key triggers. */
export const sampleEvent = { provider: 'stripe', event: 'payment_intent.succeeded' } as const;

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
  /** Other words by which the help and the palette find it. */
  readonly words?: string;
  /** Help and palette leave it out now: it would only distract. */
  readonly isHidden?: (state: State) => boolean;
  /** Reason for the user why the key is disabled; undefined: it is enabled. */
  readonly disabledReason?: (state: State, keyOf: KeyOf) => string | undefined;
}

/** The key of an action that is in force, as written for people. */
export type KeyOf = (action: string) => string;

/** Titles of the groups, in the order of the help. */
export const groupTitles = {
  breakpoint: 'At the breakpoint',
  replay: 'Replay, edit, trigger',
  signature: 'Verify signatures',
  filter: 'Filter and search',
  copy: 'Copy',
  export: 'Export to a file',
  compare: 'Mark and compare',
  delete: 'Delete',
  forwarding: 'Pause and intercept',
  open: 'Open and show',
  body: 'Fold and format the body',
  move: 'Move',
  app: 'Help and quit',
} as const;

const nothingSelected = ({ selected, filter }: State) => {
  if (selected !== undefined) return undefined;
  return filter === ''
    ? 'No request selected: the list is empty.'
    : 'No request selected: none matches the filter.';
};

const noSearchText = ({ search }: State, keyOf: KeyOf) =>
  search === '' ? `No search text. Press ${keyOf('search')} to search.` : undefined;

const noForwarding = ({ live }: State) =>
  live.hasTarget ? undefined : 'Not forwarding: listen was started without a target.';

/** The signature is not valid, or was not checked. */
const needsAttention = ({ signature }: State['live']) => signature === 'invalid' || signature === 'unchecked';

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
    words: 'continue release go on forward',
    shortLabel: () => 'resume',
  },
  {
    names: ['A'],
    label: 'A',
    action: 'resume-all',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'resume all intercepted requests; the breakpoint stays set',
    words: 'continue release forward',
    shortLabel: () => 'resume all',
  },
  {
    names: ['e'],
    label: 'e',
    action: 'edit-resume',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'edit the intercepted request in $EDITOR, then resume it',
    words: 'change modify continue',
    shortLabel: (state) => (isRoomy(state) ? 'edit and resume' : 'edit'),
  },
  {
    names: ['b'],
    label: 'b',
    action: 'reply',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'reply without forwarding: asks for a status and an optional body',
    words: 'answer respond response mock status',
    shortLabel: (state) => (isRoomy(state) ? 'reply without forwarding …' : 'reply …'),
  },
  {
    names: ['i'],
    label: 'i',
    action: 'remove-breakpoint',
    context: 'breakpoint',
    group: 'breakpoint',
    help: 'remove the breakpoint and resume all intercepted requests',
    words: 'delete clear stop intercepting',
    shortLabel: () => 'remove it',
  },
  {
    names: ['I'],
    label: 'I',
    action: 'intercept-next',
    group: 'breakpoint',
    help: 'intercept only the next N requests, then remove the breakpoint',
    words: 'breakpoint stop hold count',
    shortLabel: (state) =>
      state.live.intercepted ? (isRoomy(state) ? 'intercept next N' : 'next N') : undefined,
    disabledReason: noForwarding,
  },
  {
    names: ['return', ' '],
    label: 'Enter Space',
    action: 'fold',
    context: 'body',
    group: 'body',
    help: 'fold or unfold the value on this line',
    words: 'collapse expand toggle',
    shortLabel: () => 'fold',
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open-attempt',
    context: 'attempts',
    group: 'open',
    help: 'open this attempt and its response',
    words: 'show view',
    shortLabel: ({ attempt }) => (attempt === undefined ? 'open' : undefined),
    disabledReason: ({ live, attempt }, keyOf) =>
      attempt !== undefined
        ? `The attempt is open. Press ${keyOf('back')} to go back.`
        : live.attempts === 0
          ? 'There are no attempts yet.'
          : undefined,
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open-related',
    context: 'related',
    group: 'open',
    help: 'go to this request',
    words: 'jump',
    shortLabel: ({ live }) => (live.hasRelated ? 'go to request' : undefined),
  },
  {
    names: ['return'],
    label: 'Enter',
    action: 'open',
    group: 'open',
    help: 'open the selected request',
    words: 'show view inspect details enter',
    shortLabel: (state) => (isDetailFocused(state) ? undefined : 'open'),
    disabledReason: (state, keyOf) =>
      nothingSelected(state) ??
      (isDetailFocused(state)
        ? `The request is already open. Press ${keyOf('back')} to go back.`
        : undefined),
  },
  {
    names: ['escape', 'h', 'left'],
    label: 'Esc',
    action: 'back',
    group: 'open',
    help: 'go back to the list; clear the filter; hide a warning',
    words: 'close return cancel list',
    shortLabel: (state) => {
      if (state.overlay || isDetailFocused(state)) return 'back';
      if (state.warning !== undefined) return 'hide warning';
      return state.filter === '' ? undefined : 'clear filter';
    },
    disabledReason: ({ pane, overlay, warning, filter }, keyOf) =>
      pane === 'list' && !overlay && warning === undefined && filter === ''
        ? `Already at the list. Press ${keyOf('quit')} to quit.`
        : undefined,
  },
  {
    names: ['V'],
    label: 'V',
    action: 'verify',
    group: 'signature',
    help: 'verify the signature again and explain the result',
    words: 'check hmac secret doctor',
    shortLabel: ({ live }) => (needsAttention(live) || live.signature === 'rejected' ? 'verify' : undefined),
    disabledReason: nothingSelected,
  },
  {
    names: ['s'],
    label: 's',
    action: 'set-secret',
    group: 'signature',
    help: "set the secret of the request's provider for this session, and verify the request",
    words: 'key signature password',
    shortLabel: ({ live }) => (needsAttention(live) ? 'set secret' : undefined),
    disabledReason: nothingSelected,
  },
  {
    names: ['r'],
    label: 'r',
    action: 'replay',
    group: 'replay',
    help: 'replay to the target',
    words: 'resend send again retry repeat redeliver forward',
    shortLabel: () => 'replay',
    disabledReason: nothingSelected,
  },
  {
    names: ['e'],
    label: 'e',
    action: 'edit-replay',
    group: 'replay',
    help: 'edit a copy in $EDITOR and replay it',
    words: 'change modify resend editor',
    shortLabel: () => 'edit',
    disabledReason: nothingSelected,
  },
  {
    names: ['/'],
    label: '/',
    action: 'search',
    context: 'body',
    group: 'filter',
    help: 'search in the body',
    words: 'find grep',
    shortLabel: () => 'search',
  },
  {
    names: ['n'],
    label: 'n',
    action: 'next-match',
    context: 'body',
    group: 'filter',
    help: 'next match',
    words: 'find',
    shortLabel: ({ search }) => (search === '' ? undefined : 'next'),
    disabledReason: noSearchText,
  },
  {
    names: ['N'],
    label: 'N',
    action: 'previous-match',
    context: 'body',
    group: 'filter',
    help: 'previous match',
    words: 'find',
    disabledReason: noSearchText,
  },
  {
    names: ['z'],
    label: 'z',
    action: 'fold-all',
    context: 'body',
    group: 'body',
    help: 'fold all but the outermost level',
    words: 'collapse',
  },
  {
    names: ['Z'],
    label: 'Z',
    action: 'unfold-all',
    context: 'body',
    group: 'body',
    help: 'unfold all',
    words: 'expand',
  },
  {
    names: ['v'],
    label: 'v',
    action: 'raw',
    context: 'body',
    group: 'body',
    help: 'switch between raw and pretty-printed body',
    words: 'pretty format json bytes',
    shortLabel: () => 'raw/pretty',
  },
  {
    names: ['/'],
    label: '/',
    action: 'filter',
    group: 'filter',
    help: 'filter the list',
    words: 'find search grep query where',
    shortLabel: ({ overlay }) => (overlay ? 'search' : 'filter'),
  },
  {
    names: ['c'],
    label: 'c',
    action: 'compare-attempts',
    group: 'compare',
    help: "compare an attempt's response with the previous one",
    words: 'diff difference response',
    shortLabel: ({ live }) => (live.attempts > 1 ? 'compare' : undefined),
    disabledReason: (state, keyOf) =>
      nothingSelected(state) ??
      (state.live.attempts > 1
        ? undefined
        : `Fewer than two attempts to compare. Press ${keyOf('replay')} to replay.`),
  },
  {
    names: ['y'],
    label: 'y',
    action: 'copy',
    group: 'copy',
    help: 'copy to the clipboard (choose what)',
    words: 'clipboard yank',
    shortLabel: () => 'copy',
  },
  {
    names: ['x'],
    label: 'x',
    action: 'export',
    group: 'export',
    help: 'export to a file (choose format)',
    words: 'save download write',
    shortLabel: (state) => (isDetailFocused(state) ? 'export' : undefined),
    disabledReason: nothingSelected,
  },
  {
    names: ['f', 'F'],
    label: 'f',
    action: 'follow',
    group: 'filter',
    help: 'follow: always select the newest request',
    words: 'tail newest latest live watch',
    shortLabel: ({ following }) => (following ? undefined : 'follow'),
    disabledReason: nothingSelected,
  },
  {
    names: ['t'],
    label: 't',
    action: 'trigger',
    group: 'replay',
    help: `trigger ${sampleEvent.provider} ${sampleEvent.event} through the public URL, if there is one`,
    words: 'send sample test fake event',
    shortLabel: ({ live }) => (live.noRequests ? 'trigger sample' : undefined),
  },
  {
    names: ['T'],
    label: 'T',
    action: 'trigger-other',
    group: 'replay',
    help: 'trigger another event',
    words: 'send sample test fake event provider',
  },
  {
    names: ['R'],
    label: 'R',
    action: 'replay-to',
    group: 'replay',
    help: 'replay to another target',
    words: 'resend send again port url redirect another',
    disabledReason: nothingSelected,
  },
  {
    names: ['S'],
    label: 'S',
    action: 'resign-replay',
    group: 'replay',
    help: 're-sign and replay',
    words: 'signature sign resend secret',
    disabledReason: nothingSelected,
  },
  {
    names: ['m'],
    label: 'm',
    action: 'mark',
    group: 'compare',
    help: 'mark or unmark',
    words: 'select tag pick',
    disabledReason: nothingSelected,
  },
  {
    names: ['D'],
    label: 'D',
    action: 'compare-marked',
    group: 'compare',
    help: 'compare the two marked requests, or the marked one with the selected one',
    words: 'diff difference',
    shortLabel: ({ marks }) => (marks.length === 2 ? 'compare marked' : undefined),
    disabledReason: ({ marks, selected }, keyOf) => {
      if (marks.length === 2) return undefined;
      if (marks.length === 1 && selected !== undefined && selected !== marks[0]) return undefined;
      return `Mark two requests with ${keyOf('mark')} to compare them (${marks.length} marked).`;
    },
  },
  {
    names: ['d'],
    label: 'd',
    action: 'delete',
    group: 'delete',
    help: 'delete the selected request or all marked ones; can be undone for 10 s',
    words: 'remove erase clear',
    disabledReason: nothingSelected,
  },
  {
    names: ['u'],
    label: 'u',
    action: 'undo',
    group: 'delete',
    help: 'undo the last delete',
    words: 'restore undelete',
    shortLabel: ({ pendingDeletes }) => (pendingDeletes.length > 0 ? 'undo' : undefined),
    disabledReason: ({ pendingDeletes }) => (pendingDeletes.length > 0 ? undefined : 'No delete to undo.'),
  },
  {
    names: ['o'],
    label: 'o',
    action: 'open-url',
    group: 'open',
    help: "open the request's URL at the target, or the public URL, in the browser",
    words: 'web launch',
  },
  {
    names: ['Q'],
    label: 'Q',
    action: 'qr-code',
    group: 'open',
    help: 'show the public URL as a QR code',
    words: 'phone mobile scan camera link',
  },
  {
    names: ['p'],
    label: 'p',
    action: 'pause',
    group: 'forwarding',
    help: 'pause forwarding: hold requests and reply 202; again: resume and deliver in order',
    words: 'stop hold resume queue',
    shortLabel: ({ live }) => (live.paused ? 'resume forwarding' : undefined),
    disabledReason: noForwarding,
  },
  {
    names: ['M'],
    label: 'M',
    action: 'move-held',
    group: 'forwarding',
    help: 'move requests that wait for other targets to this one',
    words: 'held retry pending other target',
    shortLabel: ({ live }) => (live.waitsElsewhere ? 'move held here' : undefined),
    isHidden: ({ live }) => !live.waitsElsewhere,
    disabledReason: ({ live }) =>
      live.waitsElsewhere ? undefined : 'No requests of this project wait for another target.',
  },
  {
    names: ['U'],
    label: 'U',
    action: 'use-fallback',
    group: 'forwarding',
    help: 'use the tunnel of another company, while the default one gives no public URL',
    words: 'tunnel cloudflared ssh fallback url',
    shortLabel: ({ live }) => (live.fallback === undefined ? undefined : `use ${live.fallback}`),
    isHidden: ({ live }) => live.fallback === undefined,
    disabledReason: ({ live }) =>
      live.fallback === undefined ? 'No other tunnel is needed, or none can be used.' : undefined,
  },
  {
    names: ['i'],
    label: 'i',
    action: 'breakpoint',
    group: 'forwarding',
    help: 'breakpoint: intercept matching requests; again: remove it',
    words: 'intercept stop debug hold',
    shortLabel: ({ live }) => (live.breakpointSet ? 'remove breakpoint' : undefined),
    disabledReason: noForwarding,
  },
  {
    names: ['tab', ']', 'l', 'right'],
    label: 'Tab',
    action: 'next-tab',
    group: 'open',
    help: 'next tab',
    words: 'switch pane',
    shortLabel: (state) => (isDetailFocused(state) ? 'next tab' : undefined),
    disabledReason: nothingSelected,
  },
  {
    names: ['shift-tab', '['],
    label: 'Shift-Tab',
    action: 'previous-tab',
    group: 'open',
    help: 'previous tab',
    words: 'switch pane',
    disabledReason: nothingSelected,
  },
  {
    names: ['1'],
    label: '1',
    action: 'overview',
    group: 'open',
    help: 'show the overview',
    words: 'tab summary signature',
    disabledReason: nothingSelected,
  },
  {
    names: ['2'],
    label: '2',
    action: 'headers',
    group: 'open',
    help: 'show the headers',
    words: 'tab',
    disabledReason: nothingSelected,
  },
  {
    names: ['3'],
    label: '3',
    action: 'body',
    group: 'open',
    help: 'show the body',
    words: 'tab payload json',
    disabledReason: nothingSelected,
  },
  {
    names: ['4'],
    label: '4',
    action: 'response',
    group: 'open',
    help: 'show the latest response of the target',
    words: 'tab answer reply target',
    disabledReason: nothingSelected,
  },
  {
    names: ['5'],
    label: '5',
    action: 'attempts',
    group: 'open',
    help: 'show the attempts',
    words: 'tab tries retries deliveries',
    disabledReason: nothingSelected,
  },
  {
    names: ['6'],
    label: '6',
    action: 'related',
    group: 'open',
    help: 'show related requests',
    words: 'tab same entity events',
    disabledReason: nothingSelected,
  },
  {
    names: ['a'],
    label: 'a',
    action: 'all-projects',
    group: 'filter',
    help: 'show requests of all projects in this database, or of this one only',
    words: 'folders everything',
    shortLabel: ({ allProjects: allNames, live }) =>
      allNames ? 'this project' : live.noRequests ? 'all projects' : undefined,
  },
  {
    names: ['j', 'down'],
    label: 'j Down',
    action: 'down',
    group: 'move',
    help: 'move down',
    disabledReason: nothingSelected,
  },
  {
    names: ['k', 'up'],
    label: 'k Up',
    action: 'up',
    group: 'move',
    help: 'move up',
    disabledReason: nothingSelected,
  },
  {
    names: ['g', 'home'],
    label: 'g Home',
    action: 'first',
    group: 'move',
    help: 'go to the oldest request, or to the top',
    words: 'top start beginning home',
    disabledReason: nothingSelected,
  },
  {
    names: ['G', 'end'],
    label: 'G End',
    action: 'last',
    group: 'move',
    help: 'go to the newest request and follow, or to the end',
    words: 'bottom end newest',
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
    words: 'clipboard yank address link tunnel',
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
    words: 'clipboard yank payload json',
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
    words: 'clipboard yank ref',
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
    words: 'commands actions search run',
  },
  {
    names: ['?'],
    label: '?',
    action: 'help',
    group: 'app',
    help: 'show all keys',
    words: 'keys shortcuts bindings',
    shortLabel: ({ overlay }) => (overlay?.type === 'help' ? 'back' : 'keys'),
  },
  {
    names: ['q'],
    label: 'q',
    action: 'quit',
    group: 'app',
    help: 'quit (exit code 0)',
    words: 'exit close leave',
    shortLabel: () => 'quit',
  },
  {
    names: ['ctrl-c'],
    label: 'Ctrl-C',
    action: 'interrupt',
    context: 'always',
    group: 'app',
    help: 'quit (exit code 130); twice: at once',
    words: 'exit quit stop kill',
  },
  {
    names: ['ctrl-z'],
    label: 'Ctrl-Z',
    action: 'suspend',
    context: 'always',
    group: 'app',
    help: 'suspend to the shell; fg returns',
    words: 'background shell',
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
const allowedOverOverlays: ReadonlySet<Action> = new Set<Action>([
  ...(['down', 'up', 'half-down', 'half-up', 'page-down', 'page-up', 'first', 'last'] as const),
  ...(['back', 'help', 'palette', 'quit', 'interrupt', 'suspend'] as const),
]);

/** True if an action stays enabled while this overlay hides list and detail. */
export function isAllowedOver({ type }: OverlayState, action: Action): boolean {
  if (type === 'verification' && action === 'set-secret') return true;
  if (type === 'qr-code' && action === 'qr-code') return true;
  // The filter's key searches the help.
  return allowedOverOverlays.has(action) || (type === 'help' && action === 'filter');
}
