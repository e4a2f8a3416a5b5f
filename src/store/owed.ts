import type { DeliveryReason, Owed, OwedState } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { optionalNumberCell, optionalWordCell, textCell, wordCell, wordsOf } from './cell.ts';
import type { Database } from './driver.ts';

/** A request that waits for its target. */
export interface Held {
  readonly seq: Seq;
  readonly to: string;
  /** The moment (ms since the epoch) for which it waits, out of order; undefined: it is in line. */
  readonly retryAt: number | undefined;
}

/** The last stands for whatever is none of them: nothing is sent that was not asked for. */
const owedStates = wordsOf<OwedState>({
  pending: true,
  delivered: true,
  failed: true,
  expired: true,
  dropped: true,
});

const reasons = wordsOf<DeliveryReason>({ user: true, moved: true, 'max-attempts': true, 'too-old': true });

interface DeliveryRow {
  readonly target: unknown;
  readonly state: unknown;
  readonly reason: unknown;
  readonly held: unknown;
  readonly retry_at: unknown;
}

export type OwedRows = ReturnType<typeof createOwed>;

/** The deliveries table: what each target must get, and how each delivery ended. */
export function createOwed(db: Database) {
  const insert = db.prepare(
    "INSERT INTO deliveries (request, target, state, held) VALUES (?, ?, 'pending', ?)",
  );
  // What was given up, dropped or failed and then delivered all the same was delivered.
  const close = db.prepare(
    `UPDATE deliveries SET state = @state, reason = @reason, held = 0, retry_at = NULL
     WHERE request = @request AND target = @target AND (state = 'pending' OR @state = 'delivered')`,
  );
  // What was refused waits for nobody, nor what is not there, whoever asks.
  const hold = db.prepare(
    `INSERT INTO deliveries (request, target, state, held, retry_at)
     SELECT @request, @target, 'pending', 1, @retryAt
     WHERE EXISTS (SELECT 1 FROM requests WHERE seq = @request AND refusal IS NULL)
     ON CONFLICT (request, target) DO UPDATE SET state = 'pending', reason = NULL, held = 1, retry_at = excluded.retry_at`,
  );
  const shift = db.prepare(
    `UPDATE deliveries SET retry_at = retry_at + ?
     WHERE target = ? AND state = 'pending' AND held = 1 AND retry_at IS NOT NULL`,
  );
  const ofRequest = db.prepare(
    'SELECT target, state, reason, held, retry_at FROM deliveries WHERE request = ? ORDER BY target',
  );
  const held = "state = 'pending' AND held = 1";
  const inLine = db
    .prepare(
      `SELECT request FROM deliveries WHERE target = ? AND ${held} AND retry_at IS NULL ORDER BY request LIMIT 1`,
    )
    .pluck();
  const due = db
    .prepare(
      `SELECT request FROM deliveries WHERE target = ? AND ${held} AND retry_at <= ? ORDER BY retry_at LIMIT 1`,
    )
    .pluck();
  const nextDue = db
    .prepare(`SELECT min(retry_at) FROM deliveries WHERE target = ? AND ${held} AND retry_at IS NOT NULL`)
    .pluck();
  const count = db.prepare(`SELECT count(*) FROM deliveries WHERE target = ? AND ${held}`).pluck();
  const allHeld = db.prepare(
    `SELECT request AS seq, target AS "to", retry_at FROM deliveries WHERE ${held}
       AND NOT EXISTS (SELECT 1 FROM requests WHERE seq = request AND refusal IS NOT NULL)
     ORDER BY request`,
  );
  const unfinished = db
    .prepare(
      `SELECT DISTINCT r.session FROM deliveries o JOIN requests r ON r.seq = o.request
     WHERE o.state = 'pending' AND o.held = 0 AND o.target = ?`,
    )
    .pluck();
  const holdOfSession = db.prepare(
    `UPDATE deliveries SET held = 1 WHERE state = 'pending' AND held = 0 AND target = ?
     AND request IN (SELECT seq FROM requests WHERE session = ?)`,
  );

  return {
    /** In a transaction, with the request: a target has still to get it; `isHeld`: it joins those that wait. */
    insert(request: Seq, target: string, isHeld: boolean): void {
      insert.run(request, target, isHeld ? 1 : 0);
    },

    /** In a transaction: a target got the request, or will not. */
    close(
      request: Seq,
      target: string,
      state: Exclude<OwedState, 'pending'>,
      reason: DeliveryReason | null = null,
    ): void {
      close.run({ state, reason, request, target });
    },

    /** In a transaction: the request waits, in line or for a moment of its own. */
    hold(request: Seq, target: string, retryAt: number | undefined): void {
      hold.run({ request, target, retryAt: retryAt ?? null });
    },

    /** In a transaction: moves the moments of what stepped aside by so many ms, as the clock was moved. */
    shift(target: string, ms: number): void {
      shift.run(ms, target);
    },

    /** In a transaction: what sessions that are over had under way for a target waits from now on. */
    holdAbandoned(target: string, isOver: (sessionId: number) => boolean): void {
      for (const session of unfinished.all(target) as number[]) {
        if (isOver(session)) holdOfSession.run(target, session);
      }
    },

    ofRequest(request: Seq): Owed[] {
      return (ofRequest.all(request) as DeliveryRow[]).map(({ target, state, reason, held, retry_at }) => ({
        to: textCell(target),
        state: wordCell(state, owedStates),
        reason: optionalWordCell(reason, reasons),
        held: state === 'pending' && held === 1,
        retryAt: state === 'pending' ? optionalNumberCell(retry_at) : null,
      }));
    },

    /** Whether requests wait in line, so that a new one has to join its end. */
    hasLine(target: string): boolean {
      return inLine.get(target) !== undefined;
    },

    /** The request whose turn it is: the oldest in line, or else one whose own moment has come. */
    next(target: string, now: number): Seq | undefined {
      return (inLine.get(target) ?? due.get(target, now)) as Seq | undefined;
    },

    /** When the next one that stepped aside is due, in ms since the epoch. */
    nextDueAt(target: string): number | undefined {
      return (nextDue.get(target) as number | null) ?? undefined;
    },

    count(target: string): number {
      return count.get(target) as number;
    },

    /** Everything that waits, for every target, in the order of recording. */
    held(): Held[] {
      return (allHeld.all() as { seq: number; to: string; retry_at: number | null }[]).map(
        ({ seq, to, retry_at }) => ({
          seq,
          to: textCell(to),
          retryAt: retry_at ?? undefined,
        }),
      );
    },
  };
}
