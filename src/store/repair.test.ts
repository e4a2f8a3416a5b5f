import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { moveAsideIfBroken } from './repair.ts';
import { openStore } from './store.ts';

const now = Date.UTC(2026, 10, 24, 16, 34, 35, 120);

test('moves a file that is not a database aside with its log, byte for byte', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'webhooks.db');
  for (const suffix of ['', '-wal', '-shm']) writeFileSync(file + suffix, `no database ${suffix}`.repeat(50));
  expect(moveAsideIfBroken(file, now)).toEqual({
    to: `${file}.broken-20261124T163435Z`,
    reason: 'file is not a database',
  });
  const names = readdirSync(folder).sort();
  const aside = `${basename(file)}.broken-20261124T163435Z`;
  expect(names).toEqual([aside, `${aside}-shm`, `${aside}-wal`]);
  expect(readFileSync(join(folder, `${aside}-wal`), 'utf8')).toBe('no database -wal'.repeat(50));
});

test('leaves a sound or missing file alone', async () => {
  const file = join(await temporaryFolder(), 'webhooks.db');
  expect(moveAsideIfBroken(file, now)).toBeUndefined();
  await openStore(file).close();
  expect(moveAsideIfBroken(file, now)).toBeUndefined();
});
