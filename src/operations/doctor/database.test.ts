import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openStore } from '../../store/store.ts';
import { databaseFindings } from './database.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-database-'));
  return () => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  };
});

const found = (file: string) => databaseFindings(file, (bytes) => `${bytes} B`);

test('a database that can be made is fine, and is not made', () => {
  const file = join(folder, 'new', 'webhooks.db');
  expect(found(file)).toEqual([
    { area: 'database', state: 'ok', message: `${file} does not exist yet: listen creates it.` },
  ]);
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test('a database that exists is sound', async () => {
  const file = join(folder, 'webhooks.db');
  await openStore(file).close();
  expect(found(file)).toMatchObject([{ state: 'ok', message: expect.stringMatching(/ B: it is sound\.$/) }]);
});

test('a database below a file cannot be made', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(found(join(file, 'data', 'webhooks.db'))).toMatchObject([
    { state: 'failed', message: expect.stringMatching(/ cannot be made: .*\/file is not a folder\.$/) },
  ]);
});

// Nothing is denied to root.
test.skipIf(process.getuid?.() === 0)(
  'a database in a read-only folder cannot be made or written',
  async () => {
    const file = join(folder, 'webhooks.db');
    await openStore(file).close();
    chmodSync(folder, 0o500);
    expect(found(join(folder, 'other', 'new.db'))).toMatchObject([
      {
        state: 'failed',
        message: expect.stringMatching(/ cannot be made: the folder .* cannot be written\.$/),
      },
    ]);
    expect(found(file)).toMatchObject([{ state: 'failed' }]);
  },
);
