import { PassThrough, Writable } from 'node:stream';
import type { ProcessIo } from '../../src/cli/io.ts';
import { main } from '../../src/main.ts';
import type { CliOptions } from './cli.ts';
import type { TestHome } from './home.ts';

/** The output of a command that has ended. */
export interface InProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InProcessOptions extends Pick<CliOptions, 'env' | 'cwd' | 'stdin'> {
  readonly home: TestHome;
  /** End it as SIGTERM would once it has written a line, for a command that runs until then. */
  readonly endAfterFirstLine?: boolean;
}

/**
 * Runs a command line in this process, its streams piped: for hundreds of calls, since a process of its own takes a
 * hundred times as long to start.
 */
export function runInProcess(args: readonly string[], options: InProcessOptions): Promise<InProcessResult> {
  // One after another: the working folder is the process's.
  const result = last.then(() => run(args, options));
  last = result.catch(() => {});
  return result;
}

let last: Promise<unknown> = Promise.resolve();

async function run(
  args: readonly string[],
  { home, env, cwd, stdin = '', endAfterFirstLine = false }: InProcessOptions,
): Promise<InProcessResult> {
  const stop = new AbortController();
  const end = () => {
    if (endAfterFirstLine) stop.abort({ exitCode: 143 });
  };
  const stdout = collecting(end);
  const stderr = collecting(end);
  const input = new PassThrough();
  input.end(stdin);
  // As a process of its own would have it: relative paths start in its working folder.
  const before = process.cwd();
  process.chdir(cwd ?? home.work);
  const code = await main(args, {
    stdin: input as unknown as ProcessIo['stdin'],
    stdout: stdout.stream as unknown as ProcessIo['stdout'],
    stderr: stderr.stream as unknown as ProcessIo['stderr'],
    env: { ...home.env, ...env },
    cwd: cwd ?? home.work,
    signal: stop.signal,
    quitAtOnce: () => {},
  }).finally(() => process.chdir(before));
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collecting(wrote: () => void) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
      if (chunk.includes(0x0a)) setImmediate(wrote);
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
