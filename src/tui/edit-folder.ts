import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { listProcesses } from './process-tree.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A folder that was left on another machine, or in a container that is gone, is removed when it is this old. */
const oldMs = 7 * 24 * 3600 * 1000;

/** Where copies lie that are being edited: in the user's state folder, else in one of their own among temporary files. */
function placesFor({ XDG_STATE_HOME, HOME }: Environment): string[] {
  const state = XDG_STATE_HOME || (HOME && join(HOME, '.local', 'state'));
  const temporary = join(tmpdir(), `webhook-cli-${process.getuid?.() ?? 'edits'}`);
  return state && isAbsolute(state) ? [join(state, 'webhook-cli', 'edits'), temporary] : [temporary];
}

/**
 * Makes a new folder (0700) for one copy. Its name tells the process, so that a later start knows whose it was. Throws
 * a UserError where there is no place that is the user's alone.
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
      // As where the home is read-only: the next place may do.
    }
  }
  throw new UserError(
    'failed',
    `There is no private folder for a copy to edit: neither ${places.join(' nor ')} can be used.`,
    'Set XDG_STATE_HOME to a folder of your own.',
  );
}

/**
 * Removes copies whose process ended without doing it, as after `kill -9`: only folders of this user, in a folder of
 * this user, and never through a link. What can't be removed stays for the next start.
 */
export async function removeLeftCopies(env: Environment, now = Date.now()): Promise<void> {
  for (const place of placesFor(env)) {
    try {
      if (!isOwnFolder(lstatSync(place))) continue;
      for (const name of readdirSync(place)) await removeIfLeft(join(place, name), name, now);
    } catch {
      // There is no such folder, which is the rule.
    }
  }
}

async function removeIfLeft(folder: string, name: string, now: number): Promise<void> {
  const [, pid, host] = /^(\d+)@(.+)-[^-]{6}$/.exec(name) ?? [];
  if (pid === undefined) return;
  const stats = lstatSync(folder);
  if (!isOwnFolder(stats)) return;
  const isLeft = host === thisHost() ? !(await isOurs(Number(pid))) : now - stats.mtimeMs > oldMs;
  if (isLeft) rmSync(folder, { recursive: true, force: true });
}

function isOwnFolder(stats: Stats): boolean {
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
}

/** Whether another process of this user has this id; ours has no copy yet when it looks. */
async function isOurs(pid: number): Promise<boolean> {
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
