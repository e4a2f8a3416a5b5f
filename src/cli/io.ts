import type { ReadStream, WriteStream } from 'node:tty';
import { isDumb, isKnownTerminal, isOn } from '../format/environment.ts';
import type { Environment } from '../model/environment.ts';

/**
 * Output of commands. Control sequences in the text are made visible, so that no command can forget it; lines, tabs and
 * our own colours are kept.
 */
export interface TextStream {
  readonly isTTY: boolean;
  /** The terminal's width; 80 if it does not tell. */
  readonly columns: number;
  /** The reader is gone. */
  readonly destroyed: boolean;
  /** False if the reader is slower: `drain` is emitted when it has caught up. */
  write(text: string): boolean;
  once(event: 'drain' | 'close', listener: () => void): void;
  off(event: 'drain' | 'close', listener: () => void): void;
}

/** The process's own streams, environment and signals. */
export interface ProcessIo {
  readonly stdin: NodeJS.ReadStream | ReadStream;
  readonly stdout: NodeJS.WriteStream | WriteStream;
  readonly stderr: NodeJS.WriteStream | WriteStream;
  readonly env: Environment;
  /** The working folder; undefined if it was deleted. */
  readonly cwd: string | undefined;
  /** Aborted by a signal, with a `Stop` as the reason. */
  readonly signal: AbortSignal;
  /** Ends the process at once, as the signal would: for a second Ctrl-C. */
  readonly quitAtOnce: () => void;
}

/** Everything outside the program that a command uses. */
export interface Io extends Omit<ProcessIo, 'stdout' | 'stderr'> {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Unguarded stdout: for the terminal UI, which guards its own frames, and for exact bytes. */
  readonly rawStdout: NodeJS.WriteStream | WriteStream;
}

/** Reason that a command must end. */
export interface Stop {
  readonly exitCode: number;
}

/**
 * A terminal UI can be shown: stdin and stdout are terminals. In CI, or where TERM names no known terminal, only if
 * `asked` for.
 */
export function wantsScreen({ stdin, stdout, env }: Io, asked: boolean): boolean {
  if (!stdin.isTTY || !stdout.isTTY || isDumb(env)) return false;
  return asked || (!isOn(env['CI']) && isKnownTerminal(env));
}

/** Exit code after a signal. */
export function stopCode(signal: AbortSignal): number {
  return (signal.reason as Stop | undefined)?.exitCode ?? 130;
}

/** Writes text and waits for a slower reader. Also resolves if the reader is gone. */
export async function write(stream: TextStream, text: string): Promise<void> {
  if (stream.destroyed || stream.write(text)) return;
  await drained(stream);
}

/** Resolves when the reader has caught up or is gone. */
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
