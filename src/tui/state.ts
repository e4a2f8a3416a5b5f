import type { Tone } from '../format/paint.ts';
import type { Seq } from '../model/seq.ts';
import { type Field, fieldOf } from './field.ts';
import type { Reading } from './reader.ts';

export const tabs = ['overview', 'headers', 'body', 'response', 'attempts', 'story'] as const;

/** A part of the detail. */
export type Tab = (typeof tabs)[number];

/** What was last said to the user. */
export interface Notice {
  readonly tone: Tone;
  readonly text: string;
}

/** A request, or the answer of one of its attempts, that is compared. */
export interface Compared {
  readonly seq: Seq;
  readonly attempt?: number | undefined;
}

/** What stands in place of list and detail. */
export type Overlay =
  | { readonly type: 'help' }
  | { readonly type: 'compare'; readonly before: Compared; readonly after: Compared };

/** What a field's text is for. */
export type Purpose = 'filter' | 'search' | 'target' | 'break' | 'stop-next' | 'trigger';

/** What the keyboard belongs to in place of the keys. */
export type Prompt =
  | {
      readonly type: 'field';
      readonly purpose: Purpose;
      readonly field: Field;
      /** What the text was before. */
      readonly before: string;
    }
  | { readonly type: 'palette'; readonly field: Field; readonly row: number }
  /** The reply to a stopped request: first its status, then, once that is there, its body. */
  | {
      readonly type: 'reply';
      readonly seq: Seq;
      readonly status: number | undefined;
      readonly field: Field;
      readonly row: number;
    }
  | { readonly type: 'menu'; readonly menu: 'copy' | 'export' };

/** How things are, as the feed last saw them: what keys can do hangs on it. */
export interface Live {
  readonly hasTarget: boolean;
  readonly paused: boolean;
  /** Whether the breakpoint is set, and whether it stops a request now. */
  readonly breaks: boolean;
  readonly stopped: boolean;
  /** Whether nothing has been recorded yet. */
  readonly isEmpty: boolean;
  /** Of the selected request. */
  readonly attempts: number;
}

/** What the user has made of the screen; what is shown in it comes from the feed. */
export interface State {
  readonly columns: number;
  readonly rows: number;
  /** What the keys act on. */
  readonly pane: 'list' | 'detail';
  readonly overlay: Overlay | undefined;
  readonly prompt: Prompt | undefined;
  /** The place of the selected request; undefined while there is none. */
  readonly selected: Seq | undefined;
  /** The row of the list that the selection is on. */
  readonly row: number;
  /** Whether the selection goes to each new request. */
  readonly following: boolean;
  /** Whether requests of all names are shown. */
  readonly allNames: boolean;
  /** Only requests that this filter means are shown; all if it is empty. */
  readonly filter: string;
  /** Marked requests, the one that was marked first to the front. */
  readonly marks: readonly Seq[];
  /** Requests that are to be deleted, hidden until then. */
  readonly removed: readonly Seq[];
  readonly tab: Tab;
  /** The first line shown of the detail, and of what stands in its place. */
  readonly scroll: number;
  /** Where one reads in a body; undefined: at its beginning. */
  readonly reading: Reading | undefined;
  /** What is looked for in the body. */
  readonly search: string;
  /** The row that is chosen in the lists of attempts and of the story. */
  readonly line: number;
  /** The number of the attempt that is read; undefined: their list is. */
  readonly attempt: number | undefined;
  /** The answer to the last key; the next key takes it away. */
  readonly notice: Notice | undefined;
  /** The filter of what the breakpoint stops; empty: everything. */
  readonly breaking: string;
  /** What the session warned of; Esc takes it away. */
  readonly warning: string | undefined;
  /** Whether the session is being closed: nothing else can be done then. */
  readonly closing: boolean;
  readonly live: Live;
}

