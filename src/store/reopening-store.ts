import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Attempt, NewAttempt } from '../model/attempt.ts';
import { messageOf } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Database } from './driver.ts';
import { isBusy, isDamage, isShortRead, StoreFailure } from './errors.ts';
import { type FileProblem, type FileWatch, watchFile } from './file-watch.ts';
import { makePrivate } from './private-file.ts';
import { reopen } from './reopen.ts';
import type { AddOptions } from './requests.ts';
import { continueAfter } from './sequences.ts';
import type { SessionInfo, StoredSession } from './sessions.ts';
import type { Warnings } from './warnings.ts';

/** An open database and the store on it. */
export interface Opened<S> {
  readonly db: Database;
  readonly store: S;
}

/** The methods of a store that have to outlive its database. */
interface Reopenable<A> {
  add(request: CapturedRequest, options: AddOptions): Promise<Seq>;
  addAttempt(request: Seq, requestId: string, attempt: NewAttempt, options?: A): Promise<Attempt>;
  openSession(classification: SessionInfo, now?: () => number): Promise<StoredSession>;
  summary(seq: Seq): { readonly id: string } | undefined;
  highestSeq(): Seq;
  watch(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Callbacks of a store's writer. */
export interface Guards {
  /** The reason why nothing can be written now; undefined: it can. */
  readonly check: () => unknown;
  readonly committed: () => void;
  readonly failed: (error: unknown) => void;
}

export interface ReopeningOptions<S> {
  readonly file: string;
  /** Opens a database, creating it if need be; throws a UserError where that can't be. */
  readonly open: (file: string, guards: Guards) => Opened<S>;
  readonly warnings: Warnings;
  /** Ms since the epoch. */
  readonly now: () => number;
}

interface Generation<S> extends Opened<S> {
  readonly watch: FileWatch;
  /** The damage to the file, and the error of all further writes. */
  problem: FileProblem | undefined;
  failure: StoreFailure | undefined;
}

interface OpenSession<S> {
  classification: SessionInfo;
  readonly now: (() => number) | undefined;
  stored: StoredSession;
  in: Generation<S>;
  renewing: Promise<void> | undefined;
}

/** Guards of the writer of one generation. */
interface GenerationGuards<S> {
  check(generation: Generation<S>): unknown;
  failed(generation: Generation<S>, error: unknown): void;
}

/** State of a store whose database may be replaced. */
interface Reopening<S> {
  readonly options: ReopeningOptions<S>;
  readonly guards: GenerationGuards<S>;
  readonly sessions: Map<number, OpenSession<S>>;
  /** Listeners for changes, with what stops them. */
  readonly watchers: Map<() => void, () => void>;
  /** Databases that are gone, while bodies may still be read from them. */
  readonly retired: Set<Generation<S>>;
  current: Generation<S>;
  wasReopened: boolean;
  /** Resolves after the next try to open the database again, which is about to begin. */
  recovery: Promise<void> | undefined;
  /** No further try before this (performance clock). */
  retryAt: number;
  /** The reason that was warned of last. */
  complaint: string | undefined;
  closed: boolean;
}

const sentences: Readonly<Record<FileProblem, string>> = {
  missing: 'the database was deleted or moved away while it was in use',
  replaced: 'another file was put in place of the database while it was in use',
  truncated: 'the database was truncated while it was in use',
  damaged: 'the database was damaged while it was in use',
  unreadable: 'a part of the database could not be read while it was in use',
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
export function openReopeningStore<A, S extends Reopenable<A>>(options: ReopeningOptions<S>): S {
  const guards: GenerationGuards<S> = {
    check: (generation) => check<A, S>(state, generation),
    failed: (generation, error) => failed<A, S>(state, generation, error),
  };
  const state: Reopening<S> = {
    options,
    guards,
    sessions: new Map(),
    watchers: new Map(),
    retired: new Set(),
    current: openFile(options, guards),
    wasReopened: false,
    recovery: undefined,
    retryAt: 0,
    complaint: undefined,
    closed: false,
  };
  const own: Reopenable<A> = {
    add: (request, added) => add<A, S>(state, request, added),
    addAttempt: (request, requestId, attempt, more) =>
      addAttempt<A, S>(state, request, requestId, attempt, more),
    openSession: (classification, now) => openSession<A, S>(state, classification, now),
    summary: (seq) => state.current.store.summary(seq),
    highestSeq: () => state.current.store.highestSeq(),
    watch: (listener) => watch<A, S>(state, listener),
    close: () => close<A, S>(state),
  };
  return { ...forwarding(() => state.current.store), ...own };
}

function openFile<S>(options: ReopeningOptions<S>, guards: GenerationGuards<S>): Generation<S> {
  const { file, warnings } = options;
  const generation = openAt(options, guards, file, (db) => watchFile(file, db));
  const tightened = makePrivate(file);
  if (tightened !== undefined) warnings.warn(tightened);
  return generation;
}

function openAt<S>(
  options: ReopeningOptions<S>,
  guards: GenerationGuards<S>,
  path: string,
  watch: (db: Database) => FileWatch,
): Generation<S> {
  const made: { generation?: Generation<S> } = {};
  const opened = options.open(path, {
    check: () => made.generation && guards.check(made.generation),
    committed: () => made.generation?.watch.committed(),
    failed: (error) => made.generation && guards.failed(made.generation, error),
  });
  made.generation = { ...opened, watch: watch(opened.db), problem: undefined, failure: undefined };
  return made.generation;
}

/** The reason why nothing can be written to a generation; looks whether its files are as they were. */
function check<A, S extends Reopenable<A>>(state: Reopening<S>, generation: Generation<S>): unknown {
  if (generation.failure) {
    if (generation === state.current && performance.now() >= state.retryAt) recoverSoon<A, S>(state);
    return generation.failure;
  }
  try {
    const problem = generation.watch.look();
    if (problem === undefined) return undefined;
    return lose<A, S>(state, generation, problem);
  } catch (error) {
    return error;
  }
}

/** SQLite may find damage in a file that looks as it did. */
function failed<A, S extends Reopenable<A>>(
  state: Reopening<S>,
  generation: Generation<S>,
  error: unknown,
): void {
  if (generation.failure) return;
  if (isShortRead(error)) lose<A, S>(state, generation, 'unreadable');
  else if (isDamage(error)) lose<A, S>(state, generation, 'damaged');
}

function lose<A, S extends Reopenable<A>>(
  state: Reopening<S>,
  generation: Generation<S>,
  problem: FileProblem,
): StoreFailure {
  const failure = new StoreFailure('lost', sentences[problem]);
  generation.problem = problem;
  generation.failure = failure;
  recoverSoon<A, S>(state);
  return failure;
}

/** Opens the database again, but not within the commit that found it out; what is written meanwhile waits for it. */
function recoverSoon<A, S extends Reopenable<A>>(state: Reopening<S>): void {
  if (state.closed) return;
  state.recovery ??= nextTurn().then(() => {
    state.recovery = undefined;
    if (!state.closed) recover<A, S>(state);
  });
}

function recover<A, S extends Reopenable<A>>(state: Reopening<S>): void {
  const { options, guards, current: lost } = state;
  const { file, warnings, now } = options;
  const problem = problemNow(lost);
  const highest = highestOf(lost);
  try {
    const { db, watch } = lost;
    const open = () => openFile(options, guards);
    const { generation, isSame, outcome } = reopen({ file, db, watch, problem, open, now: now() });
    state.current = generation;
    if (!isSame) continueAfter(generation.db, highest);
    state.wasReopened = true;
    state.complaint = undefined;
    warnings.warn(`${file}: ${sentences[problem]}. ${outcome}`);
    carryOver<A, S>(state);
    closeLater<A, S>(state, lost);
  } catch (error) {
    stayClosed<A, S>(state, lost, problem, error);
  }
}

function stayClosed<A, S extends Reopenable<A>>(
  state: Reopening<S>,
  lost: Generation<S>,
  problem: FileProblem,
  error: unknown,
): void {
  const { file, warnings } = state.options;
  const reason = messageOf(error);
  const isLocked = isBusy((error as Error).cause ?? error);
  state.retryAt = performance.now() + (isLocked ? busyMs : retryMs);
  // What was recorded can't be read any more: nothing is shown until the file can be opened.
  if (!lost.db.open) state.current = openAt(state.options, state.guards, ':memory:', () => unwatched);
  state.current.problem = problem;
  state.current.failure = new StoreFailure('lost', `${sentences[problem]}, and ${reason}`, { cause: error });
  if (isLocked || state.complaint === reason) return;
  state.complaint = reason;
  warnings.warn(`${file}: ${sentences[problem]}. Senders get a 503 until it can be opened: ${reason}`);
}

function carryOver<A, S extends Reopenable<A>>(state: Reopening<S>): void {
  for (const session of state.sessions.values()) renewed<A, S>(state, session).catch(() => {}); // the next request tries again
  for (const [listener, stop] of state.watchers) {
    stop();
    state.watchers.set(listener, state.current.store.watch(listener));
    listener();
  }
}

function closeLater<A, S extends Reopenable<A>>({ retired }: Reopening<S>, generation: Generation<S>): void {
  retired.add(generation);
  setTimeout(() => {
    retired.delete(generation);
    generation.store.close().catch(() => {});
  }, lingerMs).unref();
}

/** Gives a session its row in the current database. */
function renewed<A, S extends Reopenable<A>>(state: Reopening<S>, session: OpenSession<S>): Promise<void> {
  const generation = state.current;
  if (session.in === generation) return Promise.resolve();
  session.renewing ??= generation.store
    .openSession(session.classification, session.now)
    .then((stored) => {
      session.stored = stored;
      session.in = generation;
    })
    .finally(() => {
      session.renewing = undefined;
    });
  return session.renewing;
}

function add<A, S extends Reopenable<A>>(
  state: Reopening<S>,
  request: CapturedRequest,
  added: AddOptions,
): Promise<Seq> {
  if (state.recovery) return state.recovery.then(() => add<A, S>(state, request, added));
  const session = state.sessions.get(added.sessionId);
  if (!session || (session.in === state.current && session.stored.id === added.sessionId)) {
    return state.current.store.add(request, added);
  }
  return renewed<A, S>(state, session).then(() =>
    state.current.store.add(request, { ...added, sessionId: session.stored.id }),
  );
}

function addAttempt<A, S extends Reopenable<A>>(
  state: Reopening<S>,
  request: Seq,
  requestId: string,
  attempt: NewAttempt,
  more: A | undefined,
): Promise<Attempt> {
  const { recovery, wasReopened, current } = state;
  if (recovery) return recovery.then(() => addAttempt<A, S>(state, request, requestId, attempt, more));
  if (wasReopened && current.store.summary(request)?.id !== requestId) {
    return Promise.reject(new StoreFailure('lost', 'its request was in the database that is gone'));
  }
  return current.store.addAttempt(request, requestId, attempt, more);
}

async function openSession<A, S extends Reopenable<A>>(
  state: Reopening<S>,
  classification: SessionInfo,
  now: (() => number) | undefined,
): Promise<StoredSession> {
  await state.recovery;
  const generation = state.current;
  const stored = await generation.store.openSession(classification, now);
  const session: OpenSession<S> = { classification, now, stored, in: generation, renewing: undefined };
  state.sessions.set(stored.id, session);
  return {
    id: stored.id,
    async update(changed) {
      session.classification = { ...session.classification, ...changed };
      await renewed<A, S>(state, session);
      await session.stored.update(changed);
    },
    async end() {
      state.sessions.delete(stored.id);
      await session.stored.end();
    },
  };
}

function watch<A, S extends Reopenable<A>>(
  { watchers, current }: Reopening<S>,
  listener: () => void,
): () => void {
  watchers.set(listener, current.store.watch(listener));
  return () => {
    watchers.get(listener)?.();
    watchers.delete(listener);
  };
}

async function close<A, S extends Reopenable<A>>(state: Reopening<S>): Promise<void> {
  state.closed = true;
  await Promise.all([state.current, ...state.retired].map(({ store }) => store.close()));
}

/** Every method of a store, called on the current store. */
function forwarding<S extends object>(store: () => S): S {
  const methods = Object.entries(store()).map(([name, value]) => [
    name,
    typeof value === 'function'
      ? (...args: unknown[]) => (store()[name as keyof S] as (...args: unknown[]) => unknown)(...args)
      : value,
  ]);
  return Object.fromEntries(methods) as S;
}

/** Looks again: the problem may have changed since, as when a good file was put there. */
function problemNow<S>({ watch, problem = 'replaced' }: Generation<S>): FileProblem {
  try {
    return watch.look() ?? problem;
  } catch {
    return problem;
  }
}

function highestOf<S extends Pick<Reopenable<never>, 'highestSeq'>>({ db, store }: Generation<S>): Seq {
  try {
    return db.open ? store.highestSeq() : 0;
  } catch {
    return 0;
  }
}
