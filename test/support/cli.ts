import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { projectRoot } from './folders.ts';
import { type TestHome, temporaryHome } from './home.ts';
import { collectOutput, type Output } from './output.ts';

/** The program that is published, as `npm run build` leaves it. */
export const cliFile = join(projectRoot, 'bin', 'webhook-cli.js');

export interface CliOptions {
  /** Whose settings and database; a new one unless given. */
  readonly home?: TestHome;
  /** Added to the home's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The home's empty folder unless given. */
  readonly cwd?: string;
  /** Written to standard input, which is then ended. */
  readonly stdin?: string | Uint8Array;
  /** The program and its first arguments, in place of this Node and the built webhook-cli. */
  readonly program?: readonly [file: string, ...args: string[]];
  /** In a process group of its own, all of which gets the signals, as from Ctrl-C in a terminal. */
  readonly group?: boolean;
}

/** A command that runs. It is ended with SIGKILL after the test if it still does. */
export interface RunningCli extends Output {
  readonly pid: number;
  readonly home: TestHome;
  signal(name: NodeJS.Signals): void;
  /** Writes to standard input. */
  write(text: string | Uint8Array): void;
  /** The exit code; as in a shell, 128 and the signal's number if one ended it. */
  readonly exit: Promise<number>;
}

/** Starts a command and leaves it running. */
export async function startCli(args: readonly string[], options: CliOptions = {}): Promise<RunningCli> {
  const home = options.home ?? (await temporaryHome());
  const [file, ...first] = options.program ?? [process.execPath, cliFile];
  const child = spawn(file, [...first, ...args], {
    cwd: options.cwd ?? home.work,
    env: { ...home.env, ...options.env },
    detached: options.group ?? false,
  });
  const output = collectOutput(child);
  child.stdin.on('error', () => {});
  await once(child, 'spawn');

  const pid = child.pid!;
  const signal = (name: NodeJS.Signals) => {
    if (options.group) process.kill(-pid, name);
    else child.kill(name);
  };
  let over = false;
  const exit = once(child, 'close').then(([code, by]: (number | NodeJS.Signals | null)[]) => {
    over = true;
    return typeof by === 'string' ? 128 + constants.signals[by as NodeJS.Signals] : Number(code);
  });
  onTestFinished(async () => {
    if (!over) signal('SIGKILL');
    await exit;
  });
  if (options.stdin !== undefined) child.stdin.end(options.stdin);
  return { ...output, pid, home, signal, write: (text) => void child.stdin.write(text), exit };
}

/** The result of a command that has ended. */
export interface CliResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a command to its end, with an empty standard input unless one is given. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const cli = await startCli(args, { stdin: '', ...options });
  const code = await cli.exit;
  return { code, stdout: cli.stdout(), stderr: cli.stderr() };
}
