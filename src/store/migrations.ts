import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import { isAlive } from '../model/process-id.ts';
import { textCell } from './cell.ts';
import type { Database } from './database.ts';
import { isBusy } from './errors.ts';
import { staleMs } from './heartbeat.ts';

/** `whk1`: by this number in its header a SQLite file says that it is a database of webhook-cli. */
export const applicationId = 0x77686b31;

/**
 * Every change of the schema, oldest first; `user_version` counts those that a file has had. Never edit one that
 * was released: add the next.
 */
export const migrations: readonly string[] = [
  `
  -- One run of listen. Processes on one database know of each other through it.
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    ended_at INTEGER,
    local_url TEXT,
    public_url TEXT,
    target TEXT
  );

  -- What a list shows, so that scanning one reads no headers and no bodies. Rows never change.
  -- seq is the order of recording.
  CREATE TABLE requests (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES sessions (id),
    received_at INTEGER NOT NULL,
    ms REAL NOT NULL,
    method TEXT NOT NULL,
    request_target TEXT NOT NULL,
    origin TEXT NOT NULL,
    http_version TEXT NOT NULL,
    remote_address TEXT NOT NULL,
    state TEXT NOT NULL,
    body_size INTEGER NOT NULL,
    reply_status INTEGER,
    reply_by TEXT
  );

  -- The rest of a request. headers, trailers: a flat JSON array of names and values.
  -- The body lies here, or in pieces under body_id.
  CREATE TABLE contents (
    request INTEGER PRIMARY KEY REFERENCES requests (seq),
    headers TEXT NOT NULL,
    trailers TEXT,
    body BLOB,
    body_id INTEGER
  );

  -- Bodies in pieces: kept = 0 until a request or an answer refers to it.
  CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    kept INTEGER NOT NULL DEFAULT 0
  );

  -- id = body * 2^20 + number of the piece, so that a body is one range of the table.
  CREATE TABLE pieces (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
  );

  -- History: decides nothing. reply_*: what the sender was answered because of this attempt.
  CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY,
    request INTEGER NOT NULL REFERENCES requests (seq),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ms REAL NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    error_code TEXT,
    error_message TEXT,
    body_size INTEGER,
    reply_status INTEGER,
    reply_by TEXT
  );
  CREATE INDEX attempts_of_request ON attempts (request, number);

  -- What a target answered, and what was sent where it was not exactly the request (JSON, body apart).
  CREATE TABLE answers (
    attempt INTEGER PRIMARY KEY REFERENCES attempts (seq),
    status_text TEXT,
    headers TEXT,
    trailers TEXT,
    body BLOB,
    body_id INTEGER,
    sent TEXT,
    sent_body BLOB
  );

  -- What a target has still to get (state 'open') or how that ended. Written with the request.
  -- held = 0: a live attempt is under way. held = 1: it waits, in the order of recording; retry_at: it stepped out
  -- of that order and waits for this moment (ms since the epoch).
  CREATE TABLE owed (
    request INTEGER NOT NULL REFERENCES requests (seq),
    target TEXT NOT NULL,
    state TEXT NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER,
    PRIMARY KEY (request, target)
  ) WITHOUT ROWID;
  CREATE INDEX owed_held ON owed (target, retry_at, request) WHERE state = 'open' AND held = 1;

  -- One process at a time drains what a target is owed.
  CREATE TABLE claims (
    target TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- The random path of each name, kept because providers are told it.
  CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    token TEXT NOT NULL
  ) WITHOUT ROWID;

  -- Request ids, filled behind capture up to counters 'ids': a random key dirties a page a row.
  CREATE TABLE ids (
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (id, seq)
  ) WITHOUT ROWID;

  -- 'requests', 'attempts': the highest seq ever deleted, so that none is given twice. 'ids': indexed up to here.
  CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO counters (name, value) VALUES ('requests', 0), ('attempts', 0), ('ids', 0);
  `,
  `
  -- What was read from a request, which never changes; this may be computed again. Beside it in its row: a table of
  -- its own would be a page more to write with each commit.
  ALTER TABLE requests ADD COLUMN provider TEXT;
  ALTER TABLE requests ADD COLUMN event TEXT;
  ALTER TABLE requests ADD COLUMN delivery_id TEXT;
  ALTER TABLE requests ADD COLUMN verification TEXT;
  ALTER TABLE requests ADD COLUMN verification_reason TEXT;
  ALTER TABLE requests ADD COLUMN answer_limit_ms INTEGER;

  -- Delivery ids, to know a redelivery. Filled behind capture, together with ids.
  CREATE TABLE deliveries (
    provider TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (delivery_id, provider, seq)
  ) WITHOUT ROWID;
  `,
  `
  -- Path tokens are kept in the user's state folder: what stands here counts for nothing any more.
  DELETE FROM tokens;

  -- refusal: why a request must not be delivered. handled_by: what answered it in place of a target.
  ALTER TABLE requests ADD COLUMN refusal TEXT;
  ALTER TABLE requests ADD COLUMN handled_by TEXT;

  -- Rows from before tell it by their reply. A 401 was for want of a password or of a valid signature: it was the
  -- password where the signature is valid, or was never looked at. A 403 or 404 may also have turned a handshake down;
  -- either way such a request is not delivered.
  UPDATE requests SET refusal = CASE
      WHEN reply_by = 'listener' AND reply_status = 401
        THEN CASE WHEN verification IS NULL OR verification = 'valid' THEN 'password' ELSE 'signature' END
      WHEN reply_by = 'listener' AND reply_status = 403 THEN 'ip'
      WHEN reply_by = 'listener' AND reply_status = 404 THEN 'token'
      WHEN reply_by = 'listener' AND reply_status = 413 THEN 'too-large'
      WHEN reply_by = 'listener' AND reply_status = 429 THEN 'rate'
      WHEN reply_by = 'listener' AND reply_status = 508 THEN 'loop'
      WHEN state = 'truncated' THEN 'too-large'
      WHEN state = 'aborted' THEN 'aborted'
    END
  WHERE state <> 'complete' OR (reply_by = 'listener' AND reply_status >= 400);
  UPDATE owed SET state = 'dropped', held = 0, retry_at = NULL
  WHERE state = 'open' AND request IN (SELECT seq FROM requests WHERE refusal IS NOT NULL);

  UPDATE requests SET handled_by = 'breakpoint'
  WHERE EXISTS (SELECT 1 FROM attempts WHERE request = requests.seq AND reply_by = 'rule');
  -- Where the session had a target, a 200 of the listener's own was a handshake's. Without a target it may only say
  -- that the request is recorded: a handshake it was if a known provider called as they do for handshakes alone.
  UPDATE requests SET handled_by = 'handshake'
  WHERE refusal IS NULL AND reply_by = 'listener' AND (reply_status = 204 OR (reply_status = 200 AND (
    EXISTS (SELECT 1 FROM sessions WHERE id = requests.session AND target IS NOT NULL)
    OR (provider IS NOT NULL AND (method IN ('GET', 'OPTIONS') OR event IN (
      'url_verification', 'endpoint.url_validation', 'SubscriptionConfirmation', 'interaction.1'))))));
  `,
  `
  -- Failures by their names of today.
  UPDATE attempts SET error_code = CASE error_code WHEN 'bad-answer' THEN 'bad-response' ELSE 'response-cut' END
  WHERE error_code IN ('bad-answer', 'answer-cut');
  `,
  `
  -- The sender hung up before its reply, so many ms after the request's head had arrived: nothing was replied then.
  ALTER TABLE requests ADD COLUMN disconnected_after_ms REAL;
  `,
  `
  -- Names of today. event_ids finds redeliveries; deliveries holds what each target must get: one request, one target.
  ALTER TABLE deliveries RENAME TO event_ids;
  ALTER TABLE event_ids RENAME COLUMN delivery_id TO event_id;
  ALTER TABLE requests RENAME COLUMN delivery_id TO event_id;
  ALTER TABLE requests RENAME COLUMN answer_limit_ms TO reply_deadline_ms;
  ALTER TABLE sessions RENAME COLUMN name TO project;
  ALTER TABLE answers RENAME TO responses;
  DROP TABLE tokens;

  -- state: pending, delivered, failed, expired or dropped. reason: user, moved, max-attempts or too-old, where known.
  -- held = 0: a live attempt is under way. held = 1: queued in the order of recording; with retry_at (ms since the
  -- epoch) it waits for that moment instead.
  DROP INDEX owed_held;
  ALTER TABLE owed RENAME TO deliveries;
  ALTER TABLE deliveries ADD COLUMN reason TEXT;
  UPDATE deliveries SET state = CASE state WHEN 'open' THEN 'pending' ELSE 'expired' END
  WHERE state IN ('open', 'given-up');
  CREATE INDEX deliveries_held ON deliveries (target, retry_at, request) WHERE state = 'pending' AND held = 1;

  -- At the breakpoint it was the user who replied.
  UPDATE attempts SET reply_by = 'user' WHERE reply_by = 'rule';
  `,
];

