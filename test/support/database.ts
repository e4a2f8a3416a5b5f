import { openDatabase } from '../../src/store/driver.ts';
import type { TestHome } from './home.ts';

/** Looks into the database of a home, beside whoever uses it. */
export function inspect<T>(home: TestHome, look: (db: ReturnType<typeof openDatabase>) => T): T {
  const db = openDatabase(home.db);
  try {
    return look(db);
  } finally {
    db.close();
  }
}

/** Every request target that is recorded, in the order of recording. */
export function recordedPaths(home: TestHome): string[] {
  return inspect(
    home,
    (db) => db.prepare('SELECT request_target FROM requests ORDER BY seq').pluck().all() as string[],
  );
}

/** The result of SQLite's integrity check. */
export function integrityOf(home: TestHome): unknown {
  return inspect(home, (db) => db.pragma('integrity_check', { simple: true }));
}

/** Keeps the database locked against every write until it is let go. */
export function lock(home: TestHome): { release(): void } {
  const db = openDatabase(home.db);
  db.exec('BEGIN IMMEDIATE');
  return {
    release() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}
