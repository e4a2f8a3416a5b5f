import { buffer } from 'node:stream/consumers';
import type { Io } from './io.ts';

/** The bytes of stdin, for `-` in place of a file. */
export async function readAll({ stdin, stderr }: Io): Promise<Uint8Array> {
  if (stdin.isTTY) stderr.write('Reading from the terminal. Press Ctrl-D to finish.\n');
  return buffer(stdin);
}

/** The words of stdin, for `-` among the arguments. */
export async function readLines(io: Io): Promise<string[]> {
  const text = Buffer.from(await readAll(io)).toString('utf8');
  return text.split(/\s+/).filter((word) => word !== '');
}
