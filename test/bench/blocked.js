// Preloaded into the product (node --import): how long its event loop is blocked. On SIGUSR2 it writes what was
// measured since the last one to the file that BENCH_BLOCKED names.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { percentile } from './statistics.js';
import { requireDriver } from './tools.js';

const file = process.env['BENCH_BLOCKED'];
const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

/** Of each transaction, from BEGIN to the end of COMMIT: all of it blocks the loop. @type {number[]} */
let transactionsMs = [];
let began = 0;
const { prototype } = requireDriver();
const { prepare } = prototype;
prototype.prepare = function (/** @type {string} */ sql) {
  const statement = prepare.call(this, sql);
  const { run } = statement;
  if (sql === 'BEGIN IMMEDIATE') {
    statement.run = () => {
      began = performance.now();
      return run.call(statement);
    };
  } else if (sql === 'COMMIT') {
    statement.run = () => {
      const result = run.call(statement);
      transactionsMs.push(performance.now() - began);
      return result;
    };
  }
  return statement;
};

process.on('SIGUSR2', () => {
  const transactions = {
    count: transactionsMs.length,
    p50Ms: percentile(transactionsMs, 50),
    p99Ms: percentile(transactionsMs, 99),
    maxMs: Math.max(0, ...transactionsMs),
  };
  // The delay of a timer is measured from one firing to the next, which are apart by the resolution at least.
  const loop = {
    p99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
    maxMs: Math.max(0, delay.max / 1e6 - resolutionMs),
  };
  transactionsMs = [];
  delay.reset();
  writeFileSync(`${file}.new`, JSON.stringify({ transactions, loop }));
  renameSync(`${file}.new`, file);
});
