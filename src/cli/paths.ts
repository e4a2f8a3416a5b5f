import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { Io } from './io.ts';

/**
 * The default database file (XDG base directories, on every system). Throws a UserError if there is no home folder and
 * no XDG_DATA_HOME.
 */
export function defaultDatabase(env: Io['env']): string {
  const folder = baseFolder(env, 'XDG_DATA_HOME', '.local', 'share');
  if (folder === undefined) {
    throw new UserError(
      'usage',
      'There is no home folder, so the default database has no place.',
      'Set --db, HOME or XDG_DATA_HOME.',
    );
  }
  return join(folder, 'webhook-cli', 'webhooks.db');
}

/** The user's own config file; undefined without a home folder. */
export function userConfigFile(env: Io['env']): string | undefined {
  const folder = baseFolder(env, 'XDG_CONFIG_HOME', '.config');
  return folder === undefined ? undefined : join(folder, 'webhook-cli', 'config.jsonc');
}

/**
 * Folder for state that is kept between runs: trusted files, path tokens, running sessions. Undefined without a home
 * folder.
 */
export function stateFolder(env: Io['env']): string | undefined {
  const folder = baseFolder(env, 'XDG_STATE_HOME', '.local', 'state');
  return folder === undefined ? undefined : join(folder, 'webhook-cli');
}

/** The folder that the variable names, else its usual place in the home folder. The standard ignores a relative one. */
function baseFolder(env: Io['env'], variable: string, ...usual: readonly string[]): string | undefined {
  const own = env[variable];
  if (own && isAbsolute(own)) return own;
  const home = env['HOME'] ?? userHome();
  return home !== undefined && isAbsolute(home) ? join(home, ...usual) : undefined;
}

/** The home folder of the user database; undefined if the user is not in it, as in some containers. */
function userHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
