import type { Attempt, NewAttempt } from '../model/attempt.ts';
import type { Body, BodySink } from '../model/body.ts';
import type { Classification } from '../model/classification.ts';
import { defaults } from '../model/defaults.ts';
import type { HeldCount, HeldStanding } from '../model/held.ts';
import { isAlive } from '../model/process-id.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { HandledBy, ReplySummary } from '../model/reply.ts';
import type {
  CapturedRequest,
  Delivery,
  DeliveryReason,
  DeliveryState,
  RequestRecord,
  RequestSummary,
} from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { createAttempts } from './attempts.ts';
import { createBodies } from './bodies.ts';
import { type BodyMatch, type BodySearchOptions, createBodySearch } from './body-search.ts';
import { createChangeWatch } from './change-watch.ts';
import { createClaims } from './claims.ts';
import { createDeliveries, type HeldDelivery, type HeldTargetsOptions } from './deliveries.ts';
import { type Database, openDatabase, waitNoMoreForLocks } from './driver.ts';
import { createErasing, type Vacuumed } from './erasing.ts';
import { explained } from './errors.ts';
import { migrate } from './migrations.ts';
import { createRedeliveryIndex, eventIdOf } from './redelivery-index.ts';
import { createRemoval } from './removal.ts';
import { type Guards, type Opened, openReopeningStore } from './reopening-store.ts';
import { createRequestIndex } from './request-index.ts';
import { type AddOptions, createRequests, type PageOptions } from './requests.ts';
import { createScan, type ScannedRequest, type ScanOptions } from './scan.ts';
import { createSessions, type LiveSession, type SessionInfo, type StoredSession } from './sessions.ts';
import { createTally, type TalliedRequests, type TallyOptions } from './tally.ts';
import { createWarnings, type Warnings } from './warnings.ts';
import { createWriter } from './writer.ts';

export interface StoreOptions {
  /** The longest time that a write waits for another process's lock before it fails; 5 s unless given. */
  readonly dbTimeoutMs?: number;
  /** The most bytes that may wait to be written; 64 MB unless given. */
  readonly maxPendingBytes?: number;
}

/** Changes that are recorded together with an attempt. */
export interface AttemptOptions {
  /** The reply to the sender because of it. */
  readonly reply?: ReplySummary;
  /** The state in which it closes the delivery to its target; absent: that stays as it is. */
  readonly closes?: Exclude<DeliveryState, 'pending'>;
  /** The reason for closing the delivery without a response. */
  readonly reason?: DeliveryReason | undefined;
  /** The delivery stays pending: queued in order, or until `retryAt` (ms since the epoch). */
  readonly holds?: { readonly retryAt?: number | undefined };
  /** The part of the session that replied to the sender in place of the target. */
  readonly handledBy?: HandledBy | undefined;
  /** Nobody waits for it: it may be recorded so much later, together with others. */
  readonly maxDelayMs?: number | undefined;
}

/**
 * The request log. What a write resolves with is on disk (WAL, synchronous=FULL); a write that can't be rejects
 * with a StoreFailure. Reads are synchronous and see every commit of every process.
 */
