import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, UserError } from '../model/errors.ts';

/** The file of `--url-file`: a waiting script finds this run's URL in it, or nothing. */
export interface UrlFile {
  /** Replaces the URL atomically. Throws a UserError. */
  write(url: string): void;
}

/**
 * Removes the file of an earlier run; throws a UserError if the file could not be written later. A link is replaced
 * and its target left alone; anything but a file or a link is rejected.
 */
export function prepareUrlFile(file: string): UrlFile {
  const path = resolve(file);
  attempt(file, () => {
    const found = replaceable(path);
    accessSync(dirname(path), constants.W_OK);
    if (found) rmSync(path);
  });
  return { write: (url) => attempt(file, () => replace(path, `${url}\n`)) };
}

function replace(path: string, text: string): void {
  replaceable(path);
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(8).toString('hex')}`);
  // Exclusive: whatever else is there, or a link, is never opened.
  const written = openSync(beside, 'wx', 0o600);
  try {
    try {
      writeSync(written, text);
    } finally {
      closeSync(written);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** The file or link that exists now; throws if it is of a kind that must not be replaced. */
function replaceable(path: string): Stats | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isSymbolicLink()) throw new Error(`it is ${kindOf(found)}`);
  return found;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function attempt(file: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError(
      'failed',
      `Cannot write the URL to ${file}: ${reason}.`,
      'Use a file in a folder that you can write to.',
    );
  }
}
