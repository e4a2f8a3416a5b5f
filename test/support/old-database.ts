import { openDatabase } from '../../src/store/driver.ts';
import { migrations } from '../../src/store/migrations.ts';

/** A request as an older webhook-cli recorded it. */
export interface OldRow {
  readonly id: string;
  readonly status?: number | null;
  readonly by?: string | null;
  readonly state?: string;
  readonly method?: string;
  readonly provider?: string | null;
  readonly event?: string | null;
  readonly eventId?: string | null;
  readonly verification?: string | null;
  /** The target of its session. */
  readonly target?: string | null;
  /** Recorded as waiting for this target. */
  readonly heldFor?: string;
  /** State of the delivery to `heldFor`; `open` unless given. */
  readonly deliveryState?: string;
  /** The author of the reply of an attempt. */
  readonly attemptReplyBy?: string;
  /** Why its attempt failed; `withheld` unless given. */
  readonly errorCode?: string;
}

/** Makes a database of schema 2, as the first versions left it, with these requests. */
export function oldDatabase(file: string, rows: readonly OldRow[]): void {
  const db = openDatabase(file);
  for (const sql of migrations.slice(0, 2)) db.exec(sql);
  db.pragma('user_version = 2');
  const session = db.prepare(
    "INSERT INTO sessions (name, pid, started_at, heartbeat_at, ended_at, target) VALUES ('work', 1, 1, 1, 2, ?)",
  );
  const request = db.prepare(
    `INSERT INTO requests (id, session, received_at, ms, method, request_target, origin, http_version,
       remote_address, state, body_size, reply_status, reply_by, provider, event, delivery_id, verification)
     VALUES (?, ?, 1790000000000, 1, ?, ?, 'http://localhost:4000', '1.1', '127.0.0.1', ?, 0, ?, ?, ?, ?, ?, ?)`,
  );
  const content = db.prepare('INSERT INTO contents (request, headers) VALUES (?, \'["Host","localhost"]\')');
  const held = db.prepare('INSERT INTO owed (request, target, state, held) VALUES (?, ?, ?, ?)');
  const attempt = db.prepare(
    `INSERT INTO attempts (request, number, kind, target, started_at, ms, outcome, error_code, reply_status, reply_by)
     VALUES (?, 1, 'forward', 'http://localhost:1', 1, 1, 'failed', ?, 500, ?)`,
  );
  for (const row of rows) {
    const sessionId = session.run(row.target ?? null).lastInsertRowid;
    const seq = request.run(
      row.id,
      sessionId,
      row.method ?? 'POST',
      `/${row.id}`,
      row.state ?? 'complete',
      row.status ?? null,
      row.by ?? null,
      row.provider ?? null,
      row.event ?? null,
      row.eventId ?? null,
      row.verification === undefined ? 'unchecked' : row.verification,
    ).lastInsertRowid;
    content.run(seq);
    if (row.heldFor !== undefined) {
      const state = row.deliveryState ?? 'open';
      held.run(seq, row.heldFor, state, state === 'open' ? 1 : 0);
    }
    if (row.attemptReplyBy !== undefined) attempt.run(seq, row.errorCode ?? 'withheld', row.attemptReplyBy);
  }
  db.close();
}
