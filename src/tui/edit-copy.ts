import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { makeEditFolder } from './edit-folder.ts';
import type { Editing } from './editor.ts';

export interface Copy<T> {
  /** Of the file that the editor is given. */
  readonly name: string;
  readonly original: Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Has the user edit the file; resolves when the editor is closed, or was ended with us. */
  edit(file: string): Promise<Editing>;
  /** Reads what was written; throws a UserError (code `usage`) where it can't be read. */
  read(written: Uint8Array): T;
}

/** What became of it. */
export type Edited<T> =
  | { readonly type: 'unchanged' | 'emptied' | 'ended' }
  | { readonly type: 'changed'; readonly value: T };

/**
 * Gives the user a copy to edit, in a file that only he can read and that is gone afterwards. Where what he has written
 * can't be read, it is kept, and the UserError says where: it is not thrown away because of a slip.
 */
export async function editCopy<T>({ name, original, env, edit, read }: Copy<T>): Promise<Edited<T>> {
  const folder = makeEditFolder(env);
  const file = join(folder, name);
  let isKept = false;
  try {
    await writeFile(file, original, { mode: 0o600 });
    if ((await edit(file)) === 'ended') return { type: 'ended' };
    const written = await readFile(file);
    if (written.equals(original)) return { type: 'unchanged' };
    if (written.toString('latin1').trim() === '') return { type: 'emptied' };
    return { type: 'changed', value: read(written) };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'usage') throw error;
    isKept = true;
    // Under a name that no later start takes for one that was left.
    const kept = join(dirname(folder), `kept-${basename(folder)}`);
    await rename(folder, kept);
    const where = join(kept, name);
    throw new UserError('usage', `Nothing is sent: ${error.message} What was written is in ${where}.`);
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}
