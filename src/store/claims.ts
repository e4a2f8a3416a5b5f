import { isAlive } from '../model/process-id.ts';
import type { Database } from './driver.ts';
import { staleMs } from './heartbeat.ts';
import type { Writer } from './writer.ts';

/** A heartbeat is worth writing again when it is this old. */
const freshMs = staleMs / 3;

/** The claims on targets: one process at a time drains what a target is owed. */
export function createClaims(db: Database, writer: Writer) {
  const read = db.prepare('SELECT pid, heartbeat_at FROM claims WHERE target = ?');
  const take = db.prepare(
    `INSERT INTO claims (target, pid, heartbeat_at) VALUES (?, ?, ?)
     ON CONFLICT (target) DO UPDATE SET pid = excluded.pid, heartbeat_at = excluded.heartbeat_at`,
  );
  const release = db.prepare('DELETE FROM claims WHERE target = ? AND pid = ?');

  function claimOn(target: string): { readonly pid: number; readonly heartbeat_at: number } | undefined {
    return read.get(target) as { pid: number; heartbeat_at: number } | undefined;
  }

  function holder(target: string, now: number): number | undefined {
    const claim = claimOn(target);
    return claim && isAlive(claim.pid) && now - claim.heartbeat_at < staleMs ? claim.pid : undefined;
  }

  return {
    /** The process that drains a target now. */
    holder,

    /**
     * Takes or keeps the claim; resolves with true if this process has it. It writes only if something changes: a write
     * wakes every other process on the database, which would ask, and write, in turn.
     */
    async claim(target: string, now: number): Promise<boolean> {
      const current = holder(target, now);
      if (current !== undefined && current !== process.pid) return false;
      const isFresh = current !== undefined && Math.abs(now - claimOn(target)!.heartbeat_at) < freshMs;
      if (isFresh) return true;
      return writer.write(0, () => {
        const other = holder(target, now);
        if (other !== undefined && other !== process.pid) return false;
        take.run(target, process.pid, now);
        return true;
      });
    },

    /** Lets another process have it. */
    async release(target: string): Promise<void> {
      await writer.write(0, () => release.run(target, process.pid));
    },
  };
}
