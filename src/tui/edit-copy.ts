import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../model/errors.ts';

export interface Copy<T> {
  /** Of the file that the editor is given. */
  readonly name: string;
  readonly original: Uint8Array;
  /** Has the user edit the file; resolves when the editor is closed. */
  edit(file: string): Promise<void>;
  /** Reads what was written; throws a UserError (code `usage`) where it can't be read. */
  read(written: Uint8Array): T;
}

/** What became of it. */
export type Edited<T> =
  | { readonly type: 'unchanged' | 'emptied' }
  | { readonly type: 'changed'; readonly value: T };

/**
 * Gives the user a copy to edit, in a file that only he can read and that is gone afterwards. Where what he has written
 * can't be read, it is kept, and the UserError says where: it is not thrown away because of a slip.
 */
export async function editCopy<T>({ name, original, edit, read }: Copy<T>): Promise<Edited<T>> {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-cli-'));
  const file = join(folder, name);
  let isKept = false;
  try {
    await writeFile(file, original, { mode: 0o600 });
    await edit(file);
    const written = await readFile(file);
    if (written.equals(original)) return { type: 'unchanged' };
    if (written.toString('latin1').trim() === '') return { type: 'emptied' };
    return { type: 'changed', value: read(written) };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'usage') throw error;
    isKept = true;
    throw new UserError('usage', `Nothing is sent: ${error.message} What was written is in ${file}.`);
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}
