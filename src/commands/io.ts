import type { ReadStream, WriteStream } from 'node:tty';

/** All of the outside world that a command touches. */
export interface Io {
  readonly stdin: NodeJS.ReadStream | ReadStream;
  readonly stdout: NodeJS.WriteStream | WriteStream;
  readonly stderr: NodeJS.WriteStream | WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by a signal, with a `Stop` as the reason. */
  readonly signal: AbortSignal;
  /** Ends the process now, as the signal would: for the one who presses Ctrl-C twice. */
  readonly quitAtOnce: () => void;
}

/** Why a command has to end. */
export interface Stop {
  readonly exitCode: number;
}

/** Whether colour may be written to a stream: a terminal, and nobody said no. */
export function wantsColour(stream: NodeJS.WriteStream, env: Io['env']): boolean {
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return Boolean(stream.isTTY) && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Whether a terminal UI makes sense: somebody looks and can press keys. `asked`: they want it in CI, too. */
export function wantsScreen({ stdin, stdout, env }: Io, asked: boolean): boolean {
  return Boolean(stdin.isTTY) && Boolean(stdout.isTTY) && env['TERM'] !== 'dumb' && (asked || !env['CI']);
}

/** The code that the process ends with after a signal. */
export function stopCode(signal: AbortSignal): number {
  return (signal.reason as Stop | undefined)?.exitCode ?? 130;
}

/** Writes text and waits while the reader is slower. Resolves, too, when nobody reads any more. */
export async function write(stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> {
  if (stream.destroyed || stream.write(data)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}
