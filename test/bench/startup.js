import { spawn, spawnSync } from 'node:child_process';
import { applyFew } from './few-requests.js';
import { interleaved, ratioOf } from './pairs.js';
import { followed } from './processes.js';
import { createHome, startListen } from './product.js';
import { emptyRunMs, startScreen } from './screen.js';
import { during } from './serving.js';
import { median } from './statistics.js';

/** @typedef {import('./rows.js').Row} Row @typedef {import('./run.js').Bench} Bench @typedef {import('./product.js').Home} Home */

const group = 'Start-up';
const listedRows = 20;

/** Whole processes, from spawn to exit or to what the user waits for, beside `node -e 0`. @param {Bench} bench */
export async function measureStartup({ product, startups, withScreen }) {
  const home = createHome();
  try {
    await during(
      () => startListen(product, home),
      ({ port }) => applyFew(port, listedRows),
    );
    const run = (/** @type {string[]} */ ...args) => wholeRunMs([product, ...args], home);
    const plain = await interleaved(startups, {
      empty: () => wholeRunMs(['-e', '0'], home),
      version: () => run('--version'),
      help: () => run('--help'),
      list: () => run('list'),
      ready: () => readyMs(product, home),
    });
    const screens = withScreen ? await measureScreens(product, home, Math.ceil(startups / 3)) : undefined;
    const row = (/** @type {string} */ key, /** @type {string} */ name, /** @type {number} */ goal) =>
      ratioRow(name, goal, plain[key], plain.empty);
    return [
      { ...row('version', '`--version`', 1.2), figures: plain },
      row('help', '`--help`', 1.2),
      row('list', `\`list\` of ${listedRows} rows`, 1.3),
      row('ready', '`listen --no-tunnel --json` until its ready line', 2),
      screens
        ? { ...ratioRow('first TUI frame in a pty', 3.5, screens.frame, screens.empty), figures: screens }
        : missingScreen(),
    ];
  } finally {
    home.remove();
  }
}

/** @param {string} name @param {number} goal @param {number[]} ours @param {number[]} empty @returns {Row} */
function ratioRow(name, goal, ours, empty) {
  const note = `${median(ours).toFixed(0)} against ${median(empty).toFixed(0)} ms`;
  return { group, name, value: ratioOf(ours, empty), unit: '', direction: '<=', goal, note };
}

/** @returns {Row} */
function missingScreen() {
  const name = 'first TUI frame in a pty';
  return { group, name, value: null, unit: '', direction: '<=', goal: 3.5, note: 'the TUI does not start' };
}

/** @param {readonly string[]} args @param {Home} home */
function wholeRunMs(args, home) {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: home.folder,
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const elapsed = performance.now() - began;
  if (status !== 0) throw new Error(`${args.slice(1).join(' ')} failed: ${stderr}`);
  return elapsed;
}

/** @param {string} product @param {Home} home */
async function readyMs(product, home) {
  const began = performance.now();
  const child = spawn(process.execPath, [product, 'listen', '--no-tunnel', '--json'], {
    cwd: home.folder,
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stop } = followed(child);
  try {
    for await (const chunk of child.stdout) if (String(chunk).includes('"ready"')) break;
    return performance.now() - began;
  } finally {
    await stop();
  }
}

/** @param {string} product @param {Home} home @param {number} repeats */
function measureScreens(product, home, repeats) {
  return interleaved(repeats, {
    empty: () => emptyRunMs(home),
    frame: async () => {
      const screen = await startScreen(product, home);
      await screen.stop();
      return screen.frameMs;
    },
  });
}
