import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Store } from '../store/store.ts';

type Page = Store['page'];

export interface WindowOptions {
  /** Only requests of this name; all if undefined. */
  readonly name: string | undefined;
  readonly height: number;
  readonly selected: Seq | undefined;
  /** The row that the selection should be on. */
  readonly row: number;
  readonly following: boolean;
}

/** What of the list can be seen: the oldest on top, as they were recorded. */
export interface ListWindow {
  readonly rows: readonly RequestSummary[];
  /** The row of the selection, -1 if there are no rows. */
  readonly index: number;
}

/**
 * Reads what can be seen and no more, by key, so that a million rows scroll like ten. The selection keeps its row
 * while others come; where it was deleted, a neighbour takes its place.
 */
export function windowAt(page: Page, { name, height, selected, row, following }: WindowOptions): ListWindow {
  if (following || selected === undefined) {
    const rows = page({ limit: height, name }).reverse();
    return { rows, index: rows.length - 1 };
  }
  const upTo = page({ before: selected + 1, limit: height, name });
  const above = Math.min(Math.min(row, height - 1) + 1, upTo.length);
  const after = above === height ? [] : page({ after: selected, limit: height - above, name });
  const shown = upTo.slice(0, height - after.length).reverse();
  const rows = [...shown, ...after];
  return { rows, index: shown.length > 0 ? shown.length - 1 : rows.length > 0 ? 0 : -1 };
}

/** The request that is `by` rows below (above, if negative), or as near to that as there is one; with how far it is. */
export function movedBy(
  page: Page,
  from: { readonly name: string | undefined; readonly seq: Seq },
  by: number,
): { readonly seq: Seq; readonly moved: number } | undefined {
  const { name, seq } = from;
  const passed =
    by > 0 ? page({ after: seq, limit: by, name }) : page({ before: seq, limit: Math.max(1, -by), name });
  const last = passed.at(-1);
  return last && { seq: last.seq, moved: by > 0 ? passed.length : -passed.length };
}

/** The oldest request. */
export function oldest(page: Page, name: string | undefined): Seq | undefined {
  return page({ after: 0, limit: 1, name })[0]?.seq;
}
