import { isAlive } from '../model/process-id.ts';
import { textCell, urlCell } from './cell.ts';
import type { Database } from './driver.ts';
import { heartbeatMs, staleMs } from './heartbeat.ts';
import type { Writer } from './writer.ts';

export interface SessionInfo {
  readonly project: string;
  readonly localUrl?: string;
  readonly publicUrl?: string;
  readonly target?: string;
}

/** A run of `listen` as other processes on the database see it. */
export interface StoredSession {
  readonly id: number;
  /** Tells others the addresses as they become known. */
  update(info: Partial<SessionInfo>): Promise<void>;
  /** Marks the run as ended. */
  end(): Promise<void>;
}

/** A run of `listen` that is going on now. */
export interface LiveSession extends SessionInfo {
  readonly id: number;
  readonly pid: number;
}

interface LiveRow {
  readonly id: number;
  readonly project: string;
  readonly pid: number;
  readonly local_url: string | null;
  readonly public_url: string | null;
  readonly target: string | null;
}

/** The sessions of a store, and its connection. */
interface SessionsState {
  readonly writer: Writer;
  readonly sql: ReturnType<typeof prepare>;
  readonly heartbeats: Set<NodeJS.Timeout>;
}

/** The sessions table, by which processes on one database find each other. */
export function createSessions(db: Database, writer: Writer) {
  const state: SessionsState = { writer, sql: prepare(db), heartbeats: new Set() };
  const { sql, heartbeats } = state;
  return {
    /** Ends the heartbeats. */
    stop(): void {
      for (const heartbeat of heartbeats) clearInterval(heartbeat);
    },

    open: (info: SessionInfo, now: () => number): Promise<StoredSession> => open(state, info, now),

    /** True if a run of `listen` is over, in good order or not. */
    isOver(id: number, now: number): boolean {
      const row = sql.state.get(id) as
        | { pid: number; heartbeat_at: number; ended_at: number | null }
        | undefined;
      return !row || row.ended_at !== null || !isAlive(row.pid) || now - row.heartbeat_at >= staleMs;
    },

    /** Runs of `listen` whose process is alive, newest first. */
    live: (): LiveSession[] =>
      (sql.live.all() as LiveRow[]).filter(({ pid }) => isAlive(pid)).map(liveSessionOf),
  };
}

function prepare(db: Database) {
  return {
    insert: db.prepare(
      `INSERT INTO sessions (project, pid, started_at, heartbeat_at, local_url, public_url, target)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    update: db.prepare(
      `UPDATE sessions SET local_url = coalesce(?, local_url), public_url = coalesce(?, public_url),
         target = coalesce(?, target) WHERE id = ?`,
    ),
    beat: db.prepare('UPDATE sessions SET heartbeat_at = ? WHERE id = ?'),
    end: db.prepare('UPDATE sessions SET ended_at = ? WHERE id = ?'),
    state: db.prepare('SELECT pid, heartbeat_at, ended_at FROM sessions WHERE id = ?'),
    live: db.prepare(
      `SELECT id, project, pid, local_url, public_url, target FROM sessions
       WHERE ended_at IS NULL ORDER BY id DESC`,
    ),
  };
}

async function open(
  { writer, sql, heartbeats }: SessionsState,
  info: SessionInfo,
  now: () => number,
): Promise<StoredSession> {
  const id = await writer.write(0, () => {
    const { project: name, localUrl = null, publicUrl = null, target = null } = info;
    const at = now();
    return Number(sql.insert.run(name, process.pid, at, at, localUrl, publicUrl, target).lastInsertRowid);
  });
  const heartbeat = setInterval(() => {
    // A missed beat makes this session look idle to others until the next one.
    writer.write(0, () => sql.beat.run(now(), id)).catch(() => {});
  }, heartbeatMs).unref();
  heartbeats.add(heartbeat);
  return {
    id,
    async update({ localUrl = null, publicUrl = null, target = null }) {
      await writer.write(0, () => sql.update.run(localUrl, publicUrl, target, id));
    },
    async end() {
      clearInterval(heartbeat);
      heartbeats.delete(heartbeat);
      await writer.write(0, () => sql.end.run(now(), id));
    },
  };
}

function liveSessionOf(row: LiveRow): LiveSession {
  return {
    id: row.id,
    project: textCell(row.project),
    pid: row.pid,
    ...present('localUrl', urlCell(row.local_url)),
    ...present('publicUrl', urlCell(row.public_url)),
    ...(row.target === null ? {} : { target: textCell(row.target) }),
  };
}

function present<K extends string>(name: K, value: string | undefined): { readonly [N in K]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: string };
}
