import type { Attempt, NewAttempt } from '../model/attempt.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { continueAfter } from './counters.ts';
import type { Database } from './driver.ts';
import { type FileProblem, type FileWatch, watchFile } from './file-watch.ts';
import { makePrivate } from './private-file.ts';
import { reopen } from './reopen.ts';
import type { AddOptions } from './requests.ts';
import type { SessionFacts, StoredSession } from './sessions.ts';
import { sqliteCode } from './unusable.ts';
import type { Warnings } from './warnings.ts';
import { StoreFailure } from './writer.ts';

/** A database that was opened, and the store on it. */
export interface Opened<S> {
  readonly db: Database;
  readonly store: S;
}

/** What of a store has to be carried over when its database is opened anew. */
interface Carried<A> {
  add(request: CapturedRequest, options: AddOptions): Promise<Seq>;
  addAttempt(request: Seq, requestId: string, attempt: NewAttempt, options?: A): Promise<Attempt>;
  openSession(facts: SessionFacts, now?: () => number): Promise<StoredSession>;
  summary(seq: Seq): { readonly id: string } | undefined;
  highestSeq(): Seq;
  watch(listener: () => void): () => void;
  close(): Promise<void>;
}

/** What the writer of a store calls. */
export interface Guards {
  /** Why nothing can be written now; undefined: it can. */
  readonly check: () => unknown;
  readonly committed: () => void;
}

export interface LastingOptions<S> {
  readonly file: string;
  /** Opens a database, creating it if need be; throws a UserError where that can't be. */
  readonly open: (file: string, guards: Guards) => Opened<S>;
  readonly warnings: Warnings;
  /** Ms since the epoch. */
  readonly now: () => number;
}

interface Generation<S> extends Opened<S> {
  readonly watch: FileWatch;
  /** What happened to the file, and why nothing can be written any more. */
  problem: FileProblem | undefined;
  failure: StoreFailure | undefined;
}

interface OpenSession<S> {
  facts: SessionFacts;
  readonly now: (() => number) | undefined;
  stored: StoredSession;
  in: Generation<S>;
  renewing: Promise<void> | undefined;
}

const sentences: Readonly<Record<FileProblem, string>> = {
  missing: 'the database was deleted or moved away while it was in use',
  replaced: 'another file was put in place of the database while it was in use',
  truncated: 'the database was truncated while it was in use',
  'log-replaced': "the database's log (-wal or -shm) was deleted or replaced while it was in use",
  'log-truncated': "the database's log (-wal) was truncated while it was in use",
};

const unwatched: FileWatch = { look: () => undefined, committed() {}, isOurs: () => false };

/** Between two tries to open the database again, and where another process has it locked. */
const retryMs = 1_000;
const busyMs = 20;

/** A body that is being read from a database that is gone can be read on for so long. */
const lingerMs = 60_000;

/**
 * A store that outlives its file. When another program deletes, replaces or truncates the database, what is being
 * written fails, and the database is opened again or made anew, so that nothing is acknowledged that no file has.
 */
