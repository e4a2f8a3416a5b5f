import { UserError } from '../model/errors.ts';
import type { Database } from './driver.ts';
import { sqliteCode } from './unusable.ts';

export interface WriterOptions {
  /** How long a write may wait for another process's lock before it fails. */
  readonly timeoutMs: number;
  /** How many bytes may wait at most; what comes on top fails at once. */
  readonly maxPendingBytes: number;
  /** Asked before each transaction: why nothing can be written now; undefined: it can. */
  readonly check?: (() => unknown) | undefined;
  /** Called after each commit. */
  readonly committed?: (() => void) | undefined;
}

/** Makes writes durable: all that one tick of the event loop brought share one transaction. */
export interface Writer {
  /**
   * Runs `work` (synchronous SQL) in the next transaction and resolves with its result once that is committed.
   * Rejects with a StoreFailure if it can't be; `bytes` says about how much memory it holds meanwhile. With
   * `patienceMs` it may wait so long for others to share the transaction with.
   */
  write<T>(bytes: number, work: () => T, patienceMs?: number): Promise<T>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** How many transactions were begun: whatever is cached per transaction goes by it. */
  readonly transactions: number;
}

/** Why a write could not be made durable: the sender is told 503, the user this message. */
export class StoreFailure extends UserError {
  readonly reason: 'locked' | 'full' | 'read-only' | 'overloaded' | 'lost' | 'broken';

  constructor(reason: StoreFailure['reason'], message: string, options?: ErrorOptions) {
    super('database', message, undefined, options);
    this.name = 'StoreFailure';
    this.reason = reason;
  }
}

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: StoreFailure) => void;
  readonly bytes: number;
  readonly since: number;
}

/** So many writes are worth a transaction, however patient they are. */
const mostPatient = 256;

const retryAfterMs = { first: 10, most: 100 };

export function createWriter(db: Database, options: WriterOptions): Writer {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let queue: Waiting[] = [];
  let pendingBytes = 0;
  let scheduled = false;
  let patience: NodeJS.Timeout | undefined;
  let retryMs = 0;
  let transactions = 0;
  let idleWaiters: (() => void)[] = [];

  function write<T>(bytes: number, work: () => T, patienceMs = 0): Promise<T> {
    if (pendingBytes > 0 && pendingBytes + bytes > options.maxPendingBytes) {
      const waiting = Math.round(pendingBytes / 1e6);
      return Promise.reject(new StoreFailure('overloaded', `${waiting} MB wait to be written already`));
    }
    return new Promise<T>((resolve, reject) => {
      queue.push({
        work,
        resolve: resolve as (value: never) => void,
        reject,
        bytes,
        since: performance.now(),
      });
      pendingBytes += bytes;
      if (patienceMs > 0 && queue.length < mostPatient) waitForOthers(patienceMs);
      else if (!scheduled || patience !== undefined) flushNext();
    });
  }

  function waitForOthers(patienceMs: number): void {
    if (scheduled) return;
    scheduled = true;
    patience = setTimeout(() => {
      patience = undefined;
      flush();
    }, patienceMs);
  }

  function flushNext(): void {
    clearTimeout(patience);
    patience = undefined;
    scheduled = true;
    setImmediate(flush);
  }

  function flush(): void {
    const batch = queue;
    queue = [];
    const error = commitBatch(batch);
    if (error === undefined) retryMs = 0;
    else if (isBusy(error)) waitForLock(batch, error);
    else if (batch.length > 1 && !isAboutTheFile(error)) for (const one of batch) settleAlone(one);
    else for (const one of batch) fail(one, error);
    if (queue.length > 0) schedule();
    else {
      scheduled = false;
      const waiters = idleWaiters;
      idleWaiters = [];
      for (const done of waiters) done();
    }
  }

  /** Runs a batch in one transaction; returns what went wrong, after which nothing of it is in the file. */
  function commitBatch(batch: readonly Waiting[]): unknown {
    const results: unknown[] = new Array(batch.length);
    const problem = options.check?.();
    if (problem !== undefined) return problem;
    try {
      begin.run();
      transactions++;
      for (let index = 0; index < batch.length; index++) results[index] = batch[index]!.work();
      commit.run();
      options.committed?.();
    } catch (error) {
      if (db.inTransaction) rollback.run();
      return error ?? new Error('unknown');
    }
    for (let index = 0; index < batch.length; index++) {
      pendingBytes -= batch[index]!.bytes;
      batch[index]!.resolve(results[index] as never);
    }
    return undefined;
  }

  /** One bad write must not take its neighbours along. */
  function settleAlone(one: Waiting): void {
    const error = commitBatch([one]);
    if (error !== undefined) fail(one, error);
  }

  function waitForLock(batch: readonly Waiting[], error: unknown): void {
    const now = performance.now();
    const patient: Waiting[] = [];
    for (const one of batch) {
      if (now - one.since >= options.timeoutMs) fail(one, error);
      else patient.push(one);
    }
    queue = patient.concat(queue);
    retryMs = Math.min(retryMs === 0 ? retryAfterMs.first : retryMs * 2, retryAfterMs.most);
  }

  function schedule(): void {
    if (retryMs > 0) setTimeout(flush, retryMs);
    else setImmediate(flush);
  }

  function fail(one: Waiting, error: unknown): void {
    pendingBytes -= one.bytes;
    one.reject(failureOf(error));
  }

  return {
    write,
    idle: () => (scheduled ? new Promise((resolve) => idleWaiters.push(() => resolve())) : Promise.resolve()),
    get transactions() {
      return transactions;
    },
  };
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error));
}

function isAboutTheFile(error: unknown): boolean {
  if (error instanceof StoreFailure) return true;
  return /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|NOMEM)/.test(sqliteCode(error));
}

function failureOf(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const code = sqliteCode(error);
  const cause = { cause: error };
  const reason = error instanceof Error ? error.message : String(error);
  if (isBusy(error)) return new StoreFailure('locked', 'another process holds the database locked', cause);
  if (code.startsWith('SQLITE_FULL')) return new StoreFailure('full', 'the disk is full', cause);
  if (code.startsWith('SQLITE_READONLY'))
    return new StoreFailure('read-only', 'the database is read-only', cause);
  return new StoreFailure('broken', `the database can't be written: ${reason}`, cause);
}
