import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as the system lists it. */
interface ProcessEntry {
  readonly pid: number;
  /** The process that started it. */
  readonly parent: number;
  /** Process group. */
  readonly group: number;
  /** Foreground group of its terminal. */
  readonly foreground: number;
  /** It has ended, and its parent has not waited for it. */
  readonly isZombie: boolean;
}

/** Snapshot of the processes. */
export interface ProcessList {
  /** True if this process is in the foreground of its terminal. */
  readonly inForeground: boolean;
  /**
   * A process with its descendants in our own process group: those that have left it are meant to outlive us.
   */
  treeOf(root: number): number[];
  /** The processes among these that have not ended. */
  running(pids: readonly number[]): number[];
  /** True if a process has ended and its parent has not waited for it. */
  isZombie(pid: number): boolean;
}

/** Lists the processes; none if that is not possible. */
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
 * True if this process may use its terminal: the system stops a background process that reads it or sets its modes.
 * Also true if that is unknown, or the terminal has no job control.
 */
export async function isInForeground(): Promise<boolean> {
  if (process.platform === 'linux') return !isKnownInBackground();
  return !isBackground((await fromPs('-p', String(process.pid)))[0]);
}

/** True if the system says at once that this process is in the background (Linux). */
export function isKnownInBackground(): boolean {
  return process.platform === 'linux' && isBackground(ownFromProc());
}

/** Without a foreground group (-1, or 0 in `ps`) the system stops nobody. */
function isBackground(own: ProcessEntry | undefined): boolean {
  return own !== undefined && own.foreground > 0 && own.foreground !== own.group;
}

function ownFromProc(): ProcessEntry | undefined {
  try {
    return fromStat(process.pid, readFileSync('/proc/self/stat', 'latin1'));
  } catch {
    return undefined;
  }
}

/** Sends a signal to processes, skipping those that have ended. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
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
        return []; // it has ended meanwhile
      }
    });
}

/** proc_pid_stat(5): the name is in parentheses and may itself contain some. */
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

/** For systems without /proc; empty if `ps` can't be run. */
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
