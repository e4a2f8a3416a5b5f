import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.ts';
import { exportFile } from './export-file.ts';

test('writes a new file that only its user can read', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.json'), 'mine');
  expect(await exportFile(folder, 'a', 'json', ['one', Uint8Array.from([255])])).toBe('a-2.json');
  expect(await exportFile(folder, 'a', 'json', [])).toBe('a-3.json');
  expect(await readFile(join(folder, 'a-2.json'))).toEqual(Buffer.from('one\xff', 'latin1'));
  expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('mine');
  expect((await stat(join(folder, 'a-2.json'))).mode & 0o777).toBe(0o600);
});

test("reports a file that can't be written", async () => {
  await expect(exportFile('/nowhere/at/all', 'a', 'sh', [])).rejects.toThrow(/Cannot write a\.sh/);
});
