import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as the system lists it. */
interface ProcessEntry {
  readonly pid: number;
  /** The process that started it. */
  readonly parent: number;
  /** The group that the terminal's signals go to. */
  readonly group: number;
  /** The group that has its terminal now. */
  readonly foreground: number;
  /** It has ended, and its parent has not asked how. */
  readonly isZombie: boolean;
}

/** Processes as they are at one moment. */
export interface ProcessList {
  /** Whether we have the terminal, and not the shell that we were started from. */
  readonly inForeground: boolean;
  /**
   * A process and what it has started, as far as that is in our own process group: what has left it wants to live on
   * by itself.
   */
  treeOf(root: number): number[];
  /** Those of these processes that have not ended. */
  running(pids: readonly number[]): number[];
  /** Whether a process has ended, but its parent, which may be busy or none, has not asked how. */
  isZombie(pid: number): boolean;
}

/** Looks at the processes that there are; none where they can't be listed. */
export async function listProcesses(): Promise<ProcessList> {
  const processes = process.platform === 'linux' ? fromProc() : await fromPs('-A');
  const own = processes.find(({ pid }) => pid === process.pid);
  return {
    inForeground: own !== undefined && own.foreground === own.group,
    treeOf(root) {
      const tree = [root];
      for (let index = 0; index < tree.length; index++) {
        for (const { pid, parent, group } of processes) {
          if (parent === tree[index] && group === own?.group) tree.push(pid);
        }
      }
      return tree;
    },
    running: (pids) =>
      processes.flatMap(({ pid, isZombie }) => (pids.includes(pid) && !isZombie ? [pid] : [])),
    isZombie: (pid) => processes.some((each) => each.pid === pid && each.isZombie),
  };
}

/**
 * Whether this process may use the terminal that it was started from: the system stops a process that sets or reads one
 * in the background. True, too, where nobody tells, or where the terminal knows no background.
 */
export async function isInForeground(): Promise<boolean> {
  if (process.platform === 'linux') return !isKnownInBackground();
  return !isBehind((await fromPs('-p', String(process.pid)))[0]);
}

/** The same where the system tells it at once; false where it does not. */
export function isKnownInBackground(): boolean {
  return process.platform === 'linux' && isBehind(ownFromProc());
}

/** No foreground group (-1, or 0 as `ps` says it): the terminal, if there is one, stops nobody. */
function isBehind(own: ProcessEntry | undefined): boolean {
  return own !== undefined && own.foreground > 0 && own.foreground !== own.group;
}

function ownFromProc(): ProcessEntry | undefined {
  try {
    return fromStat(process.pid, readFileSync('/proc/self/stat', 'latin1'));
  } catch {
    return undefined;
  }
}

/** Sends a signal to processes; those that are gone are passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
}

function fromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return fromStat(Number(name), readFileSync(`/proc/${name}/stat`, 'latin1'));
      } catch {
        return []; // it ended while we looked
      }
    });
}

/** proc_pid_stat(5): the name is in parentheses and may hold any of them. */
function fromStat(pid: number, stat: string): ProcessEntry {
  const [state, parent, group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    foreground: Number(foreground),
    isZombie: state === 'Z',
  };
}

/** Where there is no /proc; nothing if `ps` can't be run. */
function fromPs(...which: readonly string[]): Promise<ProcessEntry[]> {
  return new Promise((resolve) => {
    if (process.platform === 'win32') return resolve([]);
    const columns = 'pid=,ppid=,pgid=,tpgid=,stat=';
    const ps = spawn('ps', [...which, '-o', columns], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    ps.stdout.on('data', (data) => {
      text += data;
    });
    ps.on('error', () => resolve([]));
    ps.on('close', () => resolve(text.split('\n').flatMap(fromPsLine)));
  });
}

function fromPsLine(line: string): ProcessEntry[] {
  const [pid, parent, group, foreground, state = ''] = line.trim().split(/\s+/);
  if (!pid) return [];
  return [
    {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      foreground: Number(foreground),
      isZombie: state.startsWith('Z'),
    },
  ];
}
