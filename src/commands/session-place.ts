import type { Io } from '../cli/io.ts';
import { stateFolder } from '../cli/paths.ts';
import { workingFolder, workingFolderIfAny } from '../cli/working-folder.ts';

/** Where a session belongs and what it can keep there. */
export interface SessionPlace {
  /** The real path of the working folder; undefined if it was deleted. */
  readonly folder: string | undefined;
  /** Undefined without a home folder. */
  readonly stateFolder: string | undefined;
  /** What the session has to do without, in sentences. */
  readonly warnings: readonly string[];
}

const noStateFolder =
  'There is no home folder: other commands cannot find this listener, and its path token is not kept. ' +
  'Set HOME or XDG_STATE_HOME.';

const noFolder = 'The current folder no longer exists, so this session belongs to no folder.';

/** The place of a session. Throws a UserError if the folder was deleted and `needsFolder`, as for its path token. */
export function sessionPlace(io: Pick<Io, 'cwd' | 'env'>, needsFolder: boolean): SessionPlace {
  const folder = needsFolder ? workingFolder(io) : workingFolderIfAny(io);
  const state = stateFolder(io.env);
  const warnings = [
    ...(state === undefined ? [noStateFolder] : []),
    ...(folder === undefined ? [noFolder] : []),
  ];
  return { folder, stateFolder: state, warnings };
}
