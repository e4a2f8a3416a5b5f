import type { HeldCause, HeldCount, HeldStanding } from '../model/held.ts';
import {
  type Delivery,
  type DeliveryReason,
  type DeliveryState,
  deliveryReasons,
  deliveryStates,
} from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { optionalNumberCell, optionalWordCell, textCell, wordCell } from './cell.ts';
import type { Database } from './driver.ts';

/** A delivery that is queued or waits for its own time. */
export interface HeldDelivery {
  readonly seq: Seq;
  readonly target: string;
  /** When it is tried next out of its order, in ms since the epoch; undefined: in its order. */
  readonly retryAt: number | undefined;
}

interface DeliveryRow {
  readonly target: unknown;
  readonly state: unknown;
  readonly reason: unknown;
  readonly held: unknown;
  readonly retry_at: unknown;
}

export type Deliveries = ReturnType<typeof createDeliveries>;

/** Selects held deliveries to count. */
export interface HeldTargetsOptions {
  /** Only requests of this project. */
  readonly project?: string | null;
  /** Targets that are left out. */
  readonly except?: readonly string[];
}

/** The deliveries table: what each target must get, and how each delivery ended. */
export function createDeliveries(db: Database) {
  const changes = prepareChanges(db);
  const queries = prepareQueries(db);
  return {
    /** In a transaction, with the request: adds a pending delivery, queued if `isHeld`. */
    insert: (request: Seq, target: string, isHeld: boolean) =>
      void changes.insert.run(request, target, isHeld ? 1 : 0),

    /** In a transaction: ends a delivery. */
    close(
      request: Seq,
      target: string,
      state: Exclude<DeliveryState, 'pending'>,
      reason: DeliveryReason | null = null,
    ): void {
      changes.close.run({ state, reason, request, target });
    },

    /** In a transaction: ends a delivery as delivered if it is pending. */
    deliverPending: (request: Seq, target: string) => void changes.deliverPending.run(request, target),

    /** In a transaction: queues a delivery like `hold`, unless it has ended meanwhile. */
    holdPending: (request: Seq, target: string, retryAt: number | undefined) =>
      void changes.holdPending.run({ request, target, retryAt: retryAt ?? null }),

    /** In a transaction: queues a delivery, in order or until `retryAt`. */
    hold: (request: Seq, target: string, retryAt: number | undefined) =>
      void changes.hold.run({ request, target, retryAt: retryAt ?? null }),

    /**
     * In a transaction: ends a held delivery as moved, and queues the request for another target. Returns false if it
     * is not held any more.
     */
    move(request: Seq, from: string, to: string): boolean {
      if (from === to || changes.markMoved.run(request, from).changes === 0) return false;
      changes.hold.run({ request, target: to, retryAt: null });
      return true;
    },

    /** In a transaction: moves the retry times of a target by so many ms, as the clock was moved. */
    shift: (target: string, ms: number) => void changes.shift.run(ms, target),

    /** In a transaction: queues what sessions that are over had under way for a target. */
    holdAbandoned(target: string, isOver: (sessionId: number) => boolean): void {
      for (const session of queries.unfinished.all(target) as number[]) {
        if (isOver(session)) changes.holdOfSession.run(target, session);
      }
    },

    ofRequest: (request: Seq): Delivery[] =>
      (queries.ofRequest.all(request) as DeliveryRow[]).map(deliveryOf),

    /** True if requests are queued in order for a target: a new one must join them. */
    hasQueue: (target: string): boolean => queries.first.get(target) !== undefined,

    /** The request to send next: the oldest in order, else one whose retry time has come. */
    next: (target: string, now: number) =>
      (queries.first.get(target) ?? queries.due.get(target, now)) as Seq | undefined,

    /** The earliest retry time of a target, in ms since the epoch. */
    nextDueAt: (target: string) => (queries.nextDue.get(target) as number | null) ?? undefined,

    /** The number of held requests of a target. */
    count: (target: string) => queries.count.get(target) as number,

    /** Every held delivery of every target, in the order of recording. */
    held: (project?: string): HeldDelivery[] =>
      (queries.allHeld.all({ project: project ?? null }) as HeldRow[]).map(heldOf),

    /** The held deliveries of every target, counted. */
    heldTargets({ project = null, except = [] }: HeldTargetsOptions = {}): HeldCount[] {
      const targets = queries.heldTargets.all().map(textCell);
      return targets
        .filter((target) => !except.includes(target))
        .map((target) => ({ target, count: queries.countOfProject.get({ target, project }) as number }))
        .filter(({ count }) => count > 0);
    },

    /** How the held ones of a request's deliveries stand at a moment. */
    standings(request: Seq, ofRequest: readonly Delivery[], now: number): Omit<HeldStanding, 'isRetried'>[] {
      return ofRequest
        .filter(({ held }) => held)
        .map(({ target, retryAt }) => ({
          target,
          ahead: retryAt === null ? (queries.ahead.get(target, request) as number) : 0,
          nextTryMs: retryAt === null ? null : Math.max(0, retryAt - now),
          cause: causeOf(queries, request, target, retryAt === null),
        }));
    },
  };
}

type Queries = ReturnType<typeof prepareQueries>;

/** What the newest attempt showed: with the request itself, or with the first of its queue. */
function causeOf(queries: Queries, request: Seq, target: string, isInOrder: boolean): HeldCause | null {
  const first = isInOrder ? (queries.first.get(target) as Seq | undefined) : undefined;
  const row = queries.lastAttempt.get({ request, target, first: first ?? request }) as
    | { readonly status: unknown; readonly error_code: unknown }
    | undefined;
  if (!row) return null;
  if (row.error_code !== null) return { errorCode: textCell(row.error_code) };
  const status = optionalNumberCell(row.status);
  return status === null ? null : { status };
}

