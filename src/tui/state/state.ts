import type { DocumentPosition } from '../../format/document/document.ts';
import type { Tone } from '../../format/paint.ts';
import type { StyledLine } from '../../format/styled.ts';
import type { VerificationResult } from '../../model/classification.ts';
import type { Seq } from '../../model/seq.ts';
import type { ProviderSecret } from '../../operations/provider-secret.ts';
import type { Choice, PickerPurpose } from './choice.ts';
import { suggestionField, type TextField } from './text-field.ts';

/** The tabs of the detail, in order. */
export const tabs = ['overview', 'headers', 'body', 'response', 'attempts', 'related'] as const;

/** A tab of the detail. */
export type Tab = (typeof tabs)[number];

/** Something that a notice is about: a request, the breakpoint, or the pause of forwarding. */
export type NoticeSubject = Seq | 'breakpoint' | 'pause';

/** The last message to the user. */
export interface Notice {
  readonly tone: Tone;
  readonly text: string;
  /** Once this is gone, so is the notice. */
  readonly subject?: NoticeSubject | undefined;
}

/** Scroll position in a body: the first row on screen and the cursor row. */
export interface Viewport {
  readonly top: DocumentPosition;
  readonly cursor: DocumentPosition;
  /** Sticks to the end while the rest of the body is still being read. */
  readonly atEnd?: boolean | undefined;
}

/** One side of a comparison: a request, or the response of one of its attempts. */
export interface ComparedItem {
  readonly seq: Seq;
  readonly attempt?: number | undefined;
}

/** The help: the keys of the view that it was opened from, then the others. */
export interface HelpOverlay {
  readonly type: 'help';
  /** Only keys that match these words are shown; empty: all. */
  readonly search: string;
  /** The prompt that it was opened from, and that opens again after it. */
  readonly prompt?: Prompt | undefined;
}

/** A full-size panel over list and detail. */
export type OverlayState =
  | HelpOverlay
  | { readonly type: 'compare'; readonly before: ComparedItem; readonly after: ComparedItem }
  /** The public URL as a QR code. */
  | { readonly type: 'qr-code' }
  /** The verification of a request's signature, in lines of any length. */
  | { readonly type: 'verification'; readonly lines: readonly StyledLine[] };

/** What a secret was asked for: to verify a request, or to send an event. */
export type SecretPurpose =
  | { readonly type: 'verify'; readonly seq: Seq }
  | { readonly type: 'trigger'; readonly event: string };

/** The use that is made of a text field's content. */
export type FieldPurpose = 'filter' | 'search' | 'breakpoint' | 'intercept-next' | 'help';

/** A field or menu that receives key input while it is open. */
export type Prompt =
  | {
      readonly type: 'field';
      readonly purpose: FieldPurpose;
      readonly field: TextField;
      /** The reason why the text was not accepted. */
      readonly error?: string | undefined;
    }
  | PickerPrompt
  /** The body of the reply to an intercepted request. */
  | { readonly type: 'reply'; readonly seq: Seq; readonly status: number; readonly field: TextField }
  /** The secret of a provider, for this session. */
  | {
      readonly type: 'secret';
      readonly secret: ProviderSecret;
      readonly purpose: SecretPurpose;
      readonly field: TextField;
    }
  | { readonly type: 'menu'; readonly menu: 'copy' | 'export' };

/** A list of choices that typing narrows. */
export interface PickerPrompt {
  readonly type: 'picker';
  readonly purpose: PickerPurpose;
  readonly choices: readonly Choice[];
  /** The choices are still being loaded. */
  readonly isLoading?: boolean | undefined;
  readonly field: TextField;
  /** Index of the selected choice among those that match. */
  readonly row: number;
}

