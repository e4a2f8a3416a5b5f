import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyLoad } from './load.js';
import { interleaved, ratioOf } from './pairs.js';
import { followed, startServer } from './processes.js';
import { createHome, startListen } from './product.js';
import { during, measureServer } from './serving.js';
import { median } from './statistics.js';

/** @typedef {import('./rows.js').Row} Row @typedef {import('./run.js').Bench} Bench @typedef {import('./product.js').Home} Home */

const group = 'Replay';
const bodyBytes = 1024;
const requests = 20_000;
const longestMs = 90_000;

/** Recorded requests sent again, each answer recorded, beside a load generator that sends the same. @param {Bench} bench */
export async function measureReplay({ product, plan }) {
  const home = createHome();
  try {
    await record(product, home);
    const ids = join(home.folder, 'ids');
    writeFileSync(ids, listedIds(product, home).join('\n'));
    return await during(
      () => startServer('bare'),
      async (target) => {
        const rows = [];
        for (const [connections, goal] of /** @type {const} */ ([
          [1, 0.6],
          [16, 0.5],
          [64, 0.55],
        ])) {
          const measured = await interleaved(plan.repeats, {
            reference: () => measureServer(target, { connections, bodyBytes }, plan),
            ours: () => replayed(product, home, ids, target, connections),
          });
          rows.push(row(connections, goal, measured));
        }
        return rows;
      },
    );
  } finally {
    home.remove();
  }
}

/**
 * @param {number} connections
 * @param {number} goal
 * @param {{ reference: { rate: number }[], ours: { warm: number, cold: number, whole: number }[] }} measured
 * @returns {Row}
 */
function row(connections, goal, measured) {
  const reference = measured.reference.map(({ rate }) => rate);
  const ratio = (/** @type {'warm' | 'cold' | 'whole'} */ part) =>
    ratioOf(
      measured.ours.map((each) => each[part]),
      reference,
    );
  const rate = Math.round(median(measured.ours.map(({ warm }) => warm)));
  const parts = `first 5,000: ${ratio('cold').toFixed(2)}, whole process: ${ratio('whole').toFixed(2)}`;
  return {
    group,
    name: `${requests.toLocaleString('en')} requests, ${connections} at once: rate after the first 5,000 against the load generator`,
    value: ratio('warm'),
    unit: '',
    direction: '>=',
    goal,
    note: `${rate} against ${Math.round(median(reference))} requests/s; ${parts}`,
    figures: measured,
  };
}

/** @param {string} product @param {Home} home */
function record(product, home) {
  return during(
    () => startListen(product, home),
    async ({ port }) => {
      let count = 0;
      for (let tries = 0; count < requests && tries < 60; tries++) {
        count += (await applyLoad({ port, bodyBytes, connections: 64, seconds: 1 })).count;
      }
    },
  );
}

/** @param {string} product @param {Home} home */
function listedIds(product, home) {
  const { stdout } = spawnSync(process.execPath, [product, 'list', '-n', String(requests)], {
    cwd: home.folder,
    env: home.env,
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });
  const ids = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '');
  if (ids.length !== requests) throw new Error(`${ids.length} requests were recorded, not ${requests}.`);
  return ids;
}

/**
 * @param {string} product
 * @param {Home} home
 * @param {string} ids  a file
 * @param {Awaited<ReturnType<typeof startServer>>} target
 * @param {number} connections
 */
async function replayed(product, home, ids, target, connections) {
  await target.ask('what was counted so far');
  const files = [openSync(ids, 'r'), openSync(join(home.folder, 'replayed'), 'w')];
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [product, 'replay', '-', '--to', String(target.port), '--concurrency', String(connections)],
    {
      cwd: home.folder,
      env: home.env,
      stdio: [.../** @type {[number, number]} */ (files), 'inherit'],
      timeout: longestMs,
    },
  );
  followed(child);
  const [code] = await once(child, 'close');
  const elapsed = performance.now() - began;
  for (const file of files) closeSync(file);
  const lines = readFileSync(join(home.folder, 'replayed'), 'utf8').trim().split('\n').length;
  const { count, firstAt, warmAt, lastAt } = await target.ask('what was counted');
  if (code !== 0 || count !== requests || lines !== requests) {
    throw new Error(`replay ended with ${code} after ${count} requests and ${lines} lines.`);
  }
  return {
    cold: 5_000_000 / (warmAt - firstAt),
    warm: ((requests - 5_000) * 1000) / (lastAt - warmAt),
    whole: (requests * 1000) / elapsed,
    beforeTheFirstMs: elapsed - (lastAt - firstAt),
  };
}
