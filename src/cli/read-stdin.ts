import { buffer } from 'node:stream/consumers';
import type { Io } from './io.ts';

/** All that comes on stdin, for a `-` in place of a file. */
export async function readAll({ stdin, stderr }: Io): Promise<Uint8Array> {
  if (stdin.isTTY) stderr.write('Reading from the terminal; Ctrl-D ends it.\n');
  return buffer(stdin);
}

/** The words on stdin, for a `-` among the arguments. */
export async function readLines(io: Io): Promise<string[]> {
  const text = Buffer.from(await readAll(io)).toString('utf8');
  return text.split(/\s+/).filter((word) => word !== '');
}
