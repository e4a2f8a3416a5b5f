/**
 * One line of the table.
 * @typedef {object} Row
 * @property {string} group
 * @property {string} name
 * @property {number | null} value  null: not measured
 * @property {string} unit  of value and goal: '' for a ratio
 * @property {'>=' | '<='} direction
 * @property {number} goal
 * @property {string} [note]  why it was not measured, or what stands behind it
 * @property {Record<string, unknown>} [figures]  everything that was measured, for results.json
 */

/** @param {Row} row */
export function isMet({ value, direction, goal }) {
  if (value === null || Number.isNaN(value)) return undefined;
  return direction === '>=' ? value >= goal : value <= goal;
}

/** @param {Row} row */
export function valueText({ value, unit, goal }) {
  return value === null || Number.isNaN(value) ? 'not measured' : withUnit(value, unit, goal);
}

/** @param {Row} row */
export function goalText({ direction, goal, unit }) {
  return `${direction === '>=' ? '≥' : '≤'} ${goal}${unit && ` ${unit}`}`;
}

/** @param {number} value @param {string} unit @param {number} goal */
function withUnit(value, unit, goal) {
  const digits = goal >= 100 ? 0 : goal >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`;
}