export interface Store {
  readonly file: string;
  /** Records a request; resolves with its place in the order of recording. */
  add(request: CapturedRequest, options: AddOptions): Promise<Seq>;
  /** Records an attempt under the next number of its request. */
  addAttempt(
    request: Seq,
    requestId: string,
    attempt: NewAttempt,
    options?: AttemptOptions,
  ): Promise<Attempt>;
  /** Records that the sender of a request was gone before its reply: so many ms after its head had arrived. */
  replyMissed(request: Seq, requestId: string, afterMs: number): Promise<void>;
  /** A sink for a body that arrives: large ones are written piece by piece. */
  openBody(): BodySink;
  /** Tells other processes of a run of `listen`. */
  openSession(classification: SessionInfo, now?: () => number): Promise<StoredSession>;
  /** Runs of `listen` that go on now, newest first. */
  liveSessions(): LiveSession[];
  /**
   * Removes requests with their attempts and bodies, and overwrites what they took up; resolves with how many there
   * were. Warns where another process keeps something of them in its log.
   */
  delete(seqs: readonly Seq[]): Promise<number>;
  /** Writes the file anew, so that nothing that was ever deleted is left in it. Rejects with a StoreFailure. */
  vacuum(): Promise<Vacuumed>;
  /** The place of the request that `@`, `@~2`, an id or a prefix names. Throws a UserError if that is not one. */
  resolve(ref: string, name?: string): Seq;
  /** Makes ready for many calls of `resolve`. */
  indexIds(): Promise<void>;
  /** One page of summaries: newest first before a place, oldest first after one. */
  page(options: PageOptions): RequestSummary[];
  /** The number of requests that pages with these options have together. */
  count(options: Pick<PageOptions, 'project' | 'held' | 'since'>): number;
  summary(seq: Seq): RequestSummary | undefined;
  /** The reason why a request must not be delivered; null: it may be. */
  refusal(seq: Seq): RefusalCode | null;
  /** The classification of a request alone: less to read than its summary. */
  classification(seq: Seq): Classification | undefined;
  /** The properties of requests that a filter needs, newest first: several times as fast as pages. */
  scan(options: ScanOptions): ScannedRequest[];
  /** Counts the requests of a range, by their newest attempt and by whether they are held. */
  tally(options: TallyOptions): TalliedRequests[];
  /** The requests whose bodies contain something, newest first; yields to the event loop. */
  searchBodies(options: BodySearchOptions): AsyncGenerator<BodyMatch>;
  /** A request as it arrived. */
  request(seq: Seq): CapturedRequest | undefined;
  /** A request and all that is known of it. */
  record(seq: Seq): RequestRecord | undefined;
  /** The id of the first request that makes this one a redelivery; undefined where none does. */
  redeliveryOf(seq: Seq, classification: Classification): string | undefined;
  /** The targets of the last 1000 attempts, the newest first; at most 50. */
  recentTargets(): string[];
  /** The deliveries of a request, pending and ended. */
  deliveriesOf(seq: Seq): Delivery[];
  /** True if requests are queued for a target: a new one must join the end. */
  hasQueue(to: string): boolean;
  /** The request to send next to a target: the oldest queued one, else one whose retry time has come. */
  nextHeld(to: string, now: number): Seq | undefined;
  /** The time at which the next deferred request is due, in ms since the epoch. */
  nextDueAt(to: string): number | undefined;
  /** The number of requests that wait for a target. */
  heldCount(to: string): number;
  /** Every held delivery of every target, or those of one project, in the order of recording. */
  held(project?: string): HeldDelivery[];
  /** The targets of held deliveries, with their number. */
  heldTargets(options?: HeldTargetsOptions): HeldCount[];
  /** How the held deliveries of a request stand in their queues at a moment. */
  standings(seq: Seq, now: number): HeldStanding[];
  /**
   * Moves held deliveries to another target, in one transaction: each is dropped with the reason `moved`, and the
   * request is queued for the new target in its order. Resolves with those that were still held.
   */
  move(deliveries: readonly HeldDelivery[], to: string): Promise<HeldDelivery[]>;
  /** Makes a request wait for a target, queued or deferred to `retryAt`. */
  hold(seq: Seq, to: string, retryAt?: number): Promise<void>;
  /** Makes a pending delivery due in its order; one that has ended stays as it is. */
  requeue(seq: Seq, to: string): Promise<void>;
  /** Moves the retry times of a target by so many ms, as the clock was moved. */
  shiftDue(to: string, ms: number): Promise<void>;
  /** Closes a delivery that no attempt closes. */
  closeDelivery(
    seq: Seq,
    to: string,
    state: Exclude<DeliveryState, 'pending'>,
    reason?: DeliveryReason,
  ): Promise<void>;
  /** Queues deliveries that sessions left under way when they ended. */
  holdAbandoned(to: string, now: number): Promise<void>;
  /** Takes or keeps the claim on a target's queue; resolves with true if this process has it. */
  claim(to: string, now: number): Promise<boolean>;
  releaseClaim(to: string): Promise<void>;
  /** The process that has the claim on a target's queue, if one does. */
  claimHolder(to: string, now: number): number | undefined;
  /** The sequence number of the newest request, 0 if there is none. */
  highestSeq(): Seq;
  /** The target of the newest `forward` or `retry` attempt of a request. */
  latestTarget(seq: Seq): string | undefined;
  /** The number of attempts to deliver a request to a target, replays aside. */
  attemptCount(seq: Seq, target: string): number;
  /** True if a target has responded to this request before. */
  hasResponse(seq: Seq, target: string): boolean;
  /** Calls back soon after another process has changed the database; returns how to stop. */
  watch(listener: () => void): () => void;
  /** Calls back with what the user should know, as when the database was replaced; returns how to stop. */
  onWarning(listener: (message: string) => void): () => void;
  /** Waits for what is being written, then closes the file. */
  close(): Promise<void>;
}

