import { join } from 'node:path';
import { appendAndFlushMs } from './disk.js';
import { interleaved, ratioOf } from './pairs.js';
import { freePort, listensOn } from './ports.js';
import { startProgram, startServer } from './processes.js';
import { createHome, startListen } from './product.js';
import { during, measureServer } from './serving.js';
import { median } from './statistics.js';
import { isOnPath } from './tools.js';

/** @typedef {import('./rows.js').Row} Row @typedef {import('./run.js').Bench} Bench */

const group = 'Forwarding';
const mitmdump = isOnPath('mitmdump');

/** Recorded, forwarded, the answer recorded, answered, beside proxies that record nothing or not durably. @param {Bench} bench */
export async function measureForwarding(bench) {
  return during(
    () => startServer('bare'),
    async (target) => [
      ...(await oneConnection(bench, target)),
      ...(await sixtyFourConnections(bench, target)),
    ],
  );
}

/** @typedef {{ pid: number, port: number, stop(): Promise<void> }} Server */

/** @param {Bench} bench @param {Server} target @returns {Promise<Row[]>} */
async function oneConnection({ product, plan, hasTools }, target) {
  const load = { bodyBytes: 1024, connections: 1 };
  const candidates = {
    direct: () => measureServer(target, load, plan),
    ours: () => oursUnder(product, target, load, plan),
  };
  const proxy = { proxy: () => proxyUnder('http-proxy', target, load, plan) };
  const measured = await interleaved(plan.repeats, { ...candidates, ...(hasTools ? proxy : {}) });
  const { direct, ours, proxy: reference } = measured;
  const flushMs = median(ours.map((each) => each.flushMs));
  const added = (/** @type {{ p50Ms: number }[]} */ runs) =>
    median(runs.map(({ p50Ms }, index) => p50Ms - direct[index].p50Ms));
  const name = '1 KB, 1 connection: rate against http-proxy';
  if (!reference) return [{ group, name, value: null, unit: '', direction: '>=', goal: 0.47 }];
  return [
    { ...rateRow(name, 0.47, ours, reference), figures: measured },
    {
      group,
      name: '1 KB, 1 connection: p50 added, less what http-proxy adds, in raw append + fdatasync',
      value: (added(ours) - added(reference)) / flushMs,
      unit: '',
      direction: '<=',
      goal: 2,
      note: `${added(ours).toFixed(3)} ms against ${added(reference).toFixed(3)}, a flush ${flushMs.toFixed(3)} ms`,
    },
  ];
}

/** @param {Bench} bench @param {Server} target @returns {Promise<Row[]>} */
async function sixtyFourConnections({ product, plan, hasTools }, target) {
  const load = { bodyBytes: 1024, connections: 64 };
  const proxies = {
    'http-proxy': () => proxyUnder('http-proxy', target, load, plan),
    mockttp: () => proxyUnder('mockttp', target, load, plan),
  };
  const measured = await interleaved(plan.repeats, {
    ours: () => oursUnder(product, target, load, plan),
    ...(hasTools ? proxies : {}),
    ...(mitmdump ? { mitmdump: () => mitmdumpUnder(target, load, plan) } : {}),
  });
  const against = (/** @type {string} */ name, /** @type {string} */ label, /** @type {number} */ goal) => {
    const title = `1 KB, 64 connections: rate against ${label}`;
    const reference = measured[name];
    return reference ? rateRow(title, goal, measured.ours, reference) : missing(title, goal, name);
  };
  return [
    { ...against('http-proxy', 'http-proxy', 1), figures: measured },
    against('mockttp', 'mockttp', 3),
    against('mitmdump', 'mitmdump -w', 15),
  ];
}

/**
 * @param {string} name
 * @param {number} goal
 * @param {{ rate: number, cpuUs: number }[]} ours
 * @param {{ rate: number, cpuUs: number }[]} reference
 * @returns {Row}
 */
function rateRow(name, goal, ours, reference) {
  const rates = (/** @type {{ rate: number }[]} */ runs) => runs.map(({ rate }) => rate);
  const cpu = (/** @type {{ cpuUs: number }[]} */ runs) => median(runs.map((each) => each.cpuUs)).toFixed(0);
  const [mine, theirs] = [Math.round(median(rates(ours))), Math.round(median(rates(reference)))];
  const note = `${mine} against ${theirs} requests/s; CPU ${cpu(ours)} against ${cpu(reference)} µs a request`;
  const value = ratioOf(rates(ours), rates(reference));
  return { group, name, value, unit: '', direction: '>=', goal, note };
}

/** @param {string} name @param {number} goal @param {string} tool @returns {Row} */
function missing(name, goal, tool) {
  const note = tool === 'mitmdump' ? 'mitmdump is not on the PATH' : 'could not be installed';
  return { group, name, value: null, unit: '', direction: '>=', goal, note };
}

/** @typedef {{ bodyBytes: number, connections: number }} Load @typedef {import('./serving.js').Plan} Plan */

/** @param {string} product @param {Server} target @param {Load} load @param {Plan} plan */
async function oursUnder(product, target, load, plan) {
  const home = createHome();
  try {
    const flushMs = appendAndFlushMs(home.folder);
    const served = await during(
      () => startListen(product, home, { args: [`http://127.0.0.1:${target.port}`] }),
      (server) => measureServer(server, load, plan),
    );
    return { ...served, flushMs };
  } finally {
    home.remove();
  }
}

/** @param {string} name @param {Server} target @param {Load} load @param {Plan} plan */
function proxyUnder(name, target, load, plan) {
  return during(
    () => startServer(name, [String(target.port)]),
    (server) => measureServer(server, load, plan),
  );
}

/** @param {Server} target @param {Load} load @param {Plan} plan */
async function mitmdumpUnder(target, load, plan) {
  const home = createHome();
  try {
    return await during(
      async () => {
        const port = await freePort();
        const mode = ['--mode', `reverse:http://127.0.0.1:${target.port}`];
        const running = startProgram(
          'mitmdump',
          ['-q', ...mode, '-p', String(port), '-w', join(home.folder, 'flows')],
          { stdout: join(home.folder, 'stdout'), stderr: join(home.folder, 'stderr') },
        );
        await listensOn(port);
        return { ...running, port };
      },
      (server) => measureServer(server, load, plan),
    );
  } finally {
    home.remove();
  }
}
