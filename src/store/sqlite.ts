import { createRequire } from 'node:module';
import { UserError } from '../model/errors.ts';
import type { Connect, Database } from './database.ts';
import { type ConstructSync, syncDatabase } from './sync-database.ts';

/** The drivers, in the order in which they are tried. */
export const driverNames = ['better-sqlite3', '@photostructure/sqlite', 'node:sqlite'] as const;

export type DriverName = (typeof driverNames)[number];

const require = createRequire(import.meta.url);

/** For opening: nothing is captured yet, and another process's migration, recovery or closing is soon over. */
const openTimeoutMs = 5_000;

/** Opens connections with the first driver that loads here. Throws a UserError if none does. */
export function connector(): Connect {
  let found: Connect | undefined;
  for (const name of driverNames) {
    found = connectorOf(name);
    if (found) return found;
  }
  throw noDriver();
}

/** The first driver that loads here; undefined if none does. */
export function driverInUse(): DriverName | undefined {
  return driverNames.find((name) => connectorOf(name) !== undefined);
}

/** Opens connections with this driver; undefined if it is not installed, or can't run here. */
export function connectorOf(name: DriverName): Connect | undefined {
  if (!canRun(name)) return undefined;
  try {
    if (name === 'better-sqlite3') {
      const Construct = require(name) as new (file: string, options: object) => Database;
      return (file) => new Construct(file, { timeout: openTimeoutMs });
    }
    const { DatabaseSync } = require(name) as { readonly DatabaseSync: ConstructSync };
    return (file) => {
      const db = syncDatabase(DatabaseSync, file);
      db.pragma(`busy_timeout = ${openTimeoutMs}`);
      return db;
    };
  } catch {
    return undefined;
  }
}

/** Version 13 of better-sqlite3 crashes the process where N-API is older than 10 (Node < 22.14): it is not even tried. */
function canRun(name: DriverName): boolean {
  if (name === 'better-sqlite3') return Number(process.versions.napi) >= 10;
  if (name === '@photostructure/sqlite') return true;
  // Before, it lacks the full-text index.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 16);
}

const peer = '@photostructure/sqlite@2.6.0';

function noDriver(): UserError {
  const { node } = process.versions;
  if (canRun('better-sqlite3')) {
    return new UserError(
      'database',
      `No SQLite driver could be loaded on Node ${node}.`,
      'Install webhook-cli again, or use Node 22.16 or newer, which has one of its own.',
    );
  }
  return new UserError(
    'database',
    `Node ${node} needs the SQLite driver ${peer}, which is not installed.`,
    `Run npx -p webhook-cli -p ${peer} webhook-cli, install it beside webhook-cli, or use Node 22.16 or newer.`,
  );
}
