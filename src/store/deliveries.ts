import type { Seq } from '../model/seq.ts';
import { idCell } from './cell.ts';
import type { Database } from './driver.ts';

/** A row to index: what is not a delivery of a provider has nulls. */
export interface DeliveryRow {
  readonly seq: Seq;
  readonly provider: string | null;
  readonly delivery_id: string | null;
}

export interface Deliveries {
  /** In a transaction: indexes rows. */
  index(rows: readonly DeliveryRow[]): void;
  /** The id of the first request with the delivery id of this one; undefined if that is this one. */
  firstOf(row: DeliveryRow): string | undefined;
  /** In a transaction: forgets a request. */
  remove(row: DeliveryRow): void;
}

/** So many rows that are not indexed yet are looked through: more would hold up what arrives meanwhile. */
const mostScanned = 500;

/** Knows a delivery that was there before. The index is filled behind capture, like that of ids. */
export function createDeliveries(db: Database): Deliveries {
  const insert = db.prepare('INSERT OR IGNORE INTO deliveries (delivery_id, provider, seq) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM deliveries WHERE delivery_id = ? AND provider = ? AND seq = ?');
  const indexed = db.prepare(
    `SELECT r.id, r.seq FROM deliveries d JOIN requests r ON r.seq = d.seq
       WHERE d.delivery_id = ? AND d.provider = ? AND d.seq < ? ORDER BY d.seq LIMIT 1`,
  );
  const notIndexed = db.prepare(
    `SELECT id, seq FROM requests
       WHERE seq > max(?, (SELECT value FROM counters WHERE name = 'ids')) AND seq < ?
         AND delivery_id = ? AND provider = ? ORDER BY seq LIMIT 1`,
  );
  return {
    index(rows) {
      for (const { provider, delivery_id, seq } of rows) {
        if (provider !== null && delivery_id !== null) insert.run(delivery_id, provider, seq);
      }
    },
    firstOf({ provider, delivery_id, seq }) {
      if (provider === null || delivery_id === null) return undefined;
      const first = (indexed.get(delivery_id, provider, seq) ??
        notIndexed.get(seq - mostScanned, seq, delivery_id, provider)) as
        | { readonly id: unknown; readonly seq: unknown }
        | undefined;
      return first && idCell(first.id, first.seq);
    },
    remove({ provider, delivery_id, seq }) {
      if (provider !== null && delivery_id !== null) remove.run(delivery_id, provider, seq);
    },
  };
}