const defaultMaxPendingBytes = 64 * 1024 * 1024;

/** The size of a row in memory beside its body, roughly. */
const rowBytes = 1024;

/** Opens the request log in `file` (`:memory:` for one that is gone afterwards), creating it if need be. */
export function openStore(file: string, options: StoreOptions = {}): Store {
  const warnings = createWarnings();
  const open = (path: string, guards: Guards) => opened(path, options, guards, warnings);
  // What is only in memory nobody can take away.
  if (file === ':memory:') return open(file, { check: () => undefined, committed() {}, failed() {} }).store;
  return openReopeningStore<AttemptOptions, Store>({ file, open, warnings, now: Date.now });
}

function opened(file: string, options: StoreOptions, guards: Guards, warnings: Warnings): Opened<Store> {
  const db = openDatabase(file);
  try {
    migrate(db, file);
    waitNoMoreForLocks(db);
    return { db, store: storeOn(db, file, options, guards, warnings) };
  } catch (error) {
    db.close();
    throw explained(file, error);
  }
}

function storeOn(
  db: Database,
  file: string,
  options: StoreOptions,
  guards: Guards,
  warnings: Warnings,
): Store {
  const parts = partsOn(db, file, options, guards, warnings);
  const { index, changes, sessions, writer } = parts;
  let closing: Promise<void> | undefined;
  return {
    file,
    ...recordingOf(parts),
    ...readingOf(db, parts),
    ...deliveringOf(parts),
    watch: changes.watch,
    onWarning: warnings.subscribe,
    close() {
      closing ??= (async () => {
        index.stop();
        changes.stop();
        sessions.stop();
        await writer.idle();
        db.close();
      })();
      return closing;
    },
  };
}

type Parts = ReturnType<typeof partsOn>;

/** The parts of a store, each with its own tables. */
function partsOn(db: Database, file: string, options: StoreOptions, guards: Guards, warnings: Warnings) {
  const timeoutMs = options.dbTimeoutMs ?? defaults.dbTimeoutMs;
  const maxPendingBytes = options.maxPendingBytes ?? defaultMaxPendingBytes;
  const writer = createWriter(db, { ...guards, timeoutMs, maxPendingBytes });
  const bodies = createBodies(db, writer);
  const deliveries = createDeliveries(db);
  const redeliveries = createRedeliveryIndex(db);
  const requests = createRequests(db, writer, bodies, deliveries, redeliveries);
  const attempts = createAttempts(db, writer, bodies);
  const index = createRequestIndex(db, writer, redeliveries);
  return {
    writer,
    bodies,
    deliveries,
    redeliveries,
    requests,
    attempts,
    index,
    claims: createClaims(db, writer),
    sessions: createSessions(db, writer),
    changes: createChangeWatch(db),
    erasing: createErasing(db, { file, timeoutMs, warnings, check: guards.check }),
    remove: createRemoval(db, { requests, attempts, bodies, index }),
  };
}

/** The methods that record and delete requests, attempts and sessions. */
function recordingOf({
  writer,
  bodies,
  deliveries,
  requests,
  attempts,
  index,
  sessions,
  erasing,
  remove,
}: Parts) {
  return {
    add(request, options) {
      index.recorded();
      return writer.write(rowBytes + inMemory(request.body), () => requests.insert(request, options));
    },
    addAttempt(request, requestId, attempt, { reply, closes, reason, holds, handledBy, maxDelayMs } = {}) {
      const record = () => {
        if (closes) deliveries.close(request, attempt.target, closes, reason);
        if (handledBy) requests.handled(request, handledBy);
        if (holds) {
          const hold = attempt.kind === 'retry' ? deliveries.holdPending : deliveries.hold;
          hold(request, attempt.target, holds.retryAt);
        }
        // A replay creates no delivery, but its response is what a pending one waits for.
        if (attempt.kind === 'replay' && attempt.outcome.type === 'response') {
          deliveries.deliverPending(request, attempt.target);
        }
        return attempts.insert(request, requestId, attempt, reply);
      };
      return writer.write(rowBytes + inMemory(attempt.outcome.response?.body), record, maxDelayMs);
    },
    replyMissed: (request, requestId, afterMs) =>
      writer.write(0, () => {
        if (requests.replyMissed(request, requestId, afterMs)) attempts.replyMissed(request);
      }),
    openBody: bodies.openSink,
    async openSession(classification, now = Date.now) {
      const session = await sessions.open(classification, now);
      await writer.write(0, () => bodies.removeOrphans(isAlive));
      return session;
    },
    async delete(seqs) {
      const count = await writer.write(0, () => remove(seqs));
      await erasing.forgetLog();
      return count;
    },
    vacuum: erasing.vacuum,
    indexIds: index.catchUp,
  } satisfies Partial<Store>;
}

