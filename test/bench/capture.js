import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { blockedSince, timed } from './blocking.js';
import { appendAndFlushMs, synchronousBandwidth } from './disk.js';
import { bodyOf } from './load.js';
import { interleaved, ratioOf } from './pairs.js';
import { startServer } from './processes.js';
import { createHome, startListen } from './product.js';
import { startScreen } from './screen.js';
import { during, measureServer } from './serving.js';
import { median } from './statistics.js';

/** @typedef {import('./rows.js').Row} Row @typedef {import('./run.js').Bench} Bench */

const group = 'Capture';

/** Recorded durably, then answered, beside a bare node:http that reads the body and answers. @param {Bench} bench */
export async function measureCapture(bench) {
  return [
    ...(await oneConnection(bench)),
    ...(await sixteenConnections(bench)),
    await ratioToBare(bench, { bodyBytes: 1024, connections: 64 }, '1 KB, 64 connections', 0.55),
    await ratioToBare(bench, { bodyBytes: 10_240, connections: 16 }, '10 KB, 16 connections', 0.2),
    await againstTheDisk(bench),
  ];
}

/** @param {Bench} bench @returns {Promise<Row[]>} */
async function oneConnection({ product, plan }) {
  const load = { bodyBytes: 1024, connections: 1 };
  const measured = await interleaved(plan.repeats, {
    bare: () => bareUnder(load, plan),
    ours: () => oursUnder(product, load, plan),
  });
  const flushes = measured.ours.map(({ flushMs }) => flushMs);
  const added = measured.ours.map(({ p50Ms }, index) => p50Ms - measured.bare[index].p50Ms);
  return [
    {
      group,
      name: '1 KB, 1 connection: p50 added to bare, in raw append + fdatasync',
      value: ratioOf(added, flushes),
      unit: '',
      direction: '<=',
      goal: 1,
      note: `${median(added).toFixed(3)} ms, a flush ${median(flushes).toFixed(3)} ms`,
      figures: measured,
    },
  ];
}

/** Everything that is compared on the same work. @param {Bench} bench @returns {Promise<Row[]>} */
async function sixteenConnections({ product, plan, hasTools, withScreen }) {
  const load = { bodyBytes: 1024, connections: 16 };
  const others = {
    mockttp: () => otherUnder('mockttp', load, plan),
    'express-append': () => otherUnder('express-append', load, plan),
    'express-sqlite': () => otherUnder('express-sqlite', load, plan),
  };
  const measured = await interleaved(plan.repeats, {
    bare: () => bareUnder(load, plan),
    ours: () => oursUnder(product, load, plan),
    verified: () => verifiedUnder(product, load, plan),
    ...(withScreen ? { screen: () => screenUnder(product, load, plan) } : {}),
    ...(hasTools ? others : {}),
  });
  const blocked = await interleaved(plan.repeats, { ours: () => blockedUnder(product, load, plan) });
  const transactions = blocked.ours.map((each) => each.transactions);
  const rates = (/** @type {string} */ name) => measured[name]?.map(({ rate }) => rate) ?? [];
  const against = (/** @type {string} */ name, /** @type {string} */ label, /** @type {number} */ goal) => ({
    group,
    name: `1 KB, 16 connections: rate against ${label}`,
    value: measured[name] ? ratioOf(rates('ours'), rates(name)) : null,
    unit: '',
    direction: /** @type {const} */ ('>='),
    goal,
    ...(measured[name] ? {} : { note: 'could not be installed' }),
  });
  return [
    { ...ratioRow('1 KB, 16 connections', 0.36, measured), figures: measured },
    {
      group,
      name: '1 KB, 16 connections: rate with the TUI open in a pty against without',
      value: withScreen ? ratioOf(rates('screen'), rates('ours')) : null,
      unit: '',
      direction: '>=',
      goal: 0.9,
      ...(withScreen ? {} : { note: 'the TUI does not start' }),
    },
    {
      group,
      name: '1 KB, 16 connections: rate with signatures verified against without',
      value: ratioOf(rates('verified'), rates('ours')),
      unit: '',
      direction: '>=',
      goal: 0.85,
    },
    {
      group,
      name: '1 KB, 16 connections: event loop blocked by a transaction, p99',
      value: median(transactions.map(({ p99Ms }) => p99Ms)),
      unit: 'ms',
      direction: '<=',
      goal: 1,
      figures: blocked,
    },
    {
      group,
      name: '1 KB, 16 connections: event loop blocked by a transaction, longest',
      value: median(transactions.map(({ maxMs }) => maxMs)),
      unit: 'ms',
      direction: '<=',
      goal: 10,
    },
    against('mockttp', 'mockttp recording in memory', 2),
    against('express-append', 'express with an unflushed append', 3),
    against('express-sqlite', 'express with better-sqlite3', 20),
  ];
}

