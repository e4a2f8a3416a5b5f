import { once } from 'node:events';
import { UserError } from '../model/errors.ts';
import { type ProgramStart, runProgram } from './running-program.ts';
import type { Tunnel } from './tunnel.ts';

/** A program that opens a tunnel, and how to read what it prints. */
export interface ProgramTunnel extends Omit<ProgramStart, 'onLine'> {
  /** Its name in messages. */
  readonly title: string;
  /** The public URL, if that is known before the program tells it. */
  readonly url?: string | undefined;
  /** The public URL, or undefined if this line does not tell it. */
  readonly urlIn: (line: string) => string | undefined;
  /** The reason why there is no tunnel, as a sentence, or undefined if this line does not tell one. */
  readonly reasonIn?: ((line: string) => string | undefined) | undefined;
  /** The same, where the program then goes on and waits for the user. */
  readonly obstacleIn?: ((line: string) => string | undefined) | undefined;
  /** True for a line that says nothing about why the program ends. */
  readonly isDetail?: ((line: string) => boolean) | undefined;
  /** The name of the tunnel, by its URL. */
  readonly nameOf?: ((url: string) => string | undefined) | undefined;
  /** Called with the last line until there is a URL, as in `TunnelOptions`. */
  readonly heard?: ((what: string) => void) | undefined;
}

/**
 * Runs a program until it tells the public URL. Rejects with a UserError if the program ends before that, and with
 * `signal.reason` when aborted; then the program is ended.
 */
export async function openProgramTunnel(start: ProgramTunnel, signal: AbortSignal): Promise<Tunnel> {
  signal.throwIfAborted();
  const { title, urlIn, reasonIn, obstacleIn, isDetail, nameOf, heard } = start;
  let lastLine = '';
  let reason: string | undefined;
  let told!: (first: string | UserError) => void;
  const news = new Promise<string | UserError>((resolve) => (told = resolve));
  const program = runProgram({
    ...start,
    onLine(line) {
      if (!isDetail?.(line)) {
        lastLine = line;
        heard?.(`the last line of ${title} is: ${shortened(line)}`);
      }
      reason = reasonIn?.(line) ?? reason;
      const obstacle = obstacleIn?.(line);
      if (obstacle !== undefined) told(new UserError('unavailable', obstacle));
      const found = urlIn(line);
      if (found !== undefined && URL.canParse(found)) told(found.replace(/\/+$/, ''));
    },
  });
  heard?.(`${title} has printed nothing`);
  if (start.url !== undefined) told(start.url.replace(/\/+$/, ''));
  const failed = program.ended.then((how) => {
    const detail = lastLine === '' ? '' : `: ${shortened(lastLine)}`;
    return new UserError('unavailable', reason ?? `${title} ${how}${detail}.`);
  });
  const over = new AbortController();
  try {
    const first = await Promise.race([
      news,
      failed,
      once(signal, 'abort', { signal: over.signal }).then(() => undefined),
    ]);
    if (typeof first === 'string') return tunnelOf(first);
    throw first ?? signal.reason;
  } catch (error) {
    await program.close();
    throw error;
  } finally {
    over.abort();
  }

  function tunnelOf(url: string): Tunnel {
    reason = undefined;
    let isClosing = false;
    return {
      url,
      name: nameOf?.(url),
      ended: failed.then((error) => (isClosing ? undefined : error)),
      close() {
        isClosing = true;
        return program.close();
      },
    };
  }
}

/** A line as the end of a sentence. */
function shortened(line: string): string {
  return line.slice(0, 200).replace(/\.$/, '');
}
