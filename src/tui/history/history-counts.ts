import { hasFailed } from '../../format/status.ts';
import type { Seq } from '../../model/seq.ts';
import type { History } from './history.ts';

/** Numbers of the requests that the list can show. */
export interface HistoryCounts {
  readonly received: number;
  /** Those whose newest attempt failed, as their row shows in red. */
  readonly failed: number;
  /** Those that wait for a target. */
  readonly held: number;
  /** False while older requests are still being counted. */
  readonly isComplete: boolean;
}

/** Counts the requests of a history without reading all of it at once. */
export interface HistoryCounter {
  /** The counts of a project, or of all; `hidden` requests do not count. */
  counts(project: string | undefined, hidden: readonly Seq[]): HistoryCounts;
  /** A request was recorded, or something about it has changed. */
  changed(seq: Seq): void;
  /** Something has changed, and it is not known which requests. */
  changedSomewhere(): void;
  close(): void;
}

/** Sources of the counts, and callbacks. */
export interface HistoryCounterOptions {
  readonly history: Pick<History, 'tally' | 'summary' | 'highestSeq'>;
  /** Called when counting in the background has changed the counts. */
  readonly counted: () => void;
  readonly failed: (error: unknown) => void;
}

type BlockCounts = Omit<HistoryCounts, 'isComplete'>;

interface Counter extends HistoryCounterOptions {
  project: string | undefined;
  hidden: readonly Seq[];
  /** The counts of each block of requests, so that a change is counted without counting all. */
  blocks: (BlockCounts | undefined)[];
  totals: BlockCounts;
  /** Blocks in which something has changed. */
  readonly dirty: Set<number>;
  /** Blocks below this one are still to be counted by the sweep that is under way. */
  sweep: number;
  /** A change came while a sweep was under way. */
  sweepAgain: boolean;
  /** Ms that the sweep has taken so far. */
  sweepMs: number;
  /** No sweep begins before this time of `performance.now`. */
  restsUntil: number;
  timer: NodeJS.Timeout | undefined;
  /** When the last change of the counts was told, in ms of `performance.now`. */
  toldAt: number;
}

/** Requests in one block: counted in about a millisecond. */
const blockSize = 256;

/** Changed blocks that a frame counts itself, so that what just arrived is counted at once. */
const maxPerFrame = 4;

/** Time for which the background counts in one go, in ms. */
const sliceMs = 5;

/** After a sweep, as many times its duration passes before the next one: another process may never be still. */
const restFactor = 10;

/** While the background counts, the counts on screen change only so often, in ms. */
const tellMs = 500;

const none: BlockCounts = { received: 0, failed: 0, held: 0 };

/** Nothing is counted before the first call of `counts`. */
export function createHistoryCounter(options: HistoryCounterOptions): HistoryCounter {
  const counter: Counter = {
    ...options,
    project: undefined,
    hidden: [],
    blocks: [],
    totals: none,
    dirty: new Set(),
    sweep: 0,
    sweepAgain: true,
    sweepMs: 0,
    restsUntil: 0,
    timer: undefined,
    toldAt: 0,
  };
  return {
    counts: (project, hidden) => countsOf(counter, project, hidden),
    changed: (seq) => void counter.dirty.add(blockOf(seq)),
    changedSomewhere() {
      counter.sweepAgain = true;
    },
    close: () => clearTimeout(counter.timer),
  };
}

function blockOf(seq: Seq): number {
  return Math.floor(seq / blockSize);
}

function countsOf(counter: Counter, project: string | undefined, hidden: readonly Seq[]): HistoryCounts {
  if (project !== counter.project) restart(counter, project);
  if (hidden !== counter.hidden) hide(counter, hidden);
  addNewBlocks(counter);
  const newest = [...counter.dirty].sort((a, b) => b - a).slice(0, maxPerFrame);
  for (const block of newest) recount(counter, block);
  if (counter.sweepAgain && counter.sweep === 0) beginSweep(counter);
  for (let count = newest.length; count < maxPerFrame && counter.sweep > 0; count++) sweepBlock(counter);
  if (counter.sweep > 0 || counter.dirty.size > 0) countLater(counter, 1);
  return { ...counter.totals, isComplete: counter.blocks.every(isCounted) };
}