/**
 * @param {Bench} bench
 * @param {{ bodyBytes: number, connections: number }} load
 * @param {string} name
 * @param {number} goal
 * @returns {Promise<Row>}
 */
async function ratioToBare({ product, plan }, load, name, goal) {
  const measured = await interleaved(plan.repeats, {
    bare: () => bareUnder(load, plan),
    ours: () => oursUnder(product, load, plan),
  });
  return { ...ratioRow(name, goal, measured), figures: measured };
}

/**
 * @param {string} name
 * @param {number} goal
 * @param {Record<string, { rate: number, cpuUs: number }[]>} measured
 * @returns {Row}
 */
function ratioRow(name, goal, { ours = [], bare = [] }) {
  const rate = (/** @type {{ rate: number }[]} */ runs) => Math.round(median(runs.map((each) => each.rate)));
  const cpu = (/** @type {{ cpuUs: number }[]} */ runs) => median(runs.map((each) => each.cpuUs)).toFixed(0);
  const value = ratioOf(
    ours.map((each) => each.rate),
    bare.map((each) => each.rate),
  );
  const note = `${rate(ours)} against ${rate(bare)} requests/s; CPU ${cpu(ours)} against ${cpu(bare)} µs a request`;
  return { group, name: `${name}: rate against bare`, value, unit: '', direction: '>=', goal, note };
}

/** @param {Bench} bench @returns {Promise<Row>} */
async function againstTheDisk({ product, plan }) {
  const load = { bodyBytes: 102_400, connections: 16 };
  const measured = await interleaved(plan.repeats, { ours: () => oursUnder(product, load, plan, true) });
  const written = measured.ours.map(({ rate }) => (rate * load.bodyBytes) / 1e6);
  const disk = measured.ours.map(({ diskMb }) => diskMb);
  return {
    group,
    name: '100 KB, 16 connections: body bytes against the bandwidth of O_DSYNC writes',
    value: ratioOf(written, disk),
    unit: '',
    direction: '>=',
    goal: 0.25,
    note: `${Math.round(median(written))} of ${Math.round(median(disk))} MB/s`,
    figures: measured,
  };
}

/** @typedef {{ bodyBytes: number, connections: number, headers?: Record<string, string> }} Load @typedef {import('./serving.js').Plan} Plan */

/** @param {Load} load @param {Plan} plan */
function bareUnder(load, plan) {
  return during(
    () => startServer('bare'),
    (server) => measureServer(server, load, plan),
  );
}

/** @param {string} name @param {Load} load @param {Plan} plan */
async function otherUnder(name, load, plan) {
  const home = createHome();
  try {
    return await during(
      () => startServer(name, name === 'mockttp' ? [] : [join(home.folder, 'recorded')]),
      (server) => measureServer(server, load, plan),
    );
  } finally {
    home.remove();
  }
}

/** @param {string} product @param {Load} load @param {Plan} plan @param {boolean} [withBandwidth] */
async function oursUnder(product, load, plan, withBandwidth = false) {
  const home = createHome();
  try {
    const flushMs = appendAndFlushMs(home.folder);
    const diskMb = withBandwidth ? synchronousBandwidth(home.folder) : 0;
    const served = await during(
      () => startListen(product, home),
      (server) => measureServer(server, load, plan),
    );
    return { ...served, flushMs, diskMb };
  } finally {
    home.remove();
  }
}

/** Every request is signed as Stripe does it, and verified. @param {string} product @param {Load} load @param {Plan} plan */
async function verifiedUnder(product, load, plan) {
  const home = createHome();
  const secret = 'whsec_bench';
  const t = Math.floor(Date.now() / 1000);
  const mac = createHmac('sha256', secret)
    .update(`${t}.${bodyOf(load.bodyBytes)}`)
    .digest('hex');
  const headers = { 'Stripe-Signature': `t=${t},v1=${mac}` };
  try {
    return await during(
      () => startListen(product, home, { env: { WEBHOOK_CLI_SECRET_STRIPE: secret } }),
      (server) => measureServer(server, { ...load, headers }, plan),
    );
  } finally {
    home.remove();
  }
}

/** @param {string} product @param {Load} load @param {Plan} plan */
async function screenUnder(product, load, plan) {
  const home = createHome();
  try {
    return await during(
      () => startScreen(product, home),
      (server) => measureServer(server, load, plan),
    );
  } finally {
    home.remove();
  }
}

/** @param {string} product @param {Load} load @param {Plan} plan */
async function blockedUnder(product, load, plan) {
  const home = createHome();
  try {
    return await during(
      () => startListen(product, home, timed(home)),
      async (server) => {
        const served = await measureServer(server, load, plan, () => blockedSince(server, home));
        return { ...served, ...(await blockedSince(server, home)) };
      },
    );
  } finally {
    home.remove();
  }
}
