import type { RequestSummary } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import type { Store } from '../../store/store.ts';

type Page = Store['page'];

/** Size and position of the visible part of the list. */
export interface WindowOptions {
  /** Only requests of this project; all if undefined. */
  readonly project: string | undefined;
  readonly height: number;
  readonly selected: Seq | undefined;
  /** The preferred row of the selection. */
  readonly row: number;
  readonly following: boolean;
}

/** The visible part of the list, in the order of recording. */
export interface ListWindow {
  readonly rows: readonly RequestSummary[];
  /** The row of the selection, -1 if there are no rows. */
  readonly index: number;
}

/**
 * Reads the visible rows by key, so that a million rows scroll like ten. The selection keeps its row while others
 * arrive; if it was deleted, a neighbour takes its place.
 */
export function windowAt(
  page: Page,
  { project, height, selected, row, following }: WindowOptions,
): ListWindow {
  if (following || selected === undefined) {
    const rows = page({ limit: height, project }).reverse();
    return { rows, index: rows.length - 1 };
  }
  const upTo = page({ before: selected + 1, limit: height, project });
  const above = Math.min(Math.min(row, height - 1) + 1, upTo.length);
  const after = above === height ? [] : page({ after: selected, limit: height - above, project });
  const shown = upTo.slice(0, height - after.length).reverse();
  const rows = [...shown, ...after];
  return { rows, index: shown.length > 0 ? shown.length - 1 : rows.length > 0 ? 0 : -1 };
}

/** The request `by` rows below (above, if negative) or the last one in that direction, and its distance. */
export function movedBy(
  page: Page,
  from: { readonly project: string | undefined; readonly seq: Seq },
  by: number,
): { readonly seq: Seq; readonly moved: number } | undefined {
  const { project, seq } = from;
  const between =
    by > 0
      ? page({ after: seq, limit: by, project })
      : page({ before: seq, limit: Math.max(1, -by), project });
  const last = between.at(-1);
  return last && { seq: last.seq, moved: by > 0 ? between.length : -between.length };
}

/** The oldest request. */
export function oldest(page: Page, project: string | undefined): Seq | undefined {
  return page({ after: 0, limit: 1, project })[0]?.seq;
}
