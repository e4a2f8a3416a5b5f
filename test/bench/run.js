// npm run bench -- [--quick] [--only capture,startup] [--readme] [--product FOLDER]
// Measures the product, as users run it, beside a reference in the same run, and prints the ratios beside their goals.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureCapture } from './capture.js';
import { measureForwarding } from './forwarding.js';
import { generator } from './load.js';
import { measureLooking } from './looking.js';
import { measureMemory } from './memory.js';
import { freezeProduct } from './product.js';
import { measureReplay } from './replay.js';
import { lineOf, markdownOf, writeReadme, writeResults } from './report.js';
import { hasScreen } from './screen.js';
import { measureStartup } from './startup.js';
import { installTools } from './tools.js';

/**
 * @typedef {object} Bench
 * @property {string} product  the file of the program
 * @property {import('./serving.js').Plan} plan
 * @property {number} startups  runs of each command
 * @property {number} burstRequests
 * @property {boolean} hasTools  whether the references that npm brings are there
 * @property {boolean} withScreen  whether the terminal UI starts
 */

const groups = {
  capture: measureCapture,
  forwarding: measureForwarding,
  startup: measureStartup,
  replay: measureReplay,
  memory: measureMemory,
  looking: measureLooking,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    readme: { type: 'boolean', default: false },
    product: { type: 'string' },
  },
});
const chosen = values.only?.split(',') ?? Object.keys(groups);
for (const name of chosen) {
  if (!(name in groups)) throw new Error(`--only takes ${Object.keys(groups).join(', ')}; not ${name}.`);
}

const warning = installTools();
if (warning) console.log(warning);
const product = freezeProduct(values.product);
/** @type {Bench} */
const bench = {
  product,
  plan: values.quick
    ? { repeats: 1, seconds: 1, warmUpSeconds: 1 }
    : { repeats: 3, seconds: 3, warmUpSeconds: 1 },
  startups: values.quick ? 9 : 31,
  burstRequests: values.quick ? 20_000 : 100_000,
  hasTools: warning === undefined,
  withScreen: await hasScreen(product),
};

console.log(
  `Load from ${generator}; load average before: ${loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')}`,
);
const began = performance.now();
/** @type {import('./rows.js').Row[]} */
const rows = [];
for (const [name, measure] of Object.entries(groups)) {
  if (!chosen.includes(name)) continue;
  for (const row of await measure(bench)) {
    rows.push(row);
    console.log(lineOf(row));
  }
}
const seconds = Math.round((performance.now() - began) / 1000);
writeResults(rows, { quick: values.quick, seconds, loadAverage: loadavg() });
const markdown = markdownOf(rows);
console.log(`\n${markdown}\n\n${seconds} s; every figure is in test/bench/results.json.`);
if (values.readme) writeReadme(markdown);
