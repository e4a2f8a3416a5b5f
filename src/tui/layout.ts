/** Where things go on a screen of this size. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** `small`: what matters survives. `wide`: the detail stands beside the list. */
  readonly size: 'small' | 'normal' | 'wide';
  /** The row of the screen that the body begins on, counted from 0. */
  readonly bodyTop: number;
  /** Rows between header and footer. */
  readonly bodyRows: number;
  /** Rows for requests: the last of the body's tells whether the list follows, where there is room for it. */
  readonly listRows: number;
  readonly listColumns: number;
  /** Of the detail's text. */
  readonly detailColumns: number;
  /** Rows for the detail's text, below its title. */
  readonly detailRows: number;
}

const listShare = 0.6;

/** What the detail has at least beside the list: the names of its parts fit into that. */
const leastDetail = 48;
const divider = 4;

/** The title and the tabs of a detail. */
const detailHeadRows = 2;

/** Whether there is room only for what matters. */
export function isSmall(columns: number, rows: number): boolean {
  return columns < 60 || rows < 16;
}

/** Lays out a screen whose header tells of `messages` beside its first line. */
export function layoutOf(columns: number, rows: number, messages: number): Layout {
  const size = isSmall(columns, rows) ? 'small' : columns < 120 ? 'normal' : 'wide';
  const rules = size === 'small' ? 0 : 2;
  const bodyRows = Math.max(1, rows - 2 - rules - messages);
  const listColumns =
    size === 'wide' ? Math.min(Math.floor(columns * listShare), columns - divider - leastDetail) : columns;
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
