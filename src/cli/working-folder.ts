import { realpathSync } from 'node:fs';
import { messageOf, UserError } from '../model/errors.ts';
import type { Io } from './io.ts';

/** The real path of the working folder. Throws a UserError if it was deleted or cannot be read. */
export function workingFolder({ cwd }: Pick<Io, 'cwd'>): string {
  try {
    if (cwd !== undefined) return realpathSync(cwd);
  } catch (error) {
    throw new UserError('failed', `The current folder cannot be read: ${messageOf(error)}.`, hint);
  }
  throw new UserError('failed', 'The current folder no longer exists.', hint);
}

/** The same, but undefined if the folder was deleted. */
export function workingFolderIfAny({ cwd }: Pick<Io, 'cwd'>): string | undefined {
  return cwd === undefined ? undefined : workingFolder({ cwd });
}

const hint = 'Change to another folder and try again.';