/** Schema versions whose migration renames or drops: the statements of a running older version would fail after it. */
const exclusiveVersions: ReadonlySet<number> = new Set([6]);

/** Throws a UserError if a newer program made the file; returns the version of its schema. */
export function refuseNewer(db: Database, file: string): number {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version <= migrations.length) return version;
  throw new UserError(
    'database',
    `${file} was made by a newer webhook-cli (schema ${version}, this one knows ${migrations.length}).`,
    phrase`Update webhook-cli, or use another file with ${option('db')}.`,
  );
}

/** Brings a file to this program's schema; throws a UserError if a newer program made it. */
export function migrate(db: Database, file: string): void {
  const version = refuseNewer(db, file);
  if (version === migrations.length) return;
  const isExclusive = version > 0 && needsExclusive(version);
  if (isExclusive) lockOutOthers(db, file, version);
  const upgrade = db.transaction(() => {
    // Read again under the lock: another process may have upgraded meanwhile.
    const current = db.pragma('user_version', { simple: true }) as number;
    if (isExclusive) refuseRunning(db, file, current);
    for (const sql of migrations.slice(current)) db.exec(sql);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${migrations.length}`);
  });
  try {
    upgrade.immediate();
  } finally {
    if (isExclusive) db.pragma('journal_mode = WAL');
  }
}

function needsExclusive(version: number): boolean {
  return migrations.slice(version).some((_, index) => exclusiveVersions.has(version + index + 1));
}

/**
 * Leaves WAL mode, which SQLite permits to the only connection alone. Throws a UserError that names the other process
 * where there is one; nothing is waited for.
 */
function lockOutOthers(db: Database, file: string, version: number): void {
  refuseRunning(db, file, version);
  let mode: unknown;
  try {
    mode = db.pragma('journal_mode = DELETE', { simple: true });
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  if (mode !== 'delete') throw inUse(file, 'another process');
}

/** Throws a UserError if a run of `listen`, or a process that delivers, is using the file. */
function refuseRunning(db: Database, file: string, version: number): void {
  if (!needsExclusive(version)) return;
  const running = db
    .prepare(
      `SELECT pid, name, heartbeat_at FROM sessions WHERE ended_at IS NULL
       UNION ALL SELECT pid, NULL, heartbeat_at FROM claims`,
    )
    .all() as { readonly pid: number; readonly name: unknown; readonly heartbeat_at: number }[];
  const now = Date.now();
  for (const { pid, name, heartbeat_at } of running) {
    if (pid === process.pid || !isAlive(pid) || now - heartbeat_at >= staleMs) continue;
    throw inUse(
      file,
      name === null ? `process ${pid}` : `process ${pid} (listen, project ${textCell(name)})`,
    );
  }
}

function inUse(file: string, who: string): UserError {
  return new UserError(
    'database',
    `${file} was made by an older webhook-cli and can't be upgraded while ${who} is using it.`,
    'Stop that process, then try again. Nothing was changed.',
  );
}
