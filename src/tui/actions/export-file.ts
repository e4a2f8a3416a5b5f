import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../../model/errors.ts';

/**
 * Writes a new file (0600) `NAME.EXT`, or `NAME-2.EXT` if that exists. Resolves with its name; rejects with a UserError
 * if it can't be written.
 */
export async function exportFile(
  folder: string | undefined,
  name: string,
  extension: string,
  parts: Iterable<string | Uint8Array>,
): Promise<string> {
  if (folder === undefined) throw new UserError('failed', 'The current folder no longer exists.');
  for (let number = 1; ; number++) {
    const file = `${name}${number === 1 ? '' : `-${number}`}.${extension}`;
    try {
      const opened = await open(join(folder, file), 'wx', 0o600);
      await writeParts(opened, parts);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      const reason = messageOf(error);
      throw new UserError('failed', `Cannot write ${file}: ${reason}.`);
    }
  }
}

async function writeParts(file: FileHandle, parts: Iterable<string | Uint8Array>): Promise<void> {
  try {
    for (const part of parts) await file.write(Buffer.from(part as Uint8Array));
  } finally {
    await file.close();
  }
}
