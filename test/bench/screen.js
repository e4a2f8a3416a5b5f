import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { projectRoot } from './folders.js';
import { freePort } from './ports.js';
import { createHome } from './product.js';

/** @type {import('@lydell/node-pty')} */
const { spawn } = createRequire(join(projectRoot, 'package.json'))('@lydell/node-pty');

const startMs = 10_000;

/**
 * Starts `listen --no-tunnel` in a terminal of 120x40 and resolves when its first frame is drawn. Nobody presses a key.
 * @param {string} product
 * @param {import('./product.js').Home} home
 * @param {{ cols?: number, rows?: number, env?: NodeJS.ProcessEnv }} [options]
 */
export async function startScreen(product, home, options = {}) {
  const port = await freePort();
  const args = [product, 'listen', '--no-tunnel', '--port', String(port), '--project', 'bench'];
  const began = performance.now();
  const terminal = inTerminal(args, home, options);
  try {
    // The port is in the address that the screen shows.
    await terminal.shown(String(port));
  } catch (error) {
    await terminal.stop();
    throw error;
  }
  return { ...terminal, port, frameMs: performance.now() - began };
}

/** A program of ours in the same terminal, once it shows `wanted`. @param {readonly string[]} args @param {import('./product.js').Home} home @param {string} wanted */
export async function startInTerminal(args, home, wanted) {
  const terminal = inTerminal(args, home);
  await terminal.shown(wanted);
  return terminal;
}

/** How long a Node that does nothing takes in the same terminal. @param {import('./product.js').Home} home */
export async function emptyRunMs(home) {
  const began = performance.now();
  await inTerminal(['-e', '0'], home).ended;
  return performance.now() - began;
}

/** Whether the product has a terminal UI that starts. @param {string} product */
export async function hasScreen(product) {
  const home = createHome();
  try {
    await (await startScreen(product, home)).stop();
    return true;
  } catch {
    return false;
  } finally {
    home.remove();
  }
}

/**
 * @param {readonly string[]} args
 * @param {import('./product.js').Home} home
 * @param {{ cols?: number, rows?: number, env?: NodeJS.ProcessEnv }} [options]
 */
function inTerminal(args, home, { cols = 120, rows = 40, env = {} } = {}) {
  const pty = spawn(process.execPath, [...args], {
    name: 'xterm-256color',
    cols,
    rows,
    cwd: home.folder,
    env: { ...home.env, TERM: 'xterm-256color', ...env },
  });
  let over = false;
  let seen = '';
  /** What came since the last keys were pressed. */
  let answer = '';
  /** @type {(() => void)[]} */
  const watchers = [];
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  pty.onData((data) => {
    // What comes after the start is read, as a terminal would, and not kept.
    if (seen.length < 100_000) seen += data;
    answer = (answer + data).slice(-200_000);
    if (watchers.length > 0) changed();
  });
  const ended = new Promise((resolve) => {
    pty.onExit(() => {
      over = true;
      changed();
      resolve(undefined);
    });
  });
  return {
    pid: pty.pid,
    ended,
    /** @param {string} wanted @returns {Promise<void>} */
    shown: (wanted) =>
      new Promise((resolve, reject) => {
        const done = (/** @type {() => void} */ settle) => {
          clearTimeout(timer);
          watchers.length = 0;
          settle();
        };
        const fail = () => done(() => reject(new Error(`The terminal UI does not start: ${seen}`)));
        const timer = setTimeout(fail, startMs);
        const look = () => {
          if (stripVTControlCharacters(seen).includes(wanted)) done(resolve);
          else if (over) fail();
        };
        watchers.push(look);
        look();
      }),
    /**
     * Presses keys; resolves with how long it takes, in ms, until what is written then satisfies `wanted`.
     * @param {string} keys @param {(written: string) => boolean} wanted @returns {Promise<number>}
     */
    press: (keys, wanted) =>
      new Promise((resolve, reject) => {
        answer = '';
        const began = performance.now();
        const done = (/** @type {() => void} */ settle) => {
          clearTimeout(timer);
          watchers.length = 0;
          settle();
        };
        const fail = () =>
          done(() => reject(new Error(`${JSON.stringify(keys)} was not answered: ${answer}`)));
        const timer = setTimeout(fail, startMs);
        watchers.push(() => {
          if (wanted(answer)) done(() => resolve(performance.now() - began));
          else if (over) fail();
        });
        pty.write(keys);
      }),
    async stop() {
      if (over) return;
      pty.kill('SIGTERM');
      const late = setTimeout(() => pty.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}
