import { setTimeout as wait } from 'node:timers/promises';
import { blockedSince, timed } from './blocking.js';
import { largeBody } from './large-body.js';
import { applyLoad } from './load.js';
import { forgetPeak, peakMb, residentMb, startServer } from './processes.js';
import { createHome, startListen } from './product.js';
import { startScreen } from './screen.js';
import { during } from './serving.js';
import { median } from './statistics.js';

/** @typedef {import('./rows.js').Row} Row @typedef {import('./run.js').Bench} Bench @typedef {import('./product.js').Home} Home */

const group = 'Memory';
const settleMs = 1_500;
const idleConnections = 10_000;

/** Resident memory of the whole process, as /proc tells it. @param {Bench} bench */
export async function measureMemory(bench) {
  return [
    await idle(bench),
    await idleScreen(bench),
    ...(await oneLargeBody(bench)),
    await overTheLimit(bench),
    await manyConnections(bench),
    ...(await burst(bench)),
  ];
}

/** @param {string} name @param {number} value @param {number} goal @param {string} [note] @returns {Row} */
function megabytes(name, value, goal, note) {
  return { group, name, value, unit: 'MB', direction: '<=', goal, ...(note ? { note } : {}) };
}

/** @param {Bench} bench */
async function idle({ product }) {
  const bare = await during(
    () => startServer('bare'),
    async ({ pid }) => {
      await wait(settleMs);
      return residentMb(pid);
    },
  );
  const ours = await listening(product, {}, async ({ pid }) => {
    await wait(settleMs);
    return residentMb(pid);
  });
  return megabytes('`listen` headless, idle', ours, 70, `bare node:http ${bare.toFixed(0)} MB`);
}

/** @param {Bench} bench @returns {Promise<Row>} */
async function idleScreen({ product, withScreen }) {
  const name = '`listen` with the TUI, idle';
  if (!withScreen) return { ...megabytes(name, 0, 110, 'the TUI does not start'), value: null };
  const home = createHome();
  try {
    const value = await during(
      () => startScreen(product, home),
      async ({ pid }) => {
        await wait(settleMs);
        return residentMb(pid);
      },
    );
    return megabytes(name, value, 110);
  } finally {
    home.remove();
  }
}

/** @param {Bench} bench @returns {Promise<Row[]>} */
async function oneLargeBody({ product, plan }) {
  const growths = [];
  const blocks = [];
  for (let repeat = 0; repeat < plan.repeats; repeat++) {
    await listening(product, { args: ['--max-body', '100mb'], isTimed: true }, async (server, home) => {
      const before = await settled(server);
      await blockedSince(server, home);
      const status = await largeBody(server.port, 100 * 1024 * 1024);
      if (status !== 200) throw new Error(`100 MB were answered ${status}`);
      growths.push(peakMb(server.pid) - before);
      blocks.push((await blockedSince(server, home)).loop.maxMs);
    });
  }
  return [
    { ...megabytes('one body of 100 MB: growth', median(growths), 64), figures: { growths } },
    {
      group,
      name: 'one body of 100 MB: longest block of the event loop',
      value: median(blocks),
      unit: 'ms',
      direction: '<=',
      goal: 25,
      figures: { blocks },
    },
  ];
}

/** @param {Bench} bench */
async function overTheLimit({ product, plan }) {
  const growths = [];
  for (let repeat = 0; repeat < plan.repeats; repeat++) {
    await listening(product, { args: ['--max-body', '1mb'] }, async (server) => {
      const before = await settled(server);
      const status = await largeBody(server.port, 100 * 1024 * 1024);
      if (status !== 413) throw new Error(`a body over the limit was answered ${status}`);
      growths.push(peakMb(server.pid) - before);
    });
  }
  return {
    ...megabytes('a body of 100 MB over a limit of 1 MB: growth', median(growths), 16),
    figures: { growths },
  };
}

/** @param {Bench} bench @returns {Promise<Row>} */
async function manyConnections({ product }) {
  const bare = await during(() => startServer('bare'), perConnectionKb);
  const value = await listening(product, {}, perConnectionKb);
  return {
    group,
    name: `${idleConnections.toLocaleString('en')} idle connections, each`,
    value,
    unit: 'KB',
    direction: '<=',
    goal: 16,
    note: `bare node:http ${bare.toFixed(1)} KB`,
  };
}

/** @param {{ pid: number, port: number }} server */
async function perConnectionKb(server) {
  const before = await settled(server);
  return during(
    () => startServer('idle-connections', [String(server.port), String(idleConnections)]),
    async () => {
      await wait(settleMs);
      return ((residentMb(server.pid) - before) * 1024) / idleConnections;
    },
  );
}

/** @param {Bench} bench @returns {Promise<Row[]>} */
async function burst({ product, burstRequests }) {
  return listening(product, {}, async (server) => {
    let sent = 0;
    let atHalf = Number.NaN;
    for (let tries = 0; sent < burstRequests && tries < 60; tries++) {
      sent += (await applyLoad({ port: server.port, bodyBytes: 10_240, connections: 64, seconds: 1 })).count;
      if (Number.isNaN(atHalf) && sent >= burstRequests / 2) atHalf = peakMb(server.pid);
    }
    const peak = peakMb(server.pid);
    const what = `${sent.toLocaleString('en')} requests of 10 KB in a burst`;
    return [
      megabytes(`${burstRequests.toLocaleString('en')} requests of 10 KB in a burst: peak`, peak, 200, what),
      megabytes('the same: growth of the peak in the second half', peak - atHalf, 20, 'flat'),
    ];
  });
}

/** @param {{ pid: number }} server */
async function settled({ pid }) {
  await wait(settleMs);
  forgetPeak(pid);
  return residentMb(pid);
}

/**
 * @template T
 * @param {string} product
 * @param {{ args?: string[], isTimed?: boolean }} options
 * @param {(server: { pid: number, port: number }, home: Home) => Promise<T>} use
 */
async function listening(product, { args = [], isTimed = false }, use) {
  const home = createHome();
  try {
    return await during(
      () => startListen(product, home, { args, ...(isTimed ? timed(home) : {}) }),
      (server) => use(server, home),
    );
  } finally {
    home.remove();
  }
}
