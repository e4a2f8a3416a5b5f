import { readFileSync } from 'node:fs';
import type { Io } from '../cli/io.ts';
import { readAll } from '../cli/read-stdin.ts';
import { printable } from '../format/printable.ts';
import { messageOf, UserError } from '../model/errors.ts';
import type { HeaderList } from '../model/headers.ts';

/** Headers from `--header 'Name: value'`. Throws a UserError for an invalid one. */
export function headersFrom(lines: readonly string[]): HeaderList {
  return lines.map((line) => {
    const colon = line.indexOf(':');
    if (colon < 1) {
      throw new UserError(
        'usage',
        `--header: ${printable(JSON.stringify(line))} has no colon.`,
        "Example: --header 'X-Name: value'.",
      );
    }
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      throw new UserError(
        'usage',
        `--header: ${printable(JSON.stringify(name))} is not a valid header name.`,
      );
    }
    // RFC 9110 5.5
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) {
      throw new UserError(
        'usage',
        `--header: the value of ${name} contains a line break or another control character.`,
      );
    }
    // As on the wire: a character a byte.
    return [name, Buffer.from(value, 'utf8').toString('latin1')];
  });
}

/** The bytes of the file that an option names; `-` is stdin. Throws a UserError if it can't be read. */
export async function readInput(file: string, flag: string, io: Io): Promise<Uint8Array> {
  if (file === '-') return readAll(io);
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError('failed', `${flag}: cannot read ${file}: ${reason}.`);
  }
}
