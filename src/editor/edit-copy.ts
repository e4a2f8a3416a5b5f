import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { makeEditFolder } from './edit-folder.ts';
import type { EditorResult } from './editor.ts';

/** A text to edit. */
export interface EditableCopy<T> {
  /** Name of the file that the editor opens. */
  readonly name: string;
  readonly original: Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens the file in the editor; resolves when the editor is closed or was ended. */
  edit(file: string): Promise<EditorResult>;
  /** Parses the edited text; throws a UserError (code `usage`) if it is invalid. */
  read(written: Uint8Array): T;
}

/** Result of editing. */
export type EditResult<T> =
  | { readonly type: 'unchanged' | 'emptied' | 'ended' }
  | { readonly type: 'changed'; readonly value: T };

/**
 * Lets the user edit a copy in a private file, which is removed afterwards. If the edited text is invalid, the file is
 * kept and the UserError names it, so that a typo does not cost the user's work.
 */
export async function editCopy<T>({
  name,
  original,
  env,
  edit,
  read,
}: EditableCopy<T>): Promise<EditResult<T>> {
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
    // Under a name that `removeStaleCopies` leaves alone.
    const kept = join(dirname(folder), `kept-${basename(folder)}`);
    await rename(folder, kept);
    const where = join(kept, name);
    throw new UserError('usage', `Nothing is sent: ${error.message} Your text is in ${where}.`);
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}
