import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import { listProcesses } from './process-tree.ts';

/** Age at which folders of other hosts, such as containers that are gone, are removed. */
const staleMs = 7 * 24 * 3600 * 1000;

/** Parent folders of the copies: in the user's state folder, else among temporary files. */
function placesFor({ XDG_STATE_HOME, HOME }: Environment): string[] {
  const state = XDG_STATE_HOME || (HOME && join(HOME, '.local', 'state'));
  const temporary = join(tmpdir(), `webhook-cli-${process.getuid?.() ?? 'edits'}`);
  return state && isAbsolute(state) ? [join(state, 'webhook-cli', 'edits'), temporary] : [temporary];
}

/**
 * Makes a new folder (0700) for one copy. Its name contains the process id, which `removeStaleCopies` checks. Throws a
 * UserError if no private folder is possible.
 */
export function makeEditFolder(env: Environment): string {
  const places = placesFor(env);
  for (const place of places) {
    try {
      mkdirSync(place, { recursive: true, mode: 0o700 });
      if (!isOwnFolder(lstatSync(place))) continue;
      chmodSync(place, 0o700);
      return mkdtempSync(join(place, `${process.pid}@${thisHost()}-`));
    } catch {
      // For example, the home is read-only: the next place may work.
    }
  }
  throw new UserError(
    'failed',
    `No private folder for the copy to edit: cannot use ${places.join(' or ')}.`,
    'Set XDG_STATE_HOME to a folder of your own.',
  );
}

/**
 * Removes copies whose process ended without doing so, as after `kill -9`: only folders of this user, in a folder of
 * this user, never through a link. A folder that can't be removed stays for the next start.
 */
export async function removeStaleCopies(env: Environment, now = Date.now()): Promise<void> {
  for (const place of placesFor(env)) {
    try {
      if (!isOwnFolder(lstatSync(place))) continue;
      for (const name of readdirSync(place)) await removeIfStale(join(place, name), name, now);
    } catch {
      // Usually there is no such folder.
    }
  }
}

async function removeIfStale(folder: string, name: string, now: number): Promise<void> {
  const [, pid, host] = /^(\d+)@(.+)-[^-]{6}$/.exec(name) ?? [];
  if (pid === undefined) return;
  const stats = lstatSync(folder);
  if (!isOwnFolder(stats)) return;
  const isStale = host === thisHost() ? !(await isRunning(Number(pid))) : now - stats.mtimeMs > staleMs;
  if (isStale) rmSync(folder, { recursive: true, force: true });
}

function isOwnFolder(stats: Stats): boolean {
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
}

/** True if another process of this user has this id; our own has no copy yet at this time. */
async function isRunning(pid: number): Promise<boolean> {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !(await listProcesses()).isZombie(pid);
}

function thisHost(): string {
  return hostname().replace(/[^\w.-]/g, '_');
}
