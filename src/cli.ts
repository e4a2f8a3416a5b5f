import type { Io, Stop } from './commands/io.ts';
import { exitCodes } from './model/errors.ts';

declare const __VERSION__: string;

/** Runs one command line; resolves with the exit code. Prints every error itself. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  // Asked for by scripts and prompts over and over: nothing else has to be loaded for it.
  if (argv.length === 1 && /^(-V|--version)$/.test(argv[0]!)) {
    io.stdout.write(`${__VERSION__}\n`);
    return exitCodes.done;
  }
  try {
    const { runCommandLine } = await import('./commands/program.ts');
    return await runCommandLine(argv, __VERSION__, io);
  } catch (error) {
    const { printError } = await import('./commands/print-error.ts');
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
  const exitCode = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
    quitAtOnce() {
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
    },
  });
  return unwritable ?? exitCode;
}
