import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './folders.js';
import { generator } from './load.js';
import { goalText, isMet, valueText } from './rows.js';

/** @typedef {import('./rows.js').Row} Row */

/** @param {Row} row */
export function lineOf(row) {
  const met = isMet(row);
  const mark = met === undefined ? '-' : met ? '✓' : '✗';
  const note = row.note ? `  (${row.note})` : '';
  return `${mark} ${row.group}, ${row.name}: ${valueText(row)}, goal ${goalText(row)}${note}`;
}

/** @param {readonly Row[]} rows */
export function markdownOf(rows) {
  const lines = rows.map((row) => {
    const met = isMet(row);
    const mark = met === undefined ? '' : met ? ' ✓' : ' ✗';
    return `| ${row.group} | ${row.name} | ${valueText(row)}${mark} | ${goalText(row)} |`;
  });
  const [cpu] = cpus();
  const where = `Medians on ${cpus().length} cores (${cpu?.model}), Node ${process.versions.node}, load from ${generator}.`;
  return ['| | what | measured | goal |', '|---|---|---|---|', ...lines, '', where].join('\n');
}

/** Everything that was measured, for whoever wants to look closer. @param {readonly Row[]} rows @param {object} run */
export function writeResults(rows, run) {
  const results = rows.map((row) => ({ ...row, met: isMet(row) ?? null }));
  const [cpu] = cpus();
  const machine = { cpu: cpu?.model, cores: cpus().length, node: process.versions.node, generator };
  const text = JSON.stringify({ at: new Date().toISOString(), machine, ...run, rows: results }, null, 2);
  writeFileSync(join(projectRoot, 'test', 'bench', 'results.json'), `${text}\n`);
}

const [start, end] = ['<!-- bench:start -->', '<!-- bench:end -->'];

/** Puts the table between its marks in the README. @param {string} markdown */
export function writeReadme(markdown) {
  const file = join(projectRoot, 'README.md');
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} and ${end}.`);
  writeFileSync(file, `${text.slice(0, from + start.length)}\n${markdown}\n${text.slice(to)}`);
}
