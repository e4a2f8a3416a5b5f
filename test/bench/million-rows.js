import { closeSync, fsyncSync, openSync } from 'node:fs';
import { applyFew } from './few-requests.js';
import { startListen } from './product.js';
import { during } from './serving.js';
import { requireDriver } from './tools.js';

/**
 * Makes a history of so many requests: the product records one, and SQLite copies it.
 * @param {string} product
 * @param {import('./product.js').Home} home
 * @param {number} count
 */
export async function makeHistory(product, home, count) {
  await during(
    () => startListen(product, home),
    ({ port }) => applyFew(port, 1),
  );
  const Database = requireDriver();
  const db = new Database(home.database);
  try {
    db.pragma('synchronous = OFF');
    const copies = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)';
    for (const [table, key, changed] of [
      ['requests', 'seq', { seq: 'seq + i', received_at: 'received_at + i' }],
      ['contents', 'request', { request: 'request + i', body: `CAST('{"n":' || i || '}' AS BLOB)` }],
    ]) {
      const columns = db
        .pragma(`table_info(${table})`)
        .map((/** @type {{ name: string }} */ { name }) => name);
      const values = columns.map((/** @type {string} */ name) => /** @type {any} */ (changed)[name] ?? name);
      db.prepare(
        `${copies} INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table}, n WHERE ${key} = 1`,
      ).run(count - 1);
    }
    // The copies have one id: nothing to index.
    db.prepare("UPDATE counters SET value = ? WHERE name = 'ids'").run(count);
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
  // Else the first flush of the product would have to write all of it.
  const file = openSync(home.database, 'r+');
  fsyncSync(file);
  closeSync(file);
}
