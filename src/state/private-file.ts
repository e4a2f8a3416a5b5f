import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Error codes of a file that is missing for this user, or is a link. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM']);

/** Larger state files are not ours. */
const maxBytes = 4 * 1024 * 1024;

/**
 * The text of a file in the state folder; undefined where there is none that this user can read, or where another user
 * owns it or could have written it. Throws the file system's error otherwise.
 */
export function readPrivate(file: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && absent.has(code)) return undefined;
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    const isOurs = process.getuid === undefined || stat.uid === process.getuid();
    const isSafe = stat.isFile() && isOurs && (stat.mode & 0o022) === 0 && stat.size <= maxBytes;
    return isSafe ? readFileSync(fd, 'utf8') : undefined;
  } finally {
    closeSync(fd);
  }
}

/** Replaces a file at once (mode 0600, new folders 0700): a reader sees the old text or the new. */
export function writePrivate(file: string, text: string): void {
  makePrivateFolder(dirname(file));
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Adds a line to the end of a file (mode 0600, new folders 0700); several processes may do so at a time. */
export function appendPrivate(file: string, line: string): void {
  makePrivateFolder(dirname(file));
  appendFileSync(file, `${line}\n`, { mode: 0o600, flag: 'a' });
}

function makePrivateFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The mode that mkdir is given passes through the umask.
  if (first !== undefined) chmodSync(folder, 0o700);
}
