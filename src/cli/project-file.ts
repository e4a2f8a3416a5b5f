import { existsSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isTrusted } from '../state/trust.ts';
import { type ConfigFile, type KnownSettings, readConfigFile } from './config-file.ts';
import type { Io } from './io.ts';
import { stateFolder } from './paths.ts';

/** The name of a project's config file, looked for from the working folder upwards. */
export const projectConfigName = 'webhook-cli.jsonc';

/** The config files that are in use. */
export interface ConfigFiles {
  readonly project: ProjectFile | undefined;
  /** The user's own. */
  readonly user: ConfigFile | undefined;
}

/** A project's config file. It comes with a checkout, so it is untrusted until the user trusts it. */
export type ProjectFile =
  | { readonly type: 'read'; readonly config: ConfigFile; readonly trusted: boolean }
  /** Others can write it. `why` ends a sentence. */
  | { readonly type: 'unsafe'; readonly path: string; readonly why: string };

/** The project file of the working folder, or undefined, also if that folder was deleted. Throws a UserError if it cannot be read. */
export async function readProjectFile(
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
  known: () => Promise<KnownSettings>,
): Promise<ProjectFile | undefined> {
  const path = cwd === undefined ? undefined : findUpwards(cwd);
  if (path === undefined) return undefined;
  const why = whyUnsafe(path);
  if (why !== undefined) return { type: 'unsafe', path, why };
  const config = await readConfigFile(path, await known());
  return { type: 'read', config, trusted: trusts(config, env) };
}

/** In CI, the environment holds the hash of the trusted file. */
function trusts({ file, sha256 }: ConfigFile, env: Io['env']): boolean {
  const pinned = env['WEBHOOK_CLI_TRUST_CONFIG'];
  return pinned?.trim().toLowerCase() === sha256 || isTrusted(stateFolder(env), { file, sha256 });
}

function findUpwards(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const file = join(current, projectConfigName);
    if (existsSync(file)) return file;
    if (dirname(current) === current) return undefined;
  }
}

/** Another user could have written the file: why, to end a sentence; undefined if none could. */
function whyUnsafe(path: string): string | undefined {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  const real = realpathSync(path);
  const isForeign = (stat: Stats) => stat.uid !== uid;
  if (isForeign(lstatSync(path)) || isForeign(statSync(real))) return 'another user owns it';
  const folders = [dirname(path), dirname(real)];
  const isOpen = folders.some((folder) => (statSync(folder).mode & 0o002) !== 0);
  return isOpen ? 'every user can write to its folder' : undefined;
}
