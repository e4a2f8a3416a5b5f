import type { Filter } from '../../model/filter.ts';
import type { RequestSummary } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import type { PageOptions, ScannedRequest } from '../../store/store.ts';
import type { History } from '../history/history.ts';

/** The requests that match a filter: those found so far, while the rest of the history is still being scanned. */
export interface FilterScan {
  readonly page: History['page'];
  /** Number of requests scanned. */
  readonly scanned: number;
  /** Number of matches. */
  readonly found: number;
  /** All of the history was scanned. */
  readonly complete: boolean;
  close(): void;
}

/** The history to scan and the filter. */
export interface FilterScanOptions {
  readonly history: History;
  readonly filter: Filter;
  /** Only requests of this project; all if undefined. */
  readonly project: string | undefined;
  /** Called when more was found, and when the scan is complete. */
  readonly changed: () => void;
}

/** After a slice everything else runs for at least as long as the slice took. */
const sliceMs = 6;
const batchSize = 256;

/** Requests that arrive between two frames are scanned in the frame; more than this wait for the next one. */
const maxNewPerFrame = 2_000;

interface Scan extends FilterScanOptions {
  /** Matches among the requests that were there at the start, newest first. */
  readonly older: Seq[];
  /** Matches among those that arrived since, oldest first. */
  readonly newer: Seq[];
  /** Requests before this one are still to be scanned. */
  before: Seq;
  /** Requests after this one are new. */
  newest: Seq;
  scanned: number;
  complete: boolean;
  closed: boolean;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Scans the history in slices, the newest requests first, so that a million of them block nothing. Only the seq of a
 * match is kept, which is enough to page through the matches.
 */
export function openFilterScan(options: FilterScanOptions): FilterScan {
  const newest = options.history.page({ limit: 1, project: options.project })[0]?.seq ?? 0;
  const scan: Scan = {
    ...options,
    older: [],
    newer: [],
    before: newest + 1,
    newest,
    scanned: 0,
    complete: false,
    closed: false,
    timer: undefined,
  };
  scanSlice(scan);
  return {
    page: (pageOptions) => pageOf(scan, pageOptions),
    get scanned() {
      return scan.scanned;
    },
    get found() {
      return foundCount(scan);
    },
    get complete() {
      return scan.complete;
    },
    close() {
      scan.closed = true;
      clearTimeout(scan.timer);
    },
  };
}

function scanSlice(scan: Scan): void {
  if (scan.closed) return;
  const { history, project, older } = scan;
  const began = performance.now();
  const foundBefore = older.length;
  while (!scan.complete && performance.now() - began < sliceMs) {
    const rows = history.scan({ before: scan.before, limit: batchSize, project });
    older.push(...matching(scan, rows));
    scan.scanned += rows.length;
    scan.before = rows.at(-1)?.seq ?? 0;
    scan.complete = rows.length < batchSize;
  }
  if (!scan.complete) scan.timer = setTimeout(scanSlice, performance.now() - began, scan);
  if (older.length > foundBefore || scan.complete || scan.scanned % (batchSize * 64) === 0) scan.changed();
}

function scanNew(scan: Scan): void {
  const { history, project } = scan;
  const rows = history.page({ after: scan.newest, limit: maxNewPerFrame, project });
  scan.newer.push(...matching(scan, rows));
  scan.scanned += rows.length;
  scan.newest = rows.at(-1)?.seq ?? scan.newest;
}

function matching({ filter, history }: Scan, rows: readonly ScannedRequest[]): Seq[] {
  return rows.filter((row) => filter(filterable(row, history))).map(({ seq }) => seq);
}

/** Headers are read only if the filter asks for them. */
function filterable(row: ScannedRequest, history: History): Parameters<Filter>[0] {
  return {
    method: row.method,
    requestTarget: row.requestTarget,
    classification: row.classification,
    get headers() {
      return history.request(row.seq)?.headers ?? [];
    },
  };
}

function foundCount({ older, newer }: Scan): number {
  return older.length + newer.length;
}

/** The match at an index counted from the oldest. */
function matchAt({ older, newer }: Scan, index: number): Seq {
  return index < older.length ? older[older.length - 1 - index]! : newer[index - older.length]!;
}

/** Number of matches before this request, by binary search. */
function countBefore(scan: Scan, seq: Seq): number {
  let low = 0;
  let high = foundCount(scan);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matchAt(scan, middle) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pageOf(scan: Scan, { limit, before, after }: PageOptions): RequestSummary[] {
  scanNew(scan);
  const rows: RequestSummary[] = [];
  const count = foundCount(scan);
  const step = after === undefined ? -1 : 1;
  let index =
    after !== undefined
      ? countBefore(scan, after + 1)
      : (before === undefined ? count : countBefore(scan, before)) - 1;
  for (; rows.length < limit && index >= 0 && index < count; index += step) {
    // Undefined: it was deleted after it was found.
    const row = scan.history.summary(matchAt(scan, index));
    if (row) rows.push(row);
  }
  return rows;
}
