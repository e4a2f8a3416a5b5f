import type { Filter } from '../model/filter.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { PageOptions, ScannedRequest } from '../store/store.ts';
import type { History } from './history.ts';

/** The requests that a filter means: those found so far, while the rest of the history is being looked through. */
export interface FilterScan {
  readonly page: History['page'];
  /** How many requests were looked at, and how many match. */
  readonly scanned: number;
  readonly found: number;
  /** Whether all of the history was looked at. */
  readonly complete: boolean;
  stop(): void;
}

export interface FilterScanOptions {
  readonly history: History;
  readonly filter: Filter;
  /** Only requests of this name; all if undefined. */
  readonly name: string | undefined;
  /** Called when more was found, or when the search has ended. */
  readonly changed: () => void;
}

/** Between two slices everything else has its turn, for at least as long as a slice took. */
const sliceMs = 6;
const atOnce = 256;

/** New requests that come between two frames are looked at in the frame: more than this wait for the next one. */
const mostNew = 2_000;

/**
 * Looks through the history in slices, the newest requests first, so that a million of them block nothing. What was
 * found is kept by its place alone, so that it can be paged like the whole history.
 */
export function scanFor({ history, filter, name, changed }: FilterScanOptions): FilterScan {
  /** Places of what was found: older ones from new to old, newer ones in order. */
  const older: Seq[] = [];
  const newer: Seq[] = [];
  const newest = history.page({ limit: 1, name })[0]?.seq ?? 0;
  let next: Seq = newest + 1;
  let seenTo: Seq = newest;
  let scanned = 0;
  let complete = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const matches = (row: ScannedRequest) => filter(filterable(row, history));

  function slice(): void {
    if (stopped) return;
    const began = performance.now();
    const before = older.length;
    while (!complete && performance.now() - began < sliceMs) {
      const rows = history.scan({ before: next, limit: atOnce, name });
      for (const row of rows) if (matches(row)) older.push(row.seq);
      scanned += rows.length;
      next = rows.at(-1)?.seq ?? 0;
      complete = rows.length < atOnce;
    }
    if (!complete) timer = setTimeout(slice, performance.now() - began);
    if (older.length > before || complete || scanned % (atOnce * 64) === 0) changed();
  }

  function lookAtNew(): void {
    const rows = history.page({ after: seenTo, limit: mostNew, name });
    for (const row of rows) if (matches(row)) newer.push(row.seq);
    scanned += rows.length;
    seenTo = rows.at(-1)?.seq ?? seenTo;
  }

  /** The place at an index counted from the oldest that was found. */
  const at = (index: number) =>
    index < older.length ? older[older.length - 1 - index]! : newer[index - older.length]!;

  /** How many were found below this place. */
  function countBelow(seq: Seq): number {
    let low = 0;
    let high = older.length + newer.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(middle) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function page({ limit, before, after }: PageOptions): RequestSummary[] {
    lookAtNew();
    const rows: RequestSummary[] = [];
    const step = after === undefined ? -1 : 1;
    let index =
      after !== undefined
        ? countBelow(after + 1)
        : (before === undefined ? older.length + newer.length : countBelow(before)) - 1;
    for (; rows.length < limit && index >= 0 && index < older.length + newer.length; index += step) {
      // One that was deleted meanwhile is none any more.
      const row = history.summary(at(index));
      if (row) rows.push(row);
    }
    return rows;
  }

  slice();
  return {
    page,
    get scanned() {
      return scanned;
    },
    get found() {
      return older.length + newer.length;
    },
    get complete() {
      return complete;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** A row as a filter sees it: headers are read only if it asks for them. */
function filterable(row: ScannedRequest, history: History): Parameters<Filter>[0] {
  return {
    method: row.method,
    requestTarget: row.requestTarget,
    facts: row.facts,
    get headers() {
      return history.request(row.seq)?.headers ?? [];
    },
  };
}
