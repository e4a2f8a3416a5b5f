import type { Database, Statement } from './driver.ts';
import { isAboutTheFile, isBusy, StoreFailure, storeFailureOf } from './errors.ts';

export interface WriterOptions {
  /** The longest time that a write waits for another process's lock before it fails. */
  readonly timeoutMs: number;
  /** The most bytes that may wait; writes beyond that fail at once. */
  readonly maxPendingBytes: number;
  /** Called before each transaction: the reason why nothing can be written now; undefined: it can. */
  readonly check?: (() => unknown) | undefined;
  /** Called after each commit. */
  readonly committed?: (() => void) | undefined;
  /** Called with the error of each transaction that failed. */
  readonly failed?: ((error: unknown) => void) | undefined;
}

/** Makes writes durable: all writes of one tick of the event loop share one transaction. */
export interface Writer {
  /**
   * Runs `work` (synchronous SQL) in the next transaction and resolves with its result once that is committed.
   * Rejects with a StoreFailure if it can't be; `bytes` is about how much memory it holds meanwhile. With `maxDelayMs`
   * it may wait that long for others to share the transaction with.
   */
  write<T>(bytes: number, work: () => T, maxDelayMs?: number): Promise<T>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** The number of transactions that were begun: caches per transaction use it as their key. */
  readonly transactions: number;
}

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: StoreFailure) => void;
  readonly bytes: number;
  readonly since: number;
}

/** A transaction of this many writes does not wait for more. */
const maxBatch = 256;

const retryAfterMs = { first: 10, most: 100 };

/** State of a writer. */
interface WriterState {
  readonly db: Database;
  readonly options: WriterOptions;
  readonly begin: Statement;
  readonly commit: Statement;
  readonly rollback: Statement;
  queue: Waiting[];
  pendingBytes: number;
  /** A flush will come. */
  scheduled: boolean;
  /** The timer of a flush that waits for more writes. */
  delay: NodeJS.Timeout | undefined;
  /** The pause before the next try, while another process holds a lock. */
  retryMs: number;
  transactions: number;
  idleWaiters: (() => void)[];
}

/** A writer on a connection that nothing else writes with. */
export function createWriter(db: Database, options: WriterOptions): Writer {
  const state: WriterState = {
    db,
    options,
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    queue: [],
    pendingBytes: 0,
    scheduled: false,
    delay: undefined,
    retryMs: 0,
    transactions: 0,
    idleWaiters: [],
  };
  return {
    write: (bytes, work, maxDelayMs) => write(state, bytes, work, maxDelayMs),
    idle: () =>
      state.scheduled ? new Promise((resolve) => state.idleWaiters.push(resolve)) : Promise.resolve(),
    get transactions() {
      return state.transactions;
    },
  };
}

function write<T>(state: WriterState, bytes: number, work: () => T, maxDelayMs = 0): Promise<T> {
  if (state.pendingBytes > 0 && state.pendingBytes + bytes > state.options.maxPendingBytes) {
    const waiting = Math.round(state.pendingBytes / 1e6);
    return Promise.reject(new StoreFailure('overloaded', `${waiting} MB are waiting to be written`));
  }
  return new Promise<T>((resolve, reject) => {
    state.queue.push({
      work,
      resolve: resolve as (value: never) => void,
      reject,
      bytes,
      since: performance.now(),
    });
    state.pendingBytes += bytes;
    if (maxDelayMs > 0 && state.queue.length < maxBatch) flushLater(state, maxDelayMs);
    else if (!state.scheduled || state.delay !== undefined) flushNext(state);
  });
}

function flushLater(state: WriterState, maxDelayMs: number): void {
  if (state.scheduled) return;
  state.scheduled = true;
  state.delay = setTimeout(() => {
    state.delay = undefined;
    flush(state);
  }, maxDelayMs);
}

function flushNext(state: WriterState): void {
  clearTimeout(state.delay);
  state.delay = undefined;
  state.scheduled = true;
  setImmediate(flush, state);
}

function flush(state: WriterState): void {
  const batch = state.queue;
  state.queue = [];
  const error = commitBatch(state, batch);
  if (error === undefined) state.retryMs = 0;
  else if (isBusy(error)) waitForLock(state, batch, error);
  else if (batch.length > 1 && !isAboutTheFile(error)) for (const one of batch) settleAlone(state, one);
  else for (const one of batch) fail(state, one, error);
  if (state.queue.length > 0) {
    if (state.retryMs > 0) setTimeout(flush, state.retryMs, state);
    else setImmediate(flush, state);
  } else {
    state.scheduled = false;
    for (const done of state.idleWaiters.splice(0)) done();
  }
}

/** Runs a batch in one transaction; returns its error, after which nothing of it is in the file. */
function commitBatch(state: WriterState, batch: readonly Waiting[]): unknown {
  const { db, options } = state;
  const results: unknown[] = new Array(batch.length);
  const problem = options.check?.();
  if (problem !== undefined) return problem;
  try {
    state.begin.run();
    state.transactions++;
    for (let index = 0; index < batch.length; index++) results[index] = batch[index]!.work();
    state.commit.run();
    options.committed?.();
  } catch (error) {
    if (db.inTransaction) state.rollback.run();
    options.failed?.(error);
    return error ?? new Error('unknown');
  }
  for (let index = 0; index < batch.length; index++) {
    state.pendingBytes -= batch[index]!.bytes;
    batch[index]!.resolve(results[index] as never);
  }
  return undefined;
}

/** Runs one write of a batch that failed in a transaction of its own, so that it does not fail the others. */
function settleAlone(state: WriterState, one: Waiting): void {
  const error = commitBatch(state, [one]);
  if (error !== undefined) fail(state, one, error);
}

/** Queues a batch again for which another process held a lock; fails what has waited too long. */
function waitForLock(state: WriterState, batch: readonly Waiting[], error: unknown): void {
  const now = performance.now();
  const waiting: Waiting[] = [];
  for (const one of batch) {
    if (now - one.since >= state.options.timeoutMs) fail(state, one, error);
    else waiting.push(one);
  }
  state.queue = waiting.concat(state.queue);
  state.retryMs = Math.min(state.retryMs === 0 ? retryAfterMs.first : state.retryMs * 2, retryAfterMs.most);
}

function fail(state: WriterState, one: Waiting, error: unknown): void {
  state.pendingBytes -= one.bytes;
  one.reject(storeFailureOf(error));
}
