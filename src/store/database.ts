/** A value that SQLite stores. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** Values for `?` in their order, or by name for `@name`. */
export type SqlParameters = readonly (SqlValue | Readonly<Record<string, SqlValue>>)[];

/** A prepared statement. What comes out of a row is unknown until it is read as something (`cell.ts`). */
export interface Statement {
  run(...parameters: SqlParameters): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  /** The first row, or undefined. */
  get(...parameters: SqlParameters): unknown;
  all(...parameters: SqlParameters): unknown[];
  /** From now on a row is its first column. */
  pluck(): Statement;
}

/**
 * One connection, whichever driver it comes from. Errors of SQLite have its own name for them in `code`, such as
 * `SQLITE_BUSY`; blobs are `Uint8Array`.
 */
export interface Database {
  readonly open: boolean;
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  /** Rows of a pragma, or with `simple` the first column of the first of them. */
  pragma(text: string, options?: { readonly simple?: boolean }): unknown;
  /** Runs `work` in a transaction when it is called; `immediate`: one that has the write lock from its beginning. */
  transaction<T>(work: () => T): (() => T) & { immediate(): T };
  /** Closing a connection that is closed does nothing. */
  close(): unknown;
}

/** Opens a connection, and nothing more: no pragma is set but the time to wait for a lock, nothing is checked. */
export type Connect = (file: string) => Database;
