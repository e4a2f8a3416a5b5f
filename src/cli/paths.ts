import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.ts';

/** Where the database lies unless --db says otherwise (XDG base directories, on every system). */
export function defaultDatabase(env: Io['env']): string {
  return join(env['XDG_DATA_HOME'] || join(homeOf(env), '.local', 'share'), 'webhook-cli', 'webhooks.db');
}

/** The user's own config file. */
export function userConfigFile(env: Io['env']): string {
  return join(env['XDG_CONFIG_HOME'] || join(homeOf(env), '.config'), 'webhook-cli', 'config.jsonc');
}

/** Where what is kept between runs lies that is no data: what the user trusts, path tokens, running sessions. */
export function stateFolder(env: Io['env']): string {
  return join(env['XDG_STATE_HOME'] || join(homeOf(env), '.local', 'state'), 'webhook-cli');
}

function homeOf(env: Io['env']): string {
  return env['HOME'] || homedir();
}
