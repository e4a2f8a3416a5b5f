import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot, runFolder } from './folders.js';
import { startProgram } from './processes.js';

/**
 * The program as it is published, in a folder of its own, so that a build meanwhile changes nothing.
 * @param {string | undefined} from  a project folder that is built already; else this one is built first
 */
export function freezeProduct(from) {
  const source = from ?? projectRoot;
  if (from === undefined)
    execFileSync(process.execPath, [join(source, 'bin/build.js')], { stdio: 'inherit' });
  const folder = join(runFolder, 'product');
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 }));
  for (const part of ['bin/webhook-cli.js', 'dist', 'package.json']) {
    cpSync(join(source, part), join(folder, part), { recursive: true });
  }
  return join(folder, 'bin/webhook-cli.js');
}

/** An empty home on the real disk: no settings, no database. */
export function createHome() {
  const folder = mkdtempSync(join(runFolder, 'home-'));
  return {
    folder,
    database: join(folder, 'data', 'webhook-cli', 'webhooks.db'),
    env: environment(folder),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** @typedef {ReturnType<typeof createHome>} Home */

/** @param {string} folder @returns {NodeJS.ProcessEnv} */
function environment(folder) {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    LANG: 'C.UTF-8',
  };
}

/**
 * Starts `listen --no-tunnel`, headless, with its output in a file.
 * @param {string} program
 * @param {Home} home
 * @param {{ args?: readonly string[], nodeArgs?: readonly string[], env?: NodeJS.ProcessEnv }} [options]
 */
export async function startListen(program, home, { args = [], nodeArgs = [], env = {} } = {}) {
  const stdout = join(home.folder, 'stdout');
  const stderr = join(home.folder, 'stderr');
  const running = startProgram(
    process.execPath,
    [...nodeArgs, program, 'listen', ...args, '--no-tunnel', '--project', 'bench'],
    { stdout, stderr, cwd: home.folder, env: { ...home.env, ...env } },
  );
  for (let tries = 0; tries < 1_000; tries++) {
    const url = /http:\/\/localhost:(\d+)/.exec(existsSync(stdout) ? readFileSync(stdout, 'utf8') : '');
    if (url) return { ...running, port: Number(url[1]) };
    if (running.hasEnded()) break;
    await wait(10);
  }
  await running.stop();
  throw new Error(`listen did not start: ${readFileSync(stderr, 'utf8')}`);
}
