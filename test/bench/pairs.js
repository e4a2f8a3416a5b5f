import { median } from './statistics.js';

/**
 * Runs each candidate in turn, all of them once before any of them again, so that what disturbs the machine for a
 * while disturbs them alike.
 * @template T
 * @param {number} repeats
 * @param {Record<string, () => Promise<T> | T>} candidates
 * @returns {Promise<Record<string, T[]>>}  by name, one for each repeat
 */
export async function interleaved(repeats, candidates) {
  /** @type {Record<string, T[]>} */
  const measured = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [name, run] of Object.entries(candidates)) measured[name]?.push(await run());
  }
  return measured;
}

/**
 * The median of the ratios of neighbours.
 * @param {readonly number[]} ours
 * @param {readonly number[]} reference
 */
export function ratioOf(ours, reference) {
  return median(ours.map((value, index) => value / (reference[index] ?? Number.NaN)));
}
