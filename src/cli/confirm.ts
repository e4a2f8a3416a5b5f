import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UserError } from '../model/errors.ts';
import type { Io } from './io.ts';

/**
 * Asks a yes-or-no question on the terminal; anything but yes is no. Throws a UserError that names `command` if there
 * is no terminal.
 */
export async function confirmed(question: string, command: string, io: Io): Promise<boolean> {
  requireTerminal(command, io);
  io.stderr.write(`${question} [y/N] `);
  // Without an output the terminal stays as it is: Ctrl-C is a signal, Ctrl-D ends the input.
  const input = createInterface({ input: io.stdin });
  const { signal } = io;
  try {
    const [answer] = await Promise.race([once(input, 'line', { signal }), once(input, 'close', { signal })]);
    if (answer === undefined) io.stderr.write('\n');
    return /^y(es)?$/i.test(String(answer ?? '').trim());
  } catch {
    io.stderr.write('\n');
    return false;
  } finally {
    input.close();
  }
}

/** Throws a UserError without a terminal. */
export function requireTerminal(command: string, { stdin, stderr }: Io): void {
  if (stdin.isTTY && stderr.isTTY) return;
  throw new UserError(
    'usage',
    `${command} asks for confirmation, and there is no terminal.`,
    'Use --yes to skip it.',
  );
}