/** Classification about session and selection at the last frame that decide which keys are enabled. */
export interface LiveStatus {
  readonly hasTarget: boolean;
  /** Requests wait for other targets, and can be moved here. */
  readonly waitsElsewhere: boolean;
  /** The tunnel driver that is offered, because there is no public URL. */
  readonly fallback: string | undefined;
  /** Other requests are related to the selected one, as far as they were searched. */
  readonly hasRelated: boolean;
  readonly paused: boolean;
  readonly breakpointSet: boolean;
  /** A request is held at the breakpoint now. */
  readonly intercepted: boolean;
  /** Nothing has been recorded yet. */
  readonly noRequests: boolean;
  /** Number of attempts of the selected request. */
  readonly attempts: number;
  /**
   * Result of verifying the selected request, `rejected` if it is valid and the target rejected it all the same;
   * undefined: there is nothing to verify.
   */
  readonly signature: VerificationResult | 'rejected' | undefined;
}

/** The state of the screen as the user has set it; the data shown comes from the view model. */
export interface State {
  readonly columns: number;
  readonly rows: number;
  /** The pane that has the focus. */
  readonly pane: 'list' | 'detail';
  readonly overlay: OverlayState | undefined;
  readonly prompt: Prompt | undefined;
  /** The selected request; undefined while there is none. */
  readonly selected: Seq | undefined;
  /** The row of the list that the selection is on. */
  readonly row: number;
  /** The selection moves to each new request. */
  readonly following: boolean;
  /** Requests of all projects are shown. */
  readonly allProjects: boolean;
  /** Filter of the list; empty: all requests. */
  readonly filter: string;
  /** Marked requests, in the order in which they were marked. */
  readonly marks: readonly Seq[];
  /** Deleted requests that can still be restored; hidden, but still in the database. */
  readonly pendingDeletes: readonly Seq[];
  readonly tab: Tab;
  /** The first visible line of the detail or the overlay. */
  readonly scroll: number;
  /** Scroll position in a body; undefined: at its beginning. */
  readonly viewport: Viewport | undefined;
  /** Search text in the body. */
  readonly search: string;
  /** The selected row in the attempts or the related requests. */
  readonly rowCursor: number;
  /** Number of the open attempt; undefined: the list of attempts is shown. */
  readonly attempt: number | undefined;
  /** Result of the last key; removed by the next key. */
  readonly notice: Notice | undefined;
  /** Filter of the breakpoint; empty: every request. */
  readonly breakpointFilter: string;
  /** Providers whose events the user chose to send without a signature. */
  readonly unsigned: readonly string[];
  /** Warning of the session; removed by Esc. */
  readonly warning: string | undefined;
  /** The session is being closed: all other keys are disabled. */
  readonly closing: boolean;
  readonly live: LiveStatus;
}

/** A change of the state. */
export type Change =
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'selected'; readonly seq: Seq; readonly row: number }
  | { readonly type: 'following'; readonly on: boolean }
  | { readonly type: 'projects'; readonly all: boolean }
  | { readonly type: 'filter'; readonly filter: string }
  | { readonly type: 'mark-toggled'; readonly seq: Seq }
  | { readonly type: 'pending-deletes'; readonly pendingDeletes: readonly Seq[] }
  | { readonly type: 'pane'; readonly pane: State['pane'] }
  | { readonly type: 'overlay'; readonly overlay: OverlayState | undefined }
  | { readonly type: 'prompt'; readonly prompt: Prompt | undefined }
  | { readonly type: 'field-edited'; readonly field: TextField }
  | { readonly type: 'tab'; readonly tab: Tab }
  | { readonly type: 'scrolled'; readonly to: number }
  | { readonly type: 'viewport'; readonly viewport: Viewport }
  | { readonly type: 'search'; readonly search: string }
  | { readonly type: 'row-cursor'; readonly row: number }
  | { readonly type: 'attempt'; readonly attempt: number | undefined }
  | { readonly type: 'notice'; readonly notice: Notice | undefined }
  | { readonly type: 'breakpoint-filter'; readonly filter: string }
  | { readonly type: 'unsigned'; readonly provider: string; readonly on: boolean }
  | { readonly type: 'warning'; readonly warning: string | undefined }
  | { readonly type: 'closing' };

