import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readEntries } from './private-entries.ts';
import { appendPrivate } from './private-file.ts';

interface KeptName {
  readonly folder: string;
  readonly driver: string;
  readonly name: string;
}

/** Letters and digits that a host name may hold: 5 bits each. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const nameLength = 12;

/**
 * The name to ask a tunnel driver for, in the public URL of a project: random, made once for the project's folder (its
 * real path) and the driver, and kept in the user's state folder. Without a folder, or where it cannot be kept, it is
 * made for this process alone.
 */
export function keptTunnelName(
  stateFolder: string | undefined,
  folder: string | undefined,
  driver: string,
): string {
  const made = randomName();
  if (stateFolder === undefined || folder === undefined) return made;
  const file = join(stateFolder, 'tunnel-names.ndjson');
  try {
    const before = nameIn(file, folder, driver);
    if (before !== undefined) return before;
    appendPrivate(file, JSON.stringify({ folder, driver, name: made }));
    // Two processes may have made one at once.
    return nameIn(file, folder, driver) ?? made;
  } catch {
    return made;
  }
}

/** The first name of a folder counts. */
function nameIn(file: string, folder: string, driver: string): string | undefined {
  const names = readEntries(file, keptName);
  return names.find((kept) => kept.folder === folder && kept.driver === driver)?.name;
}

function keptName({ folder, driver, name }: Partial<KeptName>): KeptName | undefined {
  if (typeof folder !== 'string' || typeof driver !== 'string' || typeof name !== 'string') return undefined;
  return /^[a-z][a-z2-7]{11}$/.test(name) ? { folder, driver, name } : undefined;
}

/** Begins with a letter: not every server takes a digit there. */
function randomName(): string {
  for (;;) {
    const name = [...randomBytes(nameLength)].map((byte) => alphabet[byte % alphabet.length]).join('');
    if (/^[a-z]/.test(name)) return name;
  }
}
