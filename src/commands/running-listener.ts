import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '../cli/io.ts';
import { stateFolder } from '../cli/paths.ts';
import { workingFolderIfAny } from '../cli/working-folder.ts';
import { printable } from '../format/printable.ts';
import type { RunningListener } from '../operations/running-listener.ts';

/**
 * The running `listen` that a command without a target means. Names it on stderr if it is of another folder or one of
 * several. `db`: only one that records there; `project`: only one with this label. Rejects with a UserError if there is
 * none.
 */
export async function runningListener(
  { db, project }: { readonly db?: string | undefined; readonly project?: string | undefined },
  io: Io,
): Promise<RunningListener> {
  const { findRunningListener } = await import('../operations/running-listener.ts');
  const folder = workingFolderIfAny(io);
  const file = db === undefined ? undefined : existsSync(db) ? realpathSync(db) : resolve(folder ?? '/', db);
  const { env, signal } = io;
  const found = await findRunningListener({
    stateFolder: stateFolder(env),
    folder,
    db: file,
    project,
    signal,
  });
  if (found.isOneOfSeveral || found.session.folder !== folder) {
    const { localUrl } = found.urls;
    io.stderr.write(
      `webhook-cli: using the listen of ${printable(found.session.folder)} (${printable(localUrl)}).\n`,
    );
  }
  return found;
}
