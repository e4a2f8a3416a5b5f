import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { openDatabase } from './driver.ts';

test('opens the longest path that SQLite allows, and explains a longer one', async () => {
  const folder = await temporaryFolder();
  const long = join(folder, 'd'.repeat(200), 'd'.repeat(200));
  const file = (bytes: number) => join(long, `${'f'.repeat(bytes - long.length - 4)}.db`);
  const db = openDatabase(file(504));
  db.pragma('user_version = 1');
  db.close();
  expect(() => openDatabase(file(505))).toThrow(
    'The path of the database is too long: 505 bytes; SQLite allows 504.',
  );
});
