import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runFolder } from './folders.js';
import { isOnPath, toolFile } from './tools.js';

const run = promisify(execFile);

/** A JSON body of this many bytes, as webhooks have. @param {number} size */
export function bodyOf(size) {
  return `{"data":"${'x'.repeat(size - 11)}"}`;
}

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {number} connections
 * @property {number} bodyBytes
 * @property {number} seconds  whole ones
 * @property {Readonly<Record<string, string>>} [headers]  besides Content-Type
 */

/**
 * @typedef {object} Measured
 * @property {number} rate  answers a second
 * @property {number} count  answers
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} errors  answers that were not 2xx, and connections that broke
 */

export const generator = isOnPath('wrk') ? 'wrk' : 'autocannon';

/** POSTs as fast as it goes, from a process of its own. @param {Load} load @returns {Promise<Measured>} */
export async function applyLoad(load) {
  if (generator === 'wrk') return withWrk(load);
  // Whole milliseconds are autocannon's finest: too coarse for one connection.
  return load.connections === 1 ? withOneConnection(load) : withAutocannon(load);
}

/** @param {number} bodyBytes @param {Readonly<Record<string, string>>} headers */
const wrkScript = (bodyBytes, headers) => `
wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/json'
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers['${name}'] = '${value}'`)
  .join('\n')}
wrk.body = '${bodyOf(bodyBytes)}'
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"count":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end`;

/** @param {Load} load @returns {Promise<Measured>} */
async function withWrk({ port, connections, bodyBytes, seconds, headers = {} }) {
  const script = join(runFolder, `post-${bodyBytes}.lua`);
  writeFileSync(script, wrkScript(bodyBytes, headers));
  const { stdout } = await run(
    'wrk',
    ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, `http://127.0.0.1:${port}/hooks/bench`],
    { timeout: (seconds + 20) * 1000 },
  );
  const { count, us, p50, p99, errors } = JSON.parse(/RESULT (.*)/.exec(stdout)?.[1] ?? '{}');
  return { count, rate: (count * 1e6) / us, p50Ms: p50 / 1000, p99Ms: p99 / 1000, errors };
}

/** @param {Load} load @returns {Promise<Measured>} */
async function withAutocannon({ port, connections, bodyBytes, seconds, headers = {} }) {
  const args = ['--json', '-m', 'POST', '-H', 'Content-Type=application/json', '-b', bodyOf(bodyBytes)];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}=${value}`);
  const limits = ['-c', String(connections), '-d', String(seconds)];
  const { stdout } = await run(
    process.execPath,
    [toolFile('autocannon', 'autocannon.js'), ...args, ...limits, `http://127.0.0.1:${port}/hooks/bench`],
    { timeout: (seconds + 20) * 1000, maxBuffer: 2 ** 24 },
  );
  const result = JSON.parse(stdout);
  const count = result['2xx'];
  const { p50, p99 } = result.latency;
  const errors = result.errors + result.non2xx;
  return { count, rate: count / result.duration, p50Ms: p50, p99Ms: p99, errors };
}

/** @param {Load} load @returns {Promise<Measured>} */
async function withOneConnection({ port, bodyBytes, seconds }) {
  const client = fileURLToPath(new URL('one-connection.js', import.meta.url));
  const { stdout } = await run(process.execPath, [client, String(port), String(bodyBytes), String(seconds)], {
    timeout: (seconds + 20) * 1000,
  });
  return JSON.parse(stdout);
}
