import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheFolder, projectRoot } from './folders.js';

/** What the references are made of. Never dependencies of the project. */
const packages = { autocannon: '9.0.0', express: '5.3.0', 'http-proxy': '1.18.1', mockttp: '4.6.5' };

const folder = join(cacheFolder, 'bench');

/** Installs what is missing; returns a warning if that can't be done, and the rows that need it are left out. */
export function installTools() {
  const missing = Object.keys(packages).filter((name) => !hasTool(name));
  if (missing.length === 0) return undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  try {
    console.log(`Installing ${missing.join(', ')} into test/.cache/bench …`);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
    });
    return undefined;
  } catch (error) {
    return `${missing.join(', ')} could not be installed: ${/** @type {Error} */ (error).message.split('\n')[0]}`;
  }
}

/** @param {string} name */
export function hasTool(name) {
  return existsSync(join(folder, 'node_modules', name));
}

/** Loads a CommonJS package of the tools. @param {string} name */
export function requireTool(name) {
  return createRequire(join(folder, 'package.json'))(name);
}

/** The file of a tool's program. @param {string} name @param {string} file */
export function toolFile(name, file) {
  return join(folder, 'node_modules', name, file);
}

/** The SQLite driver that the product uses on this Node, so that both sides use the same. */
export function requireDriver() {
  const require = createRequire(join(projectRoot, 'package.json'));
  return require(Number(process.versions['napi']) >= 10 ? 'better-sqlite3' : '@photostructure/sqlite');
}

/** Whether a program is on the PATH. @param {string} name */
export function isOnPath(name) {
  return (process.env['PATH'] ?? '').split(':').some((place) => place && existsSync(join(place, name)));
}