/** The scroll positions of a request or tab that was just opened. */
export const atTop = {
  scroll: 0,
  viewport: undefined,
  rowCursor: 0,
  attempt: undefined,
} as const;

/** The state of a screen of this size at the start. */
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
    allProjects: false,
    filter: '',
    marks: [],
    pendingDeletes: [],
    tab: 'overview',
    search: '',
    ...atTop,
    notice: undefined,
    breakpointFilter: '',
    unsigned: [],
    warning: undefined,
    closing: false,
    live: {
      hasTarget: false,
      waitsElsewhere: false,
      fallback: undefined,
      hasRelated: false,
      paused: false,
      breakpointSet: false,
      intercepted: false,
      noRequests: true,
      attempts: 0,
      signature: undefined,
    },
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
        ...(change.seq === state.selected ? {} : atTop),
        selected: change.seq,
        row: change.row,
        following: false,
      };
    case 'following':
      return { ...state, following: change.on };
    case 'projects':
      return { ...state, allProjects: change.all, following: true, pane: 'list' };
    case 'filter':
      return { ...state, filter: change.filter };
    case 'mark-toggled':
      return { ...state, marks: toggled(state.marks, change.seq) };
    case 'pending-deletes':
      return {
        ...state,
        pendingDeletes: change.pendingDeletes,
        marks: state.marks.filter((seq) => !change.pendingDeletes.includes(seq)),
      };
    case 'pane':
      // A new request must not replace the one that the user reads.
      return { ...state, pane: change.pane, following: state.following && change.pane === 'list' };
    case 'overlay':
      return { ...state, overlay: change.overlay, scroll: 0 };
    case 'prompt':
      return { ...state, prompt: change.prompt };
    case 'field-edited':
      return { ...state, prompt: withField(state.prompt, change.field) };
    case 'tab':
      return { ...state, ...atTop, tab: change.tab };
    case 'scrolled':
      return { ...state, scroll: Math.max(0, change.to) };
    case 'viewport':
      return { ...state, viewport: change.viewport };
    case 'search':
      return { ...state, search: change.search };
    case 'row-cursor':
      return { ...state, rowCursor: Math.max(0, change.row) };
    case 'attempt':
      return { ...state, attempt: change.attempt, scroll: 0, viewport: undefined };
    case 'notice':
      return { ...state, notice: change.notice };
    case 'breakpoint-filter':
      return { ...state, breakpointFilter: change.filter };
    case 'unsigned':
      return { ...state, unsigned: withProvider(state.unsigned, change) };
    case 'warning':
      return { ...state, warning: change.warning };
    case 'closing':
      return { ...state, closing: true, overlay: undefined, prompt: undefined };
  }
}

function toggled(marks: readonly Seq[], seq: Seq): readonly Seq[] {
  return marks.includes(seq) ? marks.filter((each) => each !== seq) : [...marks, seq];
}

function withProvider(
  unsigned: readonly string[],
  { provider, on }: Extract<Change, { type: 'unsigned' }>,
): readonly string[] {
  const others = unsigned.filter((each) => each !== provider);
  return on ? [...others, provider] : others;
}

function withField(prompt: Prompt | undefined, field: TextField): Prompt | undefined {
  if (prompt?.type === 'field') return { ...prompt, field, error: undefined };
  if (prompt?.type === 'picker') return { ...prompt, field, row: 0 };
  return prompt?.type === 'reply' || prompt?.type === 'secret' ? { ...prompt, field } : prompt;
}

/** A prompt for one line of text, with this suggestion in it. */
export function fieldPrompt(purpose: FieldPurpose, text: string): Prompt {
  return { type: 'field', purpose, field: suggestionField(text) };
}

/** The next or previous tab, round the end. */
export function adjacentTab(tab: Tab, by: 1 | -1): Tab {
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
}
