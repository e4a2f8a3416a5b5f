import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { TuiIo } from './controls.ts';
import { listProcesses, signalAll } from './process-tree.ts';
import { giveBackScreen } from './screen.ts';

type Environment = TuiIo['env'];

/** `closed` by the user, or `ended` because we have to end. */
export type Editing = 'closed' | 'ended';

/** How long an editor may take to leave the terminal in order after SIGTERM, in ms: all has to be over within 2 s. */
const graceMs = 700;
const lookMs = 20;

/** The user's editor: `$VISUAL`, `$EDITOR`, else what is always there. */
function editorOf({ VISUAL, EDITOR }: Environment, platform = process.platform): string {
  return VISUAL || EDITOR || (platform === 'win32' ? 'notepad' : 'vi');
}

/**
 * Opens a file in the user's editor, on this terminal, until that is closed. When `signal` is aborted the editor is
 * ended with all that it has started, and the terminal is as it was before. Rejects with a UserError if the editor
 * can't be started or says that it failed.
 */
export async function editFile(file: string, io: Pick<TuiIo, 'env' | 'signal' | 'stdout'>): Promise<Editing> {
  // Where the shell has the terminal, an editor that ends sets its modes, for which all of the job is stopped.
  process.on('SIGTTOU', goOn);
  try {
    return await untilClosed(file, io);
  } finally {
    process.off('SIGTTOU', goOn);
  }
}

function goOn(): void {}

async function untilClosed(
  file: string,
  { env, signal, stdout }: Pick<TuiIo, 'env' | 'signal' | 'stdout'>,
): Promise<Editing> {
  if (signal.aborted) return 'ended';
  const terminal = await terminalSettings();
  const editor = editorOf(env);
  const child = started(editor, file, env);
  const failure = outcomeOf(child);
  const aborted = new Promise<'aborted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    if (signal.aborted) resolve('aborted');
  });
  let why = await Promise.race([failure, aborted]);
  if (why !== 'aborted' && why !== undefined) {
    // A signal to all of the group may end the editor before we hear of it.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) why = 'aborted';
  }
  if (why === 'aborted') {
    const isKilled = await ended(child, failure);
    // Where the shell has the terminal, as after Ctrl-Z, it sees to that itself, and we would be stopped for trying.
    if ((await listProcesses()).inForeground) {
      await terminal.restore();
      stdout.write(giveBackScreen(isKilled));
    }
    return 'ended';
  }
  if (why === undefined) return 'closed';
  throw new UserError('failed', `The editor ${editor} ${why}.`, 'Set VISUAL or EDITOR to one.');
}

/** As a shell would read it, for it may have arguments: EDITOR='code --wait'. */
function started(editor: string, file: string, env: Environment): ChildProcess {
  return process.platform === 'win32'
    ? spawn(`${editor} "${file}"`, { stdio: 'inherit', shell: true })
    : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], {
        stdio: 'inherit',
        env: env as NodeJS.ProcessEnv,
      });
}

/** Resolves when the editor is gone: with what is wrong, or undefined. */
function outcomeOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('exit', (code, by) => {
      resolve(code === 0 ? undefined : by ? `was ended by ${by}` : `ended with ${code}`);
    });
  });
}

/** Ends the editor and what it has started; resolves with whether it had to be killed. */
async function ended({ pid }: ChildProcess, gone: Promise<unknown>): Promise<boolean> {
  if (pid === undefined) return false;
  const tree = (await listProcesses()).treeOf(pid);
  signalAll(tree, 'SIGTERM');
  // One that was stopped would not hear of it.
  signalAll(tree, 'SIGCONT');
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += lookMs) {
    if ((await listProcesses()).running(tree).length === 0) break;
    await after(lookMs);
  }
  const processes = await listProcesses();
  const left = processes.running([...new Set([...tree, ...processes.treeOf(pid)])]);
  signalAll(left, 'SIGKILL');
  await gone;
  return left.length > 0;
}

/** The modes of the terminal as they are now, to be set again after a program that could not do it itself. */
async function terminalSettings(): Promise<{ readonly restore: () => Promise<void> }> {
  const saved = (await stty(['-g'])).trim();
  return {
    async restore() {
      if (saved !== '') await stty([saved]);
    },
  };
}

/** What `stty` prints of the terminal on stdin; nothing where there is none, or no stty. */
async function stty(args: readonly string[]): Promise<string> {
  if (process.platform === 'win32') return '';
  const child = spawn('stty', args, { stdio: ['inherit', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  try {
    await once(child, 'close');
    return text;
  } catch {
    return '';
  }
}
