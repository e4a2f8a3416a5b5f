import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Environment } from '../model/environment.ts';
import { messageOf } from '../model/errors.ts';

/** A program to run: its file, its arguments, and what to do with what it prints. */
export interface ProgramStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** What it reads: nothing (the default), or an input that stays open and silent, for a program that ends with it. */
  readonly input?: 'none' | 'silent';
  /** The folder that it runs in; ours unless given. */
  readonly folder?: string | undefined;
  /** Called with each line of its output, of both streams, without control characters and of bounded length. */
  readonly onLine: (line: string) => void;
}

/** A program that was started. */
export interface RunningProgram {
  /** Resolves once it has ended, with how, as the end of "the program …". Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it and the processes that it started; resolves once they are gone. Safe to call twice. */
  close(): Promise<void>;
}

/** A program that is asked to end gets this long before it is killed. */
const closeMs = 600;

/** Its output may be held open by a process that outlives it. */
const outputMs = 200;

/** Longer lines are cut. */
const mostCharacters = 2_000;

/**
 * Runs the program as long as our end of the shell's input is open, so that it ends with us, even if we are killed; so
 * do the processes that it has started, unless they have left the process group. The words of the program are arguments:
 * the shell does not read them. Descriptor 4 is an input that stays silent, 5 the program's error output: what the shell
 * says of its jobs goes nowhere.
 */
const supervisorFor = (input: 'none' | 'silent') => `exec 3<&0
exec 5>&2 2>/dev/null
trap : TERM
"$@" ${input === 'none' ? '</dev/null' : '<&4'} 2>&5 3<&- 4<&- 5>&- & program=$!
{ read -r _ <&3; trap '' TERM; kill 0; sleep 2; kill -9 0; } >/dev/null 4<&- 5>&- & watcher=$!
exec 3<&- 4<&- 5>&-
while :; do
  wait "$program"; status=$?
  kill -0 "$program" || break
done
kill "$watcher"
exit "$status"`;

/** Starts a program without a terminal and without input. Its environment has none of our own variables: some are secrets. */
export function runProgram(start: ProgramStart): RunningProgram {
  const child = spawnSupervised(start);
  readLines(child.stdout!, start.onLine);
  readLines(child.stderr!, start.onLine);
  const ended = endOf(child);
  let closing: Promise<void> | undefined;
  return {
    ended,
    close() {
      closing ??= endGroup(child, ended);
      return closing;
    },
  };
}

function spawnSupervised({ file, args, env, input = 'none', folder }: ProgramStart): ChildProcess {
  const options = { env: withoutOwn(env), cwd: folder, windowsHide: true };
  const child =
    process.platform === 'win32'
      ? spawn(file, args, { ...options, stdio: 'pipe' })
      : // A group of its own: Ctrl-C is for us, and it can be ended as a whole.
        spawn('/bin/sh', ['-c', supervisorFor(input), 'sh', file, ...args], {
          ...options,
          stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
          detached: true,
        });
  for (const stream of child.stdio) stream?.on('error', () => {});
  return child;
}

function withoutOwn(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('WEBHOOK_CLI_')));
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const settle = (code: number | null, signal: NodeJS.Signals | null) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    child.once('error', (error) => resolve(`could not be started: ${messageOf(error)}`));
    child.once('close', settle);
    child.once('exit', (code, signal) => setTimeout(settle, outputMs, code, signal));
  });
}

async function endGroup(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined) return;
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), closeMs);
  await ended;
  clearTimeout(timer);
  // What the program has started may have ignored the first signal.
  signalGroup(child, 'SIGKILL');
  for (const stream of child.stdio) stream?.destroy();
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid!, signal);
  } catch {
    // All of it has ended.
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  const say = (line: string) => {
    const text = printable(line);
    if (text !== '') onLine(text);
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = lines.pop()!.slice(0, mostCharacters);
    for (const line of lines) say(line);
  });
  stream.on('end', () => say(rest));
}

/** One line of foreign text, without escape sequences and control characters. */
function printable(text: string): string {
  return text
    .slice(0, mostCharacters)
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.?)/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