function prepareChanges(db: Database) {
  return {
    insert: db.prepare("INSERT INTO deliveries (request, target, state, held) VALUES (?, ?, 'pending', ?)"),
    // One that had failed, expired or been dropped and then got a response was delivered.
    close: db.prepare(
      `UPDATE deliveries SET state = @state, reason = @reason, held = 0, retry_at = NULL
       WHERE request = @request AND target = @target AND (state = 'pending' OR @state = 'delivered')`,
    ),
    deliverPending: db.prepare(
      `UPDATE deliveries SET state = 'delivered', reason = NULL, held = 0, retry_at = NULL
       WHERE request = ? AND target = ? AND state = 'pending'`,
    ),
    holdPending: db.prepare(
      `UPDATE deliveries SET held = 1, retry_at = @retryAt
       WHERE request = @request AND target = @target AND state = 'pending'`,
    ),
    // A refused or deleted request is never held.
    hold: db.prepare(
      `INSERT INTO deliveries (request, target, state, held, retry_at)
       SELECT @request, @target, 'pending', 1, @retryAt
       WHERE EXISTS (SELECT 1 FROM requests WHERE seq = @request AND refusal IS NULL)
       ON CONFLICT (request, target)
       DO UPDATE SET state = 'pending', reason = NULL, held = 1, retry_at = excluded.retry_at`,
    ),
    markMoved: db.prepare(
      `UPDATE deliveries SET state = 'dropped', reason = 'moved', held = 0, retry_at = NULL
       WHERE request = ? AND target = ? AND ${isHeld}`,
    ),
    shift: db.prepare(
      `UPDATE deliveries SET retry_at = retry_at + ?
       WHERE target = ? AND ${isHeld} AND retry_at IS NOT NULL`,
    ),
    holdOfSession: db.prepare(
      `UPDATE deliveries SET held = 1 WHERE state = 'pending' AND held = 0 AND target = ?
       AND request IN (SELECT seq FROM requests WHERE session = ?)`,
    ),
  };
}

function prepareQueries(db: Database) {
  const ofTarget = (columns: string, rest: string) =>
    db.prepare(`SELECT ${columns} FROM deliveries WHERE target = ? AND ${isHeld} ${rest}`).pluck();
  return {
    ofRequest: db.prepare(
      'SELECT target, state, reason, held, retry_at FROM deliveries WHERE request = ? ORDER BY target',
    ),
    first: ofTarget('request', 'AND retry_at IS NULL ORDER BY request LIMIT 1'),
    due: ofTarget('request', 'AND retry_at <= ? ORDER BY retry_at LIMIT 1'),
    nextDue: ofTarget('min(retry_at)', 'AND retry_at IS NOT NULL'),
    count: ofTarget('count(*)', ''),
    allHeld: db.prepare(
      `SELECT request AS seq, target, retry_at FROM deliveries WHERE ${isHeld}
         AND NOT EXISTS (SELECT 1 FROM requests WHERE seq = request AND refusal IS NOT NULL)
         AND ${ofProject} ORDER BY request`,
    ),
    // From one target to the next in the index: a queue may be a million requests long.
    heldTargets: db
      .prepare(
        `WITH RECURSIVE targets (target) AS (
           SELECT min(target) FROM deliveries WHERE ${isHeld}
           UNION ALL
           SELECT (SELECT min(d.target) FROM deliveries d WHERE ${isHeld} AND d.target > targets.target)
             FROM targets WHERE target IS NOT NULL
         ) SELECT target FROM targets WHERE target IS NOT NULL`,
      )
      .pluck(),
    countOfProject: db
      .prepare(`SELECT count(*) FROM deliveries WHERE target = @target AND ${isHeld} AND ${ofProject}`)
      .pluck(),
    ahead: ofTarget('count(*)', 'AND retry_at IS NULL AND request < ?'),
    // It was us who interrupted or withheld one: that says nothing about the target.
    lastAttempt: db.prepare(
      `SELECT status, error_code FROM attempts
       WHERE request IN (@request, @first) AND target = @target
         AND coalesce(error_code, '') NOT IN ('interrupted', 'withheld')
       ORDER BY seq DESC LIMIT 1`,
    ),
    unfinished: db
      .prepare(
        `SELECT DISTINCT r.session FROM deliveries d JOIN requests r ON r.seq = d.request
         WHERE d.state = 'pending' AND d.held = 0 AND d.target = ?`,
      )
      .pluck(),
  };
}

const isHeld = "state = 'pending' AND held = 1";

const ofProject = `(@project IS NULL OR @project = (
  SELECT s.project FROM requests r JOIN sessions s ON s.id = r.session WHERE r.seq = request))`;

function deliveryOf({ target, state, reason, held, retry_at }: DeliveryRow): Delivery {
  return {
    target: textCell(target),
    // The last stands for an unknown state: nothing is sent that was not asked for.
    state: wordCell(state, deliveryStates),
    reason: optionalWordCell(reason, deliveryReasons),
    held: state === 'pending' && held === 1,
    retryAt: state === 'pending' ? optionalNumberCell(retry_at) : null,
  };
}

interface HeldRow {
  readonly seq: number;
  readonly target: unknown;
  readonly retry_at: number | null;
}

function heldOf({ seq, target, retry_at }: HeldRow): HeldDelivery {
  return { seq, target: textCell(target), retryAt: retry_at ?? undefined };
}
