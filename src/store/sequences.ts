import type { Database } from './driver.ts';
import type { Writer } from './writer.ts';

/** Hands out sequence numbers, none of them twice, whatever was deleted. */
export interface Sequence {
  /** In a transaction: the next number. */
  next(): number;
  /** In a transaction: never hands out numbers up to here again; call it before rows are deleted. */
  reserveUpTo(highest: number): void;
}

/** Makes a new database continue after the highest number of one that is gone. */
export function continueAfter(db: Database, highest: number): void {
  const raise = db.prepare(
    "UPDATE counters SET value = max(value, @highest) WHERE name = 'requests' AND value < @highest",
  );
  const timeout = db.pragma('busy_timeout', { simple: true }) as number;
  // Other processes may be doing the same.
  db.pragma(`busy_timeout = ${continueMs}`);
  try {
    raise.run({ highest });
  } finally {
    db.pragma(`busy_timeout = ${timeout}`);
  }
}

const continueMs = 2_000;

/**
 * SQLite would give the highest rowid again once its row is deleted, and AUTOINCREMENT writes a page more in every
 * transaction. So: one past the highest row or the highest ever deleted, looked up once per transaction.
 */
export function createSequence(db: Database, writer: Writer, table: 'requests' | 'attempts'): Sequence {
  const highest = db.prepare(`SELECT max(seq) FROM ${table}`).pluck();
  const deleted = db.prepare(`SELECT value FROM counters WHERE name = '${table}'`).pluck();
  const raise = db.prepare(`UPDATE counters SET value = max(value, ?) WHERE name = '${table}'`);
  let transaction = -1;
  let last = 0;
  return {
    next() {
      if (transaction !== writer.transactions) {
        transaction = writer.transactions;
        last = Math.max((highest.get() as number | null) ?? 0, deleted.get() as number);
      }
      return ++last;
    },
    reserveUpTo(seq) {
      raise.run(seq);
      transaction = -1;
    },
  };
}
