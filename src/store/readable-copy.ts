import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../model/errors.ts';

/** A private copy of a database. */
export interface ReadableCopy {
  readonly file: string;
  remove(): void;
}

/** A writer that checkpoints as often as this while we copy has to be stopped first. */
const mostTries = 20;

/**
 * Copies a database that can be read but not written, such as another user's: SQLite needs to write beside a database
 * in WAL mode even to read it. Undefined if the file can be written or does not exist. Throws a UserError if it cannot
 * be copied.
 */
export function readableCopy(file: string): ReadableCopy | undefined {
  if (!existsSync(file) || (isWritable(file) && isWritable(dirname(file)))) return undefined;
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'webhook-cli-'));
    const copy = join(folder, basename(file));
    copyWhole(file, copy);
    const made = folder;
    return { file: copy, remove: () => rmSync(made, { recursive: true, force: true }) };
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw error instanceof UserError
      ? error
      : new UserError('database', `The database ${file} can't be read: ${messageOf(error)}.`);
  }
}

/** Copies the file and its log as they were at one moment: another process may be writing them. */
function copyWhole(file: string, copy: string): void {
  const log = `${file}-wal`;
  for (let tries = 0; tries < mostTries; tries++) {
    const before = stateOf(file);
    copyPrivately(file, copy);
    if (existsSync(log)) copyPrivately(log, `${copy}-wal`);
    else rmSync(`${copy}-wal`, { force: true });
    // What is appended to the log meanwhile does no harm: SQLite ignores a frame that is not whole.
    if (stateOf(file) === before) return;
  }
  throw new UserError(
    'database',
    `The database ${file} changes too fast to be read.`,
    'Try again, or ask its owner to stop the process that writes it.',
  );
}

function copyPrivately(file: string, copy: string): void {
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
}

/** Changes with every checkpoint: the file's size and time, and the salts in the head of the log. */
function stateOf(file: string): string {
  const { size, mtimeNs } = statSync(file, { bigint: true });
  const log = `${file}-wal`;
  const head = existsSync(log) ? headOf(log) : '';
  return `${size} ${mtimeNs} ${head}`;
}

function headOf(log: string): string {
  const head = Buffer.alloc(32);
  const fd = openSync(log, 'r');
  try {
    readSync(fd, head, 0, head.length, 0);
  } finally {
    closeSync(fd);
  }
  return head.toString('hex');
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