export type Change =
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'selected'; readonly seq: Seq; readonly row: number }
  | { readonly type: 'following'; readonly on: boolean }
  | { readonly type: 'names'; readonly all: boolean }
  | { readonly type: 'filtered'; readonly filter: string }
  | { readonly type: 'marked'; readonly seq: Seq }
  | { readonly type: 'removed'; readonly removed: readonly Seq[] }
  | { readonly type: 'pane'; readonly pane: State['pane'] }
  | { readonly type: 'overlay'; readonly overlay: Overlay | undefined }
  | { readonly type: 'prompt'; readonly prompt: Prompt | undefined }
  | { readonly type: 'written'; readonly field: Field }
  | { readonly type: 'tab'; readonly tab: Tab }
  | { readonly type: 'scrolled'; readonly to: number }
  | { readonly type: 'read'; readonly reading: Reading }
  | { readonly type: 'searched'; readonly search: string }
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'attempt'; readonly attempt: number | undefined }
  | { readonly type: 'noticed'; readonly notice: Notice | undefined }
  | { readonly type: 'breaking'; readonly filter: string }
  | { readonly type: 'warned'; readonly warning: string | undefined }
  | { readonly type: 'closing' };

/** What belongs to one request and part: another one is read from its top. */
export const unread = {
  scroll: 0,
  reading: undefined,
  line: 0,
  attempt: undefined,
} as const;

export function initialState(columns: number, rows: number): State {
  return {
    columns,
    rows,
    pane: 'list',
    overlay: undefined,
    prompt: undefined,
    selected: undefined,
    row: 0,
    following: true,
    allNames: false,
    filter: '',
    marks: [],
    removed: [],
    tab: 'overview',
    search: '',
    ...unread,
    notice: undefined,
    breaking: '',
    warning: undefined,
    closing: false,
    live: { hasTarget: false, paused: false, breaks: false, stopped: false, isEmpty: true, attempts: 0 },
  };
}

/** The state after a change. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'resized':
      return { ...state, columns: change.columns, rows: change.rows };
    case 'selected':
      return {
        ...state,
        ...(change.seq === state.selected ? {} : unread),
        selected: change.seq,
        row: change.row,
        following: false,
      };
    case 'following':
      return { ...state, following: change.on };
    case 'names':
      return { ...state, allNames: change.all, following: true, pane: 'list' };
    case 'filtered':
      return { ...state, filter: change.filter };
    case 'marked':
      return { ...state, marks: toggled(state.marks, change.seq) };
    case 'removed':
      return {
        ...state,
        removed: change.removed,
        marks: state.marks.filter((seq) => !change.removed.includes(seq)),
      };
    case 'pane':
      // Whoever reads a request does not want it to be taken away by the next one.
      return { ...state, pane: change.pane, following: state.following && change.pane === 'list' };
    case 'overlay':
      return { ...state, overlay: change.overlay, scroll: 0 };
    case 'prompt':
      return { ...state, prompt: change.prompt };
    case 'written':
      return { ...state, prompt: written(state.prompt, change.field) };
    case 'tab':
      return { ...state, ...unread, tab: change.tab };
    case 'scrolled':
      return { ...state, scroll: Math.max(0, change.to) };
    case 'read':
      return { ...state, reading: change.reading };
    case 'searched':
      return { ...state, search: change.search };
    case 'line':
      return { ...state, line: Math.max(0, change.line) };
    case 'attempt':
      return { ...state, attempt: change.attempt, scroll: 0, reading: undefined };
    case 'noticed':
      return { ...state, notice: change.notice };
    case 'breaking':
      return { ...state, breaking: change.filter };
    case 'warned':
      return { ...state, warning: change.warning };
    case 'closing':
      return { ...state, closing: true, overlay: undefined, prompt: undefined };
  }
}

/** A mark more, or one less. */
function toggled(marks: readonly Seq[], seq: Seq): readonly Seq[] {
  return marks.includes(seq) ? marks.filter((each) => each !== seq) : [...marks, seq];
}

function written(prompt: Prompt | undefined, field: Field): Prompt | undefined {
  if (prompt?.type === 'field') return { ...prompt, field };
  return prompt?.type === 'palette' || prompt?.type === 'reply' ? { ...prompt, field, row: 0 } : prompt;
}

/** A field that takes the keyboard, with this text in it. */
export function fieldPrompt(purpose: Purpose, text: string): Prompt {
  return { type: 'field', purpose, field: fieldOf(text), before: text };
}

/** The part that is `by` parts away, the first after the last. */
export function tabBeside(tab: Tab, by: 1 | -1): Tab {
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
}