/** Bytes of a body that stay in memory until it is written. */
function inMemory(body: Body | undefined): number {
  return body === undefined || body.storedId !== undefined ? 0 : body.size;
}

/** The methods that read requests, attempts and sessions. */
function readingOf(
  db: Database,
  { requests, attempts, deliveries, redeliveries, index, sessions, claims }: Parts,
) {
  return {
    liveSessions: sessions.live,
    resolve: (ref, name) => index.resolve(ref, name),
    page: requests.page,
    count: requests.count,
    summary: requests.summary,
    classification: requests.classification,
    refusal: requests.refusal,
    scan: createScan(db),
    tally: createTally(db),
    searchBodies: createBodySearch(db, requests.summary),
    request: requests.read,
    redeliveryOf: (seq, classification) => redeliveries.firstOf(eventIdOf(seq, classification)),
    record(seq) {
      const request = requests.read(seq);
      if (!request) return undefined;
      const ofRequest = deliveries.ofRequest(seq);
      return {
        seq,
        request,
        ...requests.known(seq),
        deliveries: ofRequest,
        standings: standingsOf({ deliveries, claims }, seq, ofRequest, Date.now()),
        attempts: attempts.ofRequest(seq),
      };
    },
    highestSeq: requests.highestSeq,
    latestTarget: attempts.latestTarget,
    recentTargets: attempts.recentTargets,
    attemptCount: attempts.count,
    hasResponse: attempts.hasResponse,
  } satisfies Partial<Store>;
}

function standingsOf(
  { deliveries, claims }: Pick<Parts, 'deliveries' | 'claims'>,
  seq: Seq,
  ofRequest: readonly Delivery[],
  now: number,
): HeldStanding[] {
  return deliveries
    .standings(seq, ofRequest, now)
    .map((each) => ({ ...each, isRetried: claims.holder(each.target, now) !== undefined }));
}

/** The methods about what targets have still to get. */
function deliveringOf({ writer, deliveries, sessions, claims }: Parts) {
  return {
    deliveriesOf: deliveries.ofRequest,
    hasQueue: deliveries.hasQueue,
    nextHeld: deliveries.next,
    nextDueAt: deliveries.nextDueAt,
    heldCount: deliveries.count,
    held: deliveries.held,
    heldTargets: deliveries.heldTargets,
    standings: (seq, now) => standingsOf({ deliveries, claims }, seq, deliveries.ofRequest(seq), now),
    move: (held, to) =>
      writer.write(0, () => held.filter(({ seq, target }) => deliveries.move(seq, target, to))),
    hold: (seq, to, retryAt) => writer.write(0, () => deliveries.hold(seq, to, retryAt)),
    requeue: (seq, to) => writer.write(0, () => deliveries.holdPending(seq, to, undefined)),
    shiftDue: (to, ms) => writer.write(0, () => deliveries.shift(to, ms)),
    closeDelivery: (seq, to, state, reason) =>
      writer.write(0, () => deliveries.close(seq, to, state, reason)),
    holdAbandoned: (to, now) =>
      writer.write(0, () => deliveries.holdAbandoned(to, (session) => sessions.isOver(session, now))),
    claim: claims.claim,
    releaseClaim: claims.release,
    claimHolder: claims.holder,
  } satisfies Partial<Store>;
}

export { explained, StoreFailure } from './errors.ts';
export { readableCopy } from './readable-copy.ts';
export { moveAsideIfBroken } from './repair.ts';
export type {
  AddOptions,
  BodyMatch,
  HeldDelivery,
  LiveSession,
  PageOptions,
  ScannedRequest,
  SessionInfo,
  StoredSession,
  Vacuumed,
};
