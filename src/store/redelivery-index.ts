import type { Classification } from '../model/classification.ts';
import type { Seq } from '../model/seq.ts';
import { idCell } from './cell.ts';
import type { Database } from './driver.ts';

/** A row to index: what is not a delivery of a provider has nulls. */
export interface EventIdRow {
  readonly seq: Seq;
  readonly provider: string | null;
  readonly event_id: string | null;
  readonly verification: string | null;
}

/** The part of a classification that the index needs. */
export function eventIdOf(seq: Seq, { provider, eventId, verification }: Classification): EventIdRow {
  return { seq, provider, event_id: eventId, verification: verification.result };
}

export interface RedeliveryIndex {
  /** In a transaction: indexes rows. */
  index(rows: readonly EventIdRow[]): void;
  /**
   * The id of the first request that makes this one a redelivery: it has the same delivery id, and it is valid, or
   * both are unchecked; so nobody can forge an id to mark the real delivery as a redelivery.
   */
  firstOf(row: EventIdRow): string | undefined;
  /** In a transaction: forgets a request. */
  remove(row: EventIdRow): void;
}

/** So many rows that are not indexed yet are looked through: more would hold up what arrives meanwhile. */
const mostScanned = 500;

/** Of so many earlier ones with the same id the first that counts is looked for: a sender can repeat an id for ever. */
const mostWithOneId = 200;

/** True if an earlier request `r` makes a later one, whose verification is the parameter, a redelivery. */
const counts = `(r.verification = 'valid' OR (r.verification = 'unchecked' AND ? = 'unchecked'))
  AND (r.refusal IS NULL OR r.refusal NOT IN ('ip', 'password', 'token', 'signature'))`;

/** Knows a delivery that was there before. The index is filled behind capture, like that of ids. */
export function createRedeliveryIndex(db: Database): RedeliveryIndex {
  const insert = db.prepare('INSERT OR IGNORE INTO event_ids (event_id, provider, seq) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM event_ids WHERE event_id = ? AND provider = ? AND seq = ?');
  const indexed = db.prepare(
    `SELECT r.id, r.seq FROM (SELECT seq FROM event_ids WHERE event_id = ? AND provider = ? AND seq < ?
         ORDER BY seq LIMIT ${mostWithOneId}) d
       JOIN requests r ON r.seq = d.seq WHERE ${counts} ORDER BY d.seq LIMIT 1`,
  );
  const notIndexed = db.prepare(
    `SELECT r.id, r.seq FROM requests r
       WHERE seq > max(?, (SELECT value FROM counters WHERE name = 'ids')) AND seq < ?
         AND event_id = ? AND provider = ? AND ${counts} ORDER BY seq LIMIT 1`,
  );
  return {
    index(rows) {
      for (const { provider, event_id, seq, verification } of rows) {
        // An invalid request makes no other a redelivery.
        if (verification === 'invalid') continue;
        if (provider !== null && event_id !== null) insert.run(event_id, provider, seq);
      }
    },
    firstOf({ provider, event_id, seq, verification }) {
      if (provider === null || event_id === null) return undefined;
      const first = (indexed.get(event_id, provider, seq, verification) ??
        notIndexed.get(seq - mostScanned, seq, event_id, provider, verification)) as
        | { readonly id: unknown; readonly seq: unknown }
        | undefined;
      return first && idCell(first.id, first.seq);
    },
    remove({ provider, event_id, seq }) {
      if (provider !== null && event_id !== null) remove.run(event_id, provider, seq);
    },
  };
}