function isCounted(block: BlockCounts | undefined): boolean {
  return block !== undefined;
}

function restart(counter: Counter, project: string | undefined): void {
  Object.assign(counter, { project, blocks: [], totals: none, sweep: 0, sweepAgain: true, restsUntil: 0 });
  counter.dirty.clear();
}

function hide(counter: Counter, hidden: readonly Seq[]): void {
  for (const seq of [...counter.hidden, ...hidden]) counter.dirty.add(blockOf(seq));
  counter.hidden = hidden;
}

/** Requests that another process has recorded, or was in the middle of deleting, change the number of blocks. */
function addNewBlocks(counter: Counter): void {
  const { blocks, dirty, history } = counter;
  const last = blockOf(history.highestSeq());
  const isFirst = blocks.length === 0;
  while (blocks.length > last + 1) replaceCounts(counter, blocks.pop(), none);
  while (blocks.length <= last) {
    blocks.push(undefined);
    // The others are counted by the first sweep.
    if (!isFirst) dirty.add(blocks.length - 1);
  }
}

/** Begins to count all blocks, the newest first, unless the last time was too short a while ago. */
function beginSweep(counter: Counter): void {
  const waitMs = counter.restsUntil - performance.now();
  if (waitMs > 0) {
    countLater(counter, waitMs);
    return;
  }
  counter.sweepAgain = false;
  counter.sweep = counter.blocks.length;
  counter.sweepMs = 0;
}

function sweepBlock(counter: Counter): void {
  const began = performance.now();
  counter.sweep--;
  recount(counter, counter.sweep);
  const now = performance.now();
  counter.sweepMs += now - began;
  if (counter.sweep === 0) counter.restsUntil = now + counter.sweepMs * restFactor;
}

function recount(counter: Counter, block: number): void {
  const { history, project, hidden, blocks, dirty } = counter;
  dirty.delete(block);
  if (block >= blocks.length) return;
  const from = block * blockSize;
  const tallied = history.tally({ from, to: from + blockSize - 1, project });
  const unseen = hidden
    .filter((seq) => blockOf(seq) === block)
    .flatMap((seq) => history.summary(seq) ?? [])
    .filter((request) => project === undefined || request.project === project)
    .map((request) => ({ ...request, count: -1 }));
  const counted = [...tallied, ...unseen].reduce(
    ({ received, failed, held }, request) => ({
      received: received + request.count,
      failed: failed + (hasFailed(request) ? request.count : 0),
      held: held + (request.isHeld ? request.count : 0),
    }),
    none,
  );
  replaceCounts(counter, blocks[block], counted);
  blocks[block] = counted;
}

function replaceCounts(counter: Counter, before: BlockCounts = none, after: BlockCounts): void {
  const { received, failed, held } = counter.totals;
  counter.totals = {
    received: received - before.received + after.received,
    failed: failed - before.failed + after.failed,
    held: held - before.held + after.held,
  };
}

/** Counts on after a while, so that everything else runs at least as long. */
function countLater(counter: Counter, afterMs: number): void {
  counter.timer ??= setTimeout(() => {
    counter.timer = undefined;
    try {
      countSlice(counter);
    } catch (error) {
      counter.failed(error);
    }
  }, afterMs).unref();
}

function countSlice(counter: Counter): void {
  const began = performance.now();
  const { dirty } = counter;
  while ((dirty.size > 0 || counter.sweep > 0) && performance.now() - began < sliceMs) {
    const [changed] = dirty;
    if (changed === undefined) sweepBlock(counter);
    else recount(counter, changed);
  }
  const now = performance.now();
  const isDone = dirty.size === 0 && counter.sweep === 0;
  if (!isDone) countLater(counter, sliceMs);
  if (!isDone && now - counter.toldAt < tellMs) return;
  counter.toldAt = now;
  counter.counted();
}
