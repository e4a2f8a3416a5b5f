import type { ProcessIo, Stop } from './cli/io.ts';
import { exitCodes } from './model/errors.ts';

declare const __VERSION__: string;

/** Runs one command line; resolves with the exit code. Prints every error itself. */
export async function main(argv: readonly string[], processIo: ProcessIo): Promise<number> {
  // Asked for by scripts and prompts over and over: nothing else has to be loaded for it.
  if (asksVersion(argv)) {
    processIo.stdout.write(`${__VERSION__}\n`);
    return exitCodes.done;
  }
  const { guardedIo } = await import('./cli/guarded-io.ts');
  const io = guardedIo(processIo);
  try {
    const { runCommandLine } = await import('./cli/program.ts');
    const { commands } = await import('./commands/index.ts');
    return await runCommandLine(argv, { version: __VERSION__, commands, io });
  } catch (error) {
    const { printError } = await import('./cli/print-error.ts');
    return printError(error, argv, io);
  }
}

/** Runs this process's own command line; resolves with its exit code. */
export async function runProcess(): Promise<number> {
  const stop = new AbortController();
  const ends = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.terminated };
  for (const [name, exitCode] of Object.entries(ends)) {
    // The first signal ends things in order; the next one finds no handler and ends the process at once.
    process.once(name, () => stop.abort({ exitCode } satisfies Stop));
  }
  // Node's own words about how it was called are none of what was asked for.
  process.removeAllListeners('warning');
  let unwritable: number | undefined;
  const end = (exitCode: number) => {
    unwritable ??= exitCode;
    stop.abort({ exitCode } satisfies Stop);
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // As in `list | head`: nobody reads any more, which is no failure.
    if (error.code === 'EPIPE') return end(exitCodes.done);
    if (unwritable === undefined)
      process.stderr.write(`webhook-cli: Output can't be written: ${error.message}.\n`);
    end(exitCodes.failed);
  });
  process.stderr.on('error', ({ code }: NodeJS.ErrnoException) => {
    // A full disk behind stderr is no reason to stop capturing.
    if (code === 'EPIPE') end(exitCodes.done);
  });
  const argv = process.argv.slice(2);
  const io: ProcessIo = {
    ...standardStreams(),
    cwd: workingFolder(),
    signal: stop.signal,
    quitAtOnce() {
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
    },
  };
  if (!asksVersion(argv)) await catchBugs(argv, io);
  const exitCode = await main(argv, io);
  return unwritable ?? exitCode;
}

function asksVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && /^(-V|--version)$/.test(argv[0]!);
}

function standardStreams() {
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env };
}

/** The folder that it was called in; undefined if that was deleted meanwhile. */
function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/**
 * Ends the process as Node does after an exception that nobody caught, but with a stack in which captured text can't
 * tell the terminal anything. It is printed last, when a UI has given the terminal back.
 */
async function catchBugs(argv: readonly string[], processIo: ProcessIo): Promise<void> {
  const { printError } = await import('./cli/print-error.ts');
  const { guardedIo } = await import('./cli/guarded-io.ts');
  const io = guardedIo(processIo);
  process.once('uncaughtException', (error) => {
    process.once('exit', () => printError(error, argv, io));
    process.exit(exitCodes.failed);
  });
}
