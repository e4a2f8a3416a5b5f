import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../model/errors.ts';

export type Database = BetterSqlite3.Database;
export type Statement = BetterSqlite3.Statement<unknown[]>;

/** Opens a connection, and nothing more: no pragma is set, nothing is checked. */
export type Connect = (file: string) => Database;

const require = createRequire(import.meta.url);

/** For opening: nothing is captured yet, and another process's migration, recovery or closing is soon over. */
const openTimeoutMs = 5_000;

/**
 * How a connection is opened. Version 13 crashes the process below N-API 10 (Node < 22.14), version 12 has no binary that npm 12 would let
 * it install: the right one is chosen before either is loaded.
 */
export function connector(): Connect {
  const { construct, nativeBinding } = loadDriver();
  const options = { timeout: openTimeoutMs, ...(nativeBinding ? { nativeBinding } : {}) };
  return (file) => new construct(file, options);
}

function loadDriver(): { construct: typeof BetterSqlite3; nativeBinding?: string } {
  const modern = Number(process.versions.napi) >= 10;
  const name = modern ? 'better-sqlite3' : 'better-sqlite3-node20';
  try {
    const construct = require(name) as typeof BetterSqlite3;
    if (modern) return { construct };
    // Its own look-up of the binary walks the call stack, which costs a start-up what the path itself does not.
    return { construct, nativeBinding: require.resolve(`${name}/build/Release/better_sqlite3.node`) };
  } catch (error) {
    throw new UserError(
      'database',
      `The SQLite driver ${name} is not installed, or was not built for Node ${process.versions.node}.`,
      modern
        ? 'Install webhook-cli again without --omit=optional.'
        : 'Node 20 compiles it: install python3, make and g++, then install webhook-cli again. Or use Node 22.14 or newer.',
      { cause: error },
    );
  }
}
