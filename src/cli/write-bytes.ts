import { printableLines } from '../format/printable.ts';
import { drained, type Io, write } from './io.ts';

/**
 * Writes captured bytes: exactly to a file or pipe, with control characters made visible on a terminal, which would
 * obey them. `exact`: exactly to a terminal as well.
 */
export async function writeBytes(
  pieces: Iterable<Uint8Array>,
  { stdout, rawStdout }: Pick<Io, 'stdout' | 'rawStdout'>,
  { exact = false }: { readonly exact?: boolean | undefined } = {},
): Promise<void> {
  if (exact || !stdout.isTTY) {
    for (const piece of pieces) {
      if (rawStdout.destroyed) return;
      if (!rawStdout.write(piece)) await drained(rawStdout);
    }
    return;
  }
  const decoder = new TextDecoder();
  for (const piece of pieces) {
    if (stdout.destroyed) return;
    await write(stdout, printableLines(decoder.decode(piece, { stream: true })).join('\n'));
  }
  await write(stdout, `${printableLines(decoder.decode()).join('\n')}\n`);
}
