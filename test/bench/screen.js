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
 */
export async function startScreen(product, home) {
  const port = await freePort();
  const args = [product, 'listen', '--no-tunnel', '--port', String(port), '--name', 'bench'];
  const began = performance.now();
  const terminal = inTerminal(args, home);
  try {
    // The port is in the address that the screen shows.
    await terminal.shown(String(port));
  } catch (error) {
    await terminal.stop();
    throw error;
  }
  return { pid: terminal.pid, port, frameMs: performance.now() - began, stop: terminal.stop };
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

/** @param {readonly string[]} args @param {import('./product.js').Home} home */
function inTerminal(args, home) {
  const pty = spawn(process.execPath, [...args], {
    name: 'xterm-256color',
    cols: 120,
    rows: 40,
    cwd: home.folder,
    env: { ...home.env, TERM: 'xterm-256color' },
  });
  let over = false;
  let seen = '';
  /** @type {(() => void)[]} */
  const watchers = [];
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  pty.onData((data) => {
    // What comes after the start is read, as a terminal would, and not kept.
    if (seen.length < 100_000) seen += data;
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
        watchers.push(() => {
          if (stripVTControlCharacters(seen).includes(wanted)) done(resolve);
          else if (over) fail();
        });
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
