import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What has to be given to `startListen` so that `blockedSince` can ask. @param {import('./product.js').Home} home */
export function timed(home) {
  return {
    nodeArgs: ['--import', new URL('blocked.js', import.meta.url).href],
    env: { BENCH_BLOCKED: join(home.folder, 'blocked.json') },
  };
}

/**
 * How long the event loop of a product that was started `timed` has been blocked since this was last called.
 * @param {{ pid: number }} running
 * @param {import('./product.js').Home} home
 * @returns {Promise<{ transactions: { count: number, p50Ms: number, p99Ms: number, maxMs: number },
 *   loop: { p99Ms: number, maxMs: number } }>}
 */
export async function blockedSince({ pid }, home) {
  const file = join(home.folder, 'blocked.json');
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 500; tries++) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    await wait(10);
  }
  throw new Error('The event loop was blocked for 5 s.');
}
