import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { applyFew } from './few-requests.js';
import { makeHistory } from './million-rows.js';
import { interleaved, ratioOf } from './pairs.js';
import { followed } from './processes.js';
import { createHome, startListen } from './product.js';
import { startInTerminal, startScreen } from './screen.js';
import { during } from './serving.js';
import { median, percentile } from './statistics.js';
import { isOnPath } from './tools.js';

/** @typedef {import('./rows.js').Row} Row @typedef {import('./run.js').Bench} Bench @typedef {import('./product.js').Home} Home */

const group = 'Looking';
const historyRows = 1_000_000;
const trafficRate = 500;
const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** What a user waits for who looks at requests: bodies and keys, in a terminal. @param {Bench} bench */
export async function measureLooking(bench) {
  if (!bench.withScreen) return [];
  return [
    await firstScreen(bench, 1, '1 MB'),
    await firstScreen(bench, 100, '100 MB'),
    ...(await keys(bench)),
  ];
}

/** @param {Bench} bench @param {number} megabytes @param {string} size @returns {Promise<Row>} */
async function firstScreen({ product, plan }, megabytes, size) {
  const name = `JSON body of ${size}: time to its first screen against \`jq .\``;
  /** @type {Omit<Row, 'value'>} */
  const row = { group, name, unit: '', direction: '<=', goal: 0.05 };
  if (!isOnPath('jq')) return { ...row, value: null, note: 'jq is not installed' };
  const home = createHome();
  try {
    const json = join(home.folder, 'body.json');
    writeFileSync(json, eventsOf(megabytes * 1_000_000));
    await during(
      () => startListen(product, home, { args: ['--max-body', '200mb'] }),
      async ({ port }) => {
        await applyFew(port, 1);
        await post(port, json);
      },
    );
    const measured = await interleaved(Math.max(3, plan.repeats), {
      jq: () => jqMs(json),
      ours: () =>
        during(
          () => startScreen(product, home, { cols: 80, rows: 24 }),
          async (screen) => {
            const shows = (/** @type {string} */ text) => (/** @type {string} */ written) =>
              stripVTControlCharacters(written).includes(text);
            await screen.shown('/hooks/bench');
            // A small body first, as somebody has looked at others before.
            await screen.press('k', shows('/hooks/bench'));
            await screen.press('\r3', shows('"data"'));
            // Keys that repeat are drawn at most every 16 ms; nobody presses this one so soon.
            await wait(100);
            return screen.press('J', shows('"events"'));
          },
        ),
    });
    const note = `${median(measured.ours).toFixed(0)} against ${median(measured.jq).toFixed(0)} ms`;
    return { ...row, value: ratioOf(measured.ours, measured.jq), note, figures: measured };
  } finally {
    home.remove();
  }
}

/** JSON of about this many bytes, as a provider's export of events is. @param {number} size */
function eventsOf(size) {
  const event = (/** @type {number} */ at) =>
    `{"id":"evt_${at}","type":"charge.succeeded","livemode":false,"data":{"object":{"id":"ch_${at}","amount":${at},"paid":true,"tags":["a","b"]}}}`;
  const events = [];
  for (let at = 0, length = 0; length < size; at++) length += events[events.push(event(at)) - 1]?.length ?? 0;
  return `{"events":[${events.join(',')}]}`;
}

/** @param {string} json */
function jqMs(json) {
  const began = performance.now();
  const { status } = spawnSync('jq', ['.', json], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('jq failed');
  return performance.now() - began;
}

/** @param {number} port @param {string} path @returns {Promise<void>} */
function post(port, path) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': statSync(path).size };
    const call = request({ port, host: '127.0.0.1', path: '/hooks/bench', method: 'POST', headers });
    call.on('error', reject);
    call.on('response', (response) => {
      response.resume();
      if (response.statusCode === 200) response.on('end', resolve);
      else reject(new Error(`the body was answered ${response.statusCode}`));
    });
    call.end(readFileSync(path));
  });
}

/** @param {Bench} bench @returns {Promise<Row[]>} */
async function keys({ product, plan }) {
  const presses = plan.repeats > 1 ? 200 : 60;
  const home = createHome();
  try {
    const bare = await during(
      () => startInTerminal([file('ink-list.js')], home, '> 16:34:35'),
      (terminal) => pressed(terminal, presses, (written) => written.includes('> 16:34:35')),
    );
    await makeHistory(product, home, historyRows);
    return await during(
      () => startScreen(product, home, { env: { NO_COLOR: '1' } }),
      async (screen) => {
        await screen.shown('>');
        const idleShare = await processorShare(screen.pid, plan.repeats > 1 ? 20_000 : 5_000);
        const idle = await pressed(screen, presses, selectionMoved);
        const load = followed(
          spawn(process.execPath, [file('steady-load.js'), String(screen.port), String(trafficRate)]),
        );
        await wait(1_000);
        const busy = await pressed(screen, presses, selectionMoved);
        await load.stop();
        return [
          keyRow(`key to screen at ${historyRows.toLocaleString('en')} rows, p99`, idle, bare),
          keyRow(`the same under ${trafficRate} requests a second, p99`, busy, bare),
          {
            group,
            name: 'processor time while nothing happens',
            value: idleShare * 100,
            unit: '%',
            direction: '<=',
            goal: 0.1,
          },
        ];
      },
    );
  } finally {
    home.remove();
  }
}

/** Whether the mark of the selection was written. @param {string} written */
function selectionMoved(written) {
  return /;1H(?:\u001b\[\w+)*>/.test(written);
}

/** @param {{ press(keys: string, wanted: (written: string) => boolean): Promise<number> }} terminal @param {number} count @param {(written: string) => boolean} wanted */
async function pressed(terminal, count, wanted) {
  const times = [];
  for (let press = 0; press < count; press++) {
    // Not in step with what happens at regular times.
    await wait(60 + (press % 7) * 5);
    times.push(await terminal.press('k', wanted));
  }
  // The first ones run code that never ran.
  return times.slice(5);
}

/** @param {string} name @param {number[]} ours @param {number[]} bare @returns {Row} */
function keyRow(name, ours, bare) {
  const times = median(ours) / median(bare);
  const note = `p50 ${median(ours).toFixed(1)} ms, ${times.toFixed(2)} times that of a bare Ink app`;
  return {
    group,
    name,
    value: percentile(ours, 99),
    unit: 'ms',
    direction: '<=',
    goal: 30,
    note,
    figures: { ours, bare },
  };
}

/** The share of one processor that a process takes. @param {number} pid @param {number} forMs */
async function processorShare(pid, forMs) {
  // The start goes on for a while: code is compiled again, memory is tidied up in turns.
  await wait(30_000);
  const before = runNs(pid);
  await wait(forMs);
  return (runNs(pid) - before) / (forMs * 1e6);
}

/** How long the threads of a process have run. @param {number} pid */
function runNs(pid) {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    return sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }, 0);
}
