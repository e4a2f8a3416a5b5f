import { textCell } from './cell.ts';
import type { Database } from './driver.ts';
import type { Writer } from './writer.ts';

/** The random path of each name of a session, made once and kept: providers are told the URL with it. */
export function createTokens(db: Database, writer: Writer) {
  const read = db.prepare('SELECT token FROM tokens WHERE name = ?').pluck();
  const insert = db.prepare('INSERT OR IGNORE INTO tokens (name, token) VALUES (?, ?)');
  const all = db.prepare('SELECT token FROM tokens').pluck();
  return {
    /** The token of a name, if it has one. */
    of: (name: string) => read.get(name) as string | undefined,

    /** The token of a name: the one it has, else from now on this one. */
    async keep(name: string, token: string): Promise<string> {
      await writer.write(0, () => insert.run(name, token));
      return read.get(name) as string;
    },

    /** Every token, to be masked where people look. */
    all: () => all.all().map(textCell),
  };
}
