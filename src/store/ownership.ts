import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import type { Connect, Database } from './database.ts';
import { applicationId, migrations } from './migrations.ts';

/** Versions of the schema that were released before files said whose they are. */
const lastUnnamedVersion = 2;

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

/** Tables that SQLite's own ANALYZE leaves: data that the planner reads, and nothing that it executes. */
const ofSqliteItself = /^sqlite_stat[14]$/;

/**
 * Throws a UserError unless a file is empty or a database of webhook-cli whose tables, indexes, views and triggers are
 * ours alone. It reads nothing but the header and the schema, so no trigger and no view of anybody else is executed.
 */
export function refuseForeign(db: Database, file: string, connect: Connect): void {
  // Another process may be upgrading the file: both are read from one state of it.
  const read = db.transaction(() => ({
    id: (db.pragma('application_id', { simple: true }) as number) >>> 0,
    version: db.pragma('user_version', { simple: true }) as number,
    objects: schemaOf(db),
  }));
  const { id, version, objects } = read();
  if (id !== 0 && id !== applicationId) {
    throw foreign(file, `another program's: its application_id is 0x${id.toString(16).padStart(8, '0')}`);
  }
  if (objects.length === 0 && version === 0) return;
  if (id === 0 && (version < 1 || version > lastUnnamedVersion)) {
    throw foreign(file, "not webhook-cli's: it holds something else");
  }
  // What a newer version added is not known here; `migrate` refuses that.
  if (version > migrations.length) return;
  const difference = differenceOf(objects, expected(version, connect));
  if (difference !== undefined) throw foreign(file, difference);
}

function schemaOf(db: Database): SchemaObject[] {
  return db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all() as SchemaObject[];
}

/** The schema that our own migrations make. */
function expected(version: number, connect: Connect): SchemaObject[] {
  const model = connect(':memory:');
  try {
    for (const sql of migrations.slice(0, version)) model.exec(sql);
    return schemaOf(model);
  } finally {
    model.close();
  }
}

/** The first difference to the wanted schema, in words; undefined if there is none. */
function differenceOf(objects: readonly SchemaObject[], wanted: readonly SchemaObject[]): string | undefined {
  const left = new Map(wanted.map((object) => [keyOf(object), object]));
  for (const object of objects) {
    if (object.type === 'table' && ofSqliteItself.test(object.name)) continue;
    const { type, name } = object;
    const same = left.get(keyOf(object));
    if (!same) return `not webhook-cli's alone: it has ${word(type)} that is not ours, ${quoted(name)}`;
    if (same.sql !== object.sql || same.tbl_name !== object.tbl_name)
      return `not as webhook-cli made it: its ${type} ${quoted(name)} was changed`;
    left.delete(keyOf(object));
  }
  const [missing] = left.values();
  return missing && `not as webhook-cli made it: its ${missing.type} ${missing.name} is missing`;
}

const keyOf = ({ type, name }: SchemaObject) => `${type} ${name}`;

const words: Readonly<Record<string, string>> = {
  table: 'a table',
  index: 'an index',
  view: 'a view',
  trigger: 'a trigger',
};

const word = (type: string) => words[type] ?? 'a part';

const quoted = (name: string) => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);

function foreign(file: string, what: string): UserError {
  return new UserError(
    'database',
    `The database ${file} is ${what}.`,
    phrase`It was not changed. Use another file with ${option('db')}.`,
  );
}
