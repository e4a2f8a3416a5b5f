import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPrivate, writePrivate } from './private-file.ts';

/** A project's config file as it was trusted: its real path and the hex SHA-256 of its bytes. */
export interface TrustedFile {
  readonly file: string;
  readonly sha256: string;
}

/** True if the user trusts this file with exactly these bytes; false where no state is kept. */
export function isTrusted(stateFolder: string | undefined, { file, sha256 }: TrustedFile): boolean {
  if (stateFolder === undefined) return false;
  const entry = entryOf(readPrivate(entryFile(stateFolder, file)));
  return entry !== undefined && entry.file === file && entry.sha256 === sha256;
}

/** Trusts a file until its bytes change. Throws the file system's error. */
export function trust(stateFolder: string, { file, sha256 }: TrustedFile): void {
  writePrivate(entryFile(stateFolder, file), `${JSON.stringify({ file, sha256 })}\n`);
}

/** Takes the trust in a file back; returns whether there was any. */
export function untrust(stateFolder: string, file: string): boolean {
  const entry = entryFile(stateFolder, file);
  const was = readPrivate(entry) !== undefined;
  rmSync(entry, { force: true });
  return was;
}

/** One entry a file, named by a hash of its real path. */
function entryFile(stateFolder: string, file: string): string {
  return join(stateFolder, 'trust', createHash('sha256').update(file).digest('hex'));
}

function entryOf(text: string | undefined): TrustedFile | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<TrustedFile> | null;
    if (typeof value?.file !== 'string' || typeof value.sha256 !== 'string') return undefined;
    return { file: value.file, sha256: value.sha256 };
  } catch {
    return undefined;
  }
}
