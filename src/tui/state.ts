import type { Tone } from '../format/paint.ts';
import type { Seq } from '../model/seq.ts';

export const tabs = ['overview', 'headers', 'body', 'attempts'] as const;

/** A part of the detail. */
export type Tab = (typeof tabs)[number];

/** What was last said to the user. */
export interface Notice {
  readonly tone: Tone;
  readonly text: string;
}

/** What the user has made of the screen; what is shown in it comes from the feed. */
export interface State {
  readonly columns: number;
  readonly rows: number;
  /** What the keys act on. */
  readonly pane: 'list' | 'detail';
  readonly help: boolean;
  /** The place of the selected request; undefined while there is none. */
  readonly selected: Seq | undefined;
  /** The row of the list that the selection is on. */
  readonly row: number;
  /** Whether the selection goes to each new request. */
  readonly following: boolean;
  /** Whether requests of all names are shown. */
  readonly allNames: boolean;
  readonly tab: Tab;
  /** The first line shown of the detail, and of the help. */
  readonly scroll: number;
  /** The answer to the last key; the next key takes it away. */
  readonly notice: Notice | undefined;
  /** What the session warned of; Esc takes it away. */
  readonly warning: string | undefined;
  /** Whether the session is being closed: nothing else can be done then. */
  readonly closing: boolean;
}

export type Change =
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'selected'; readonly seq: Seq; readonly row: number }
  | { readonly type: 'following'; readonly on: boolean }
  | { readonly type: 'names'; readonly all: boolean }
  | { readonly type: 'pane'; readonly pane: State['pane'] }
  | { readonly type: 'help'; readonly on: boolean }
  | { readonly type: 'tab'; readonly tab: Tab }
  | { readonly type: 'scrolled'; readonly to: number }
  | { readonly type: 'noticed'; readonly notice: Notice | undefined }
  | { readonly type: 'warned'; readonly warning: string | undefined }
  | { readonly type: 'closing' };

export function initialState(columns: number, rows: number): State {
  return {
    columns,
    rows,
    pane: 'list',
    help: false,
    selected: undefined,
    row: 0,
    following: true,
    allNames: false,
    tab: 'overview',
    scroll: 0,
    notice: undefined,
    warning: undefined,
    closing: false,
  };
}

/** The state after a change. Another request or another part is read from its top. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'resized':
      return { ...state, columns: change.columns, rows: change.rows };
    case 'selected':
      return {
        ...state,
        selected: change.seq,
        row: change.row,
        following: false,
        scroll: change.seq === state.selected ? state.scroll : 0,
      };
    case 'following':
      return { ...state, following: change.on };
    case 'names':
      return { ...state, allNames: change.all, following: true, pane: 'list' };
    case 'pane':
      // Whoever reads a request does not want it to be taken away by the next one.
      return { ...state, pane: change.pane, following: state.following && change.pane === 'list' };
    case 'help':
      return { ...state, help: change.on, scroll: 0 };
    case 'tab':
      return { ...state, tab: change.tab, scroll: 0 };
    case 'scrolled':
      return { ...state, scroll: Math.max(0, change.to) };
    case 'noticed':
      return { ...state, notice: change.notice };
    case 'warned':
      return { ...state, warning: change.warning };
    case 'closing':
      return { ...state, closing: true, help: false };
  }
}

/** The part that is `by` parts away, the first after the last. */
export function tabBeside(tab: Tab, by: 1 | -1): Tab {
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
}
