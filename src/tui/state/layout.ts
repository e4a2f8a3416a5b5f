import { cut, textWidth, wrapWords } from '../../format/width.ts';
import type { State } from './state.ts';

/** Sizes and positions of the parts of the screen. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** `small`: only the essentials fit. `wide`: the detail is beside the list. */
  readonly size: 'small' | 'normal' | 'wide';
  /** First row of the body, counted from 0. */
  readonly bodyTop: number;
  /** Rows between header and footer. */
  readonly bodyRows: number;
  /** Rows for requests; below them is the line on the list's state, unless the screen is small. */
  readonly listRows: number;
  readonly listColumns: number;
  /** Width of the detail's text. */
  readonly detailColumns: number;
  /** Rows for the detail's text, below its title. */
  readonly detailRows: number;
}

const listShare = 0.6;

/** Minimum width of the detail beside the list; the tabs fit into it. */
const minDetailColumns = 49;
const divider = 4;

/** The title and the tabs of a detail. */
const detailHeadRows = 2;

/** True if only the essentials fit. */
export function isSmall(columns: number, rows: number): boolean {
  return columns < 60 || rows < 16;
}

/** The layout of a screen with `messages` lines below the header's first one, and `errors` above the footer's last. */
export function layoutOf(columns: number, rows: number, messages: number, errors = 0): Layout {
  const size = isSmall(columns, rows) ? 'small' : columns < 120 ? 'normal' : 'wide';
  const rules = size === 'small' ? 0 : 2;
  const bodyRows = Math.max(1, rows - 2 - rules - messages - errors);
  const listColumns =
    size === 'wide'
      ? Math.min(Math.floor(columns * listShare), columns - divider - minDetailColumns)
      : columns;
  return {
    columns,
    rows,
    size,
    bodyTop: 1 + messages + rules / 2,
    bodyRows,
    listRows: size === 'small' ? bodyRows : Math.max(1, bodyRows - 1),
    listColumns,
    detailColumns: Math.max(2, size === 'wide' ? columns - listColumns - divider : columns - 2),
    detailRows: Math.max(1, bodyRows - detailHeadRows),
  };
}

/** Lines of the reason why a prompt does not accept its text. */
const maxErrorLines = 4;

/** Lines that say, above the prompt, why it does not accept its text. */
export function promptErrorLines({ prompt, columns }: State): readonly string[] {
  if (prompt?.type !== 'field' || prompt.error === undefined) return [];
  const lines = wrapWords(prompt.error, columns - 2);
  const last = lines.slice(maxErrorLines - 1).join(' ');
  return [...lines.slice(0, maxErrorLines - 1), ...(last === '' ? [] : [cut(last, columns - 2)])];
}

/** True if the notice does not fit into the footer; the header shows it then. */
export function isLongNotice({ notice, prompt, columns }: State): boolean {
  if (!notice) return false;
  const room = prompt && prompt.type !== 'menu' ? Math.floor(columns / 2) : columns - 2;
  return textWidth(notice.text) > room;
}