export function openLasting<A, S extends Carried<A>>(options: LastingOptions<S>): S {
  const { file, warnings, now } = options;
  const sessions = new Map<number, OpenSession<S>>();
  const watchers = new Map<() => void, () => void>();
  const retired = new Set<Generation<S>>();
  let wasReopened = false;
  let scheduled: NodeJS.Immediate | undefined;
  let retryAt = 0;
  let complaint: string | undefined;
  let closed = false;
  let current = open();

  function open(): Generation<S> {
    const generation = openAt(file, (db) => watchFile(file, db));
    const tightened = makePrivate(file);
    if (tightened !== undefined) warnings.warn(tightened);
    return generation;
  }

  function openAt(path: string, watch: (db: Database) => FileWatch): Generation<S> {
    const made: { generation?: Generation<S> } = {};
    const opened = options.open(path, {
      check: () => made.generation && check(made.generation),
      committed: () => made.generation?.watch.committed(),
    });
    made.generation = { ...opened, watch: watch(opened.db), problem: undefined, failure: undefined };
    return made.generation;
  }

  function check(generation: Generation<S>): unknown {
    if (generation.failure) {
      if (generation === current && performance.now() >= retryAt) recoverSoon();
      return generation.failure;
    }
    try {
      generation.problem = generation.watch.look();
    } catch (error) {
      return error;
    }
    if (generation.problem === undefined) return undefined;
    generation.failure = new StoreFailure('lost', sentences[generation.problem]);
    recoverSoon();
    return generation.failure;
  }

  /** Not within the commit that found it out. */
  function recoverSoon(): void {
    if (closed) return;
    scheduled ??= setImmediate(() => {
      scheduled = undefined;
      if (!closed) recover(current);
    });
  }

  function recover(lost: Generation<S>): void {
    const problem = problemNow(lost);
    const highest = highestOf(lost);
    try {
      const { db, watch } = lost;
      const { generation, isSame, outcome } = reopen({ file, db, watch, problem, open, now: now() });
      current = generation;
      if (!isSame) continueAfter(generation.db, highest);
      wasReopened = true;
      complaint = undefined;
      warnings.warn(`${file}: ${sentences[problem]}. ${outcome}`);
      carryOver();
      retire(lost);
    } catch (error) {
      stayClosed(lost, problem, error);
    }
  }

  function stayClosed(lost: Generation<S>, problem: FileProblem, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const isBusy = /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode((error as Error).cause ?? error));
    retryAt = performance.now() + (isBusy ? busyMs : retryMs);
    // What was recorded can't be read any more: nothing is shown until the file can be opened.
    if (!lost.db.open) current = openAt(':memory:', () => unwatched);
    current.problem = problem;
    current.failure = new StoreFailure('lost', `${sentences[problem]}, and ${reason}`, { cause: error });
    if (isBusy || complaint === reason) return;
    complaint = reason;
    warnings.warn(`${file}: ${sentences[problem]}. Senders are told 503 until it can be opened: ${reason}`);
  }

  function carryOver(): void {
    for (const session of sessions.values()) renewed(session).catch(() => {}); // the next request tries again
    for (const [listener, stop] of watchers) {
      stop();
      watchers.set(listener, current.store.watch(listener));
      listener();
    }
  }

  function retire(generation: Generation<S>): void {
    retired.add(generation);
    setTimeout(() => {
      retired.delete(generation);
      generation.store.close().catch(() => {});
    }, lingerMs).unref();
  }

  /** Gives a session its row in the database of now. */
  function renewed(session: OpenSession<S>): Promise<void> {
    const generation = current;
    if (session.in === generation) return Promise.resolve();
    session.renewing ??= generation.store
      .openSession(session.facts, session.now)
      .then((stored) => {
        session.stored = stored;
        session.in = generation;
      })
      .finally(() => {
        session.renewing = undefined;
      });
    return session.renewing;
  }

  const own: Carried<A> = {
    add(request, added) {
      const session = sessions.get(added.sessionId);
      if (!session || (session.in === current && session.stored.id === added.sessionId)) {
        return current.store.add(request, added);
      }
      return renewed(session).then(() =>
        current.store.add(request, { ...added, sessionId: session.stored.id }),
      );
    },
    addAttempt(request, requestId, attempt, more) {
      if (wasReopened && current.store.summary(request)?.id !== requestId) {
        return Promise.reject(new StoreFailure('lost', 'its request was in the database that is gone'));
      }
      return current.store.addAttempt(request, requestId, attempt, more);
    },
    async openSession(facts, clock) {
      const generation = current;
      const stored = await generation.store.openSession(facts, clock);
      const session: OpenSession<S> = { facts, now: clock, stored, in: generation, renewing: undefined };
      sessions.set(stored.id, session);
      return {
        id: stored.id,
        async update(changed) {
          session.facts = { ...session.facts, ...changed };
          await renewed(session);
          await session.stored.update(changed);
        },
        async end() {
          sessions.delete(stored.id);
          await session.stored.end();
        },
      };
    },
    summary: (seq) => current.store.summary(seq),
    highestSeq: () => current.store.highestSeq(),
    watch(listener) {
      watchers.set(listener, current.store.watch(listener));
      return () => {
        watchers.get(listener)?.();
        watchers.delete(listener);
      };
    },
    async close() {
      closed = true;
      clearImmediate(scheduled);
      await Promise.all([current, ...retired].map(({ store }) => store.close()));
    },
  };
  return { ...forwarding(() => current.store), ...own };
}

/** Every method of a store, called on the store of the moment. */
function forwarding<S extends object>(store: () => S): S {
  const methods = Object.entries(store()).map(([name, value]) => [
    name,
    typeof value === 'function'
      ? (...args: unknown[]) => (store()[name as keyof S] as (...args: unknown[]) => unknown)(...args)
      : value,
  ]);
  return Object.fromEntries(methods) as S;
}

/** What it was may have changed since, as when a good file was put there. */
function problemNow<S>({ watch, problem = 'replaced' }: Generation<S>): FileProblem {
  try {
    return watch.look() ?? problem;
  } catch {
    return problem;
  }
}

function highestOf<S extends Pick<Carried<never>, 'highestSeq'>>({ db, store }: Generation<S>): Seq {
  try {
    return db.open ? store.highestSeq() : 0;
  } catch {
    return 0;
  }
}
