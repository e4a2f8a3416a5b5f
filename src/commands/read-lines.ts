import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';

/** The words on stdin, for a `-` among the arguments. */
export async function readLines({ stdin, stderr }: Io): Promise<string[]> {
  if (stdin.isTTY) stderr.write('Reading from the terminal; Ctrl-D ends it.\n');
  return (await text(stdin)).split(/\s+/).filter((word) => word !== '');
}
