import type { Database, SqlParameters, SqlValue, Statement } from './database.ts';

/** The constructor of `node:sqlite` and of packages of the same shape. */
export type ConstructSync = new (
  file: string,
  options: { readonly enableForeignKeyConstraints: boolean },
) => DatabaseSync;

interface DatabaseSync {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  prepare(sql: string): StatementSync;
  exec(sql: string): void;
  close(): void;
}

interface StatementSync {
  run(...parameters: SqlParameters): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...parameters: SqlParameters): Readonly<Record<string, unknown>> | undefined;
  all(...parameters: SqlParameters): Readonly<Record<string, unknown>>[];
  setReadBigInts(isOn: boolean): void;
  setAllowUnknownNamedParameters?(isOn: boolean): void;
}

/**
 * A connection of such a driver in the shape that the store uses, with the errors of SQLite by their names. Where the
 * driver keeps text up to its first NUL only, as some versions do, U+2400 (␀) is written in place of each.
 */
export function syncDatabase(Construct: ConstructSync, file: string): Database {
  const db = named(() => new Construct(file, { enableForeignKeyConstraints: false }));
  const cutsAtNul = cutsTextAtNul(Construct);

  function pragma(text: string, { simple = false }: { readonly simple?: boolean } = {}): unknown {
    const rows = named(() => db.prepare(`PRAGMA ${text}`).all());
    return simple ? rows[0] && Object.values(rows[0])[0] : rows;
  }

  function inTransaction<T>(begin: string, work: () => T): T {
    named(() => db.exec(begin));
    try {
      const result = work();
      named(() => db.exec('COMMIT'));
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    get open() {
      return db.isOpen;
    },
    get inTransaction() {
      return db.isTransaction;
    },
    prepare: (sql) =>
      statement(
        named(() => db.prepare(sql)),
        cutsAtNul,
      ),
    exec: (sql) => named(() => db.exec(sql)),
    pragma,
    transaction: (work) =>
      Object.assign(() => inTransaction('BEGIN', work), {
        immediate: () => inTransaction('BEGIN IMMEDIATE', work),
      }),
    close: () => {
      if (db.isOpen) named(() => db.close());
    },
  };
}

const cutting = new WeakMap<ConstructSync, boolean>();

/** Tried once, and in memory: the file at hand may be no database. */
function cutsTextAtNul(Construct: ConstructSync): boolean {
  const known = cutting.get(Construct);
  if (known !== undefined) return known;
  const db = new Construct(':memory:', { enableForeignKeyConstraints: false });
  const cuts = db.prepare('SELECT ? AS text').get('a\0b')?.['text'] !== 'a\0b';
  db.close();
  cutting.set(Construct, cuts);
  return cuts;
}

function statement(prepared: StatementSync, cutsAtNul: boolean): Statement {
  prepared.setAllowUnknownNamedParameters?.(true);
  let isPlucked = false;
  const shaped = (row: Readonly<Record<string, unknown>>) => {
    if (!isPlucked) return row;
    for (const name in row) return row[name];
    return undefined;
  };

  const bound = (parameters: SqlParameters) => (cutsAtNul ? parameters.map(withoutNul) : parameters);

  /** Integers beyond 2^53 become the nearest number, as in the other drivers, in place of an error. */
  function read<T>(act: () => T, rounded: (result: T) => T): T {
    try {
      return act();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_OUT_OF_RANGE') throw withName(error);
    }
    prepared.setReadBigInts(true);
    try {
      return rounded(named(act));
    } finally {
      prepared.setReadBigInts(false);
    }
  }

  const made: Statement = {
    run: (...parameters) => named(() => prepared.run(...bound(parameters))),
    get(...parameters) {
      const row = read(
        () => prepared.get(...bound(parameters)),
        (found) => found && withNumbers(found),
      );
      return row && shaped(row);
    },
    all(...parameters) {
      const rows = read(
        () => prepared.all(...bound(parameters)),
        (found) => found.map(withNumbers),
      );
      return isPlucked ? rows.map(shaped) : rows;
    },
    pluck() {
      isPlucked = true;
      return made;
    },
  };
  return made;
}

function withoutNul(parameter: SqlParameters[number]): SqlParameters[number] {
  if (typeof parameter === 'string')
    return parameter.includes('\0') ? parameter.replaceAll('\0', '\u2400') : parameter;
  if (parameter === null || typeof parameter !== 'object' || parameter instanceof Uint8Array)
    return parameter;
  return Object.fromEntries(
    Object.entries(parameter).map(([name, value]) => [name, withoutNul(value) as SqlValue]),
  );
}

function withNumbers(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}

function named<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw withName(error);
  }
}

/** Primary result codes (https://sqlite.org/rescode.html), the low byte of the extended ones. */
const names: Readonly<Record<number, string>> = {
  1: 'ERROR',
  2: 'INTERNAL',
  3: 'PERM',
  4: 'ABORT',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  12: 'NOTFOUND',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  16: 'EMPTY',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  21: 'MISUSE',
  22: 'NOLFS',
  23: 'AUTH',
  24: 'FORMAT',
  25: 'RANGE',
  26: 'NOTADB',
};

/** The one extended code that is distinguished: a file has less than it should. */
const shortRead = 522;

function nameOf(errcode: number): string | undefined {
  return errcode === shortRead ? 'IOERR_SHORT_READ' : names[errcode & 0xff];
}

/** SQLite's messages in English, for errors that come without their number. */
const messages: readonly (readonly [text: string, name: string])[] = [
  ['database is locked', 'BUSY'],
  ['database table is locked', 'LOCKED'],
  ['attempt to write a readonly database', 'READONLY'],
  ['disk I/O error', 'IOERR'],
  ['database disk image is malformed', 'CORRUPT'],
  ['database or disk is full', 'FULL'],
  ['unable to open database file', 'CANTOPEN'],
  ['file is not a database', 'NOTADB'],
  ['out of memory', 'NOMEM'],
  ['database schema has changed', 'SCHEMA'],
];

/** The error with SQLite's name of it in `code`: these drivers have a number in `errcode`, if they have that. */
function withName(error: unknown): unknown {
  const { code, errcode, message } = error as { code?: unknown; errcode?: unknown; message: string };
  if (code !== 'ERR_SQLITE_ERROR') return error;
  const byText = messages.find(([text]) => message.includes(text))?.[1];
  const name = (typeof errcode === 'number' ? nameOf(errcode) : byText) ?? 'ERROR';
  return Object.assign(error as Error, { code: `SQLITE_${name}` });
}
