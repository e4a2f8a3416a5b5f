import { applyLoad } from './load.js';
import { processorUs } from './processes.js';

/**
 * @typedef {object} Plan
 * @property {number} repeats
 * @property {number} seconds  of each measurement
 * @property {number} warmUpSeconds
 */

/**
 * Loads a server that runs: warm-up first, then the measurement, with the processor time that it took the server.
 * @param {{ pid: number, port: number }} server
 * @param {{ connections: number, bodyBytes: number }} load
 * @param {Plan} plan
 * @param {() => Promise<unknown>} [warm]  called between the two
 */
export async function measureServer(server, load, { seconds, warmUpSeconds }, warm) {
  const whole = { ...load, port: server.port };
  await applyLoad({ ...whole, seconds: warmUpSeconds });
  await warm?.();
  const before = processorUs(server.pid);
  const measured = await applyLoad({ ...whole, seconds });
  const cpuUs = (processorUs(server.pid) - before) / measured.count;
  return { ...measured, cpuUs };
}

/** @typedef {Awaited<ReturnType<typeof measureServer>>} Served */

/** Starts a server, measures it, stops it. @template {{ stop(): Promise<void> }} S @template T
 * @param {() => Promise<S>} start @param {(server: S) => Promise<T>} use */
export async function during(start, use) {
  const server = await start();
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
