import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.ts';

/** The default database file (XDG base directories, on every system). */
export function defaultDatabase(env: Io['env']): string {
  return join(env['XDG_DATA_HOME'] || join(homeOf(env), '.local', 'share'), 'webhook-cli', 'webhooks.db');
}

/** The user's own config file. */
export function userConfigFile(env: Io['env']): string {
  return join(env['XDG_CONFIG_HOME'] || join(homeOf(env), '.config'), 'webhook-cli', 'config.jsonc');
}

/** Folder for state that is kept between runs: trusted files, path tokens, running sessions. */
export function stateFolder(env: Io['env']): string {
  return join(env['XDG_STATE_HOME'] || join(homeOf(env), '.local', 'state'), 'webhook-cli');
}

function homeOf(env: Io['env']): string {
  return env['HOME'] || homedir();
}
