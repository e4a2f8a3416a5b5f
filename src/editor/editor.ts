import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import { listProcesses, signalAll } from './process-tree.ts';

/** Terminal and environment of the editor. */
export interface EditorTerminal {
  readonly env: Environment;
  /** Ends the editor. */
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WritableStream;
}

/** `closed` by the user, or `ended` because `signal` was aborted. */
export type EditorResult = 'closed' | 'ended';

/** Time for the editor to restore the terminal after SIGTERM, in ms; the process has to end within 2 s. */
const graceMs = 700;
const pollMs = 20;

/** `$VISUAL`, `$EDITOR`, or the system's default. */
function editorOf({ VISUAL, EDITOR }: Environment, platform = process.platform): string {
  return VISUAL || EDITOR || (platform === 'win32' ? 'notepad' : 'vi');
}

/**
 * Opens a file in the user's editor on this terminal; resolves when the editor is closed. When `signal` is aborted, ends
 * the editor with its child processes and restores the terminal. Rejects with a UserError if the editor can't be started
 * or fails.
 */
export async function editFile(file: string, io: EditorTerminal): Promise<EditorResult> {
  // While the shell has the terminal, an editor that ends sets its modes, and the system stops the whole job for it.
  process.on('SIGTTOU', ignore);
  try {
    return await untilClosed(file, io);
  } finally {
    process.off('SIGTTOU', ignore);
  }
}

function ignore(): void {}

async function untilClosed(file: string, { env, signal, stdout }: EditorTerminal): Promise<EditorResult> {
  if (signal.aborted) return 'ended';
  const settings = await terminalSettings();
  const editor = editorOf(env);
  const child = start(editor, file, env);
  const exited = exitOf(child);
  const failure = await failureOrAbort(exited, signal);
  if (failure === undefined) return 'closed';
  if (failure !== 'aborted') {
    throw new UserError('failed', `The editor ${editor} ${failure}.`, 'Set VISUAL or EDITOR to your editor.');
  }
  const wasKilled = await endTree(child, exited);
  // Otherwise the shell has the terminal, as after Ctrl-Z: it restores it, and the system would stop us for trying.
  if ((await listProcesses()).inForeground) {
    await settings.restore();
    stdout.write(restoreScreen(wasKilled));
  }
  return 'ended';
}

/** Resolves with the failure of the editor, undefined if it succeeded, or `aborted`. */
async function failureOrAbort(
  exited: Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const aborted = new Promise<'aborted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    if (signal.aborted) resolve('aborted');
  });
  const failure = await Promise.race([exited, aborted]);
  if (failure === undefined) return undefined;
  // A signal to the whole group may end the editor before our own handler runs.
  await new Promise((resolve) => setImmediate(resolve));
  return signal.aborted ? 'aborted' : failure;
}

/**
 * Control sequences that restore the screen for a program that was ended. If it has done so itself, nothing changes.
 * `killed`: it could not, so the cursor is restored too.
 */
const restoreScreen = (killed: boolean): string =>
  `\u001b[?1006l\u001b[?1000l\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?${killed ? 1049 : 1047}l`;

/** Runs the editor in a shell, because it may have arguments: EDITOR='code --wait'. */
function start(editor: string, file: string, env: Environment): ChildProcess {
  return process.platform === 'win32'
    ? spawn(`${editor} "${file}"`, { stdio: 'inherit', shell: true })
    : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], {
        stdio: 'inherit',
        env: env as NodeJS.ProcessEnv,
      });
}

/** Resolves when the editor has exited: with its failure, or undefined. */
function exitOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('exit', (code, by) => {
      resolve(code === 0 ? undefined : by ? `was killed by ${by}` : `exited with code ${code}`);
    });
  });
}

/** Ends the editor with its child processes; resolves with true if one had to be killed. */
async function endTree({ pid }: ChildProcess, exited: Promise<unknown>): Promise<boolean> {
  if (pid === undefined) return false;
  const tree = (await listProcesses()).treeOf(pid);
  signalAll(tree, 'SIGTERM');
  // A stopped process handles no SIGTERM.
  signalAll(tree, 'SIGCONT');
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += pollMs) {
    if ((await listProcesses()).running(tree).length === 0) break;
    await after(pollMs);
  }
  const processes = await listProcesses();
  const left = processes.running([...new Set([...tree, ...processes.treeOf(pid)])]);
  signalAll(left, 'SIGKILL');
  await exited;
  return left.length > 0;
}

/** The current modes of the terminal, to be restored after a program that could not do it itself. */
async function terminalSettings(): Promise<{ readonly restore: () => Promise<void> }> {
  const saved = (await stty(['-g'])).trim();
  return {
    async restore() {
      if (saved !== '') await stty([saved]);
    },
  };
}

/** Output of `stty` for the terminal on stdin; empty without a terminal or without stty. */
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
