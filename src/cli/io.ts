import type { ReadStream, WriteStream } from 'node:tty';

/**
 * Where commands write text: whatever a terminal would obey in it is made visible before it gets there, so that no
 * command can forget it. Lines, tabs and our own colours are kept.
 */
export interface TextStream {
  readonly isTTY: boolean;
  /** The terminal's width. */
  readonly columns: number;
  /** Nobody reads any more. */
  readonly destroyed: boolean;
  /** False: the reader is slower, and `drain` says when it has caught up. */
  write(text: string): boolean;
  once(event: 'drain' | 'close', listener: () => void): void;
  off(event: 'drain' | 'close', listener: () => void): void;
}

/** What the process gives a command, streams as they are. */
export interface ProcessIo {
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

/** All of the outside world that a command touches. */
export interface Io extends Omit<ProcessIo, 'stdout' | 'stderr'> {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Stdout without that guard: for the terminal UI, which guards its own frames, and for bytes asked for as such. */
  readonly rawStdout: NodeJS.WriteStream | WriteStream;
}

/** Why a command has to end. */
export interface Stop {
  readonly exitCode: number;
}

/** Whether colour may be written to a stream: a terminal, and nobody said no. */
export function wantsColour(stream: Pick<TextStream, 'isTTY'>, env: Io['env']): boolean {
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
export async function write(stream: TextStream, text: string): Promise<void> {
  if (stream.destroyed || stream.write(text)) return;
  await drained(stream);
}

/** Resolves when the reader of a stream has caught up, or is gone. */
export async function drained(stream: Pick<TextStream, 'once' | 'off'>): Promise<void> {
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
