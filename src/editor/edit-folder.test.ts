import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { UserError } from '../model/errors.ts';
import { editCopy } from './edit-copy.ts';
import { makeEditFolder, removeStaleCopies } from './edit-folder.ts';

async function state() {
  const folder = await temporaryFolder();
  return {
    folder,
    env: { XDG_STATE_HOME: folder, HOME: '/nowhere' },
    edits: join(folder, 'webhook-cli', 'edits'),
  };
}

test('a copy is in a private folder that names the process', async () => {
  const { env, edits } = await state();
  mkdirSync(edits, { recursive: true });
  chmodSync(edits, 0o777);
  const folder = makeEditFolder(env);
  expect(folder.startsWith(`${edits}/${process.pid}@`)).toBe(true);
  expect([statSync(edits).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o700, 0o700]);
});

test("uses the temporary folder if the state folder can't be private", async () => {
  const { env, edits, folder } = await state();
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  mkdirSync(join(folder, 'webhook-cli'));
  writeFileSync(edits, 'a file');
  const made = makeEditFolder(env);
  expect(made.startsWith(join(temporary, `webhook-cli-${process.getuid?.()}`))).toBe(true);
  writeFileSync(join(folder, 'plain'), '');
  vi.stubEnv('TMPDIR', join(folder, 'plain'));
  expect(() => makeEditFolder(env)).toThrow(/No private folder/);
});

test('removes a stale copy of an earlier process with our id', async () => {
  const { env } = await state();
  const folder = makeEditFolder(env);
  await removeStaleCopies(env);
  expect(existsSync(folder)).toBe(false);
});

test('removes the copy when the editor is closed or ended, and keeps invalid text', async () => {
  const { env } = await state();
  const seen: string[] = [];
  const copy = (edit: (file: string) => 'closed' | 'ended', read = () => 'read') =>
    editCopy({
      name: 'a.http',
      original: Buffer.from('a'),
      env,
      edit: async (file) => {
        seen.push(file);
        return edit(file);
      },
      read,
    });
  const writing = (file: string) => {
    writeFileSync(file, 'b');
    return 'closed' as const;
  };
  expect(await copy(() => 'closed')).toEqual({ type: 'unchanged' });
  expect(await copy(writing)).toEqual({ type: 'changed', value: 'read' });
  expect(
    await copy((file) => {
      writing(file);
      return 'ended';
    }),
  ).toEqual({ type: 'ended' });
  for (const file of seen) expect(existsSync(file)).toBe(false);
  const error: unknown = await copy(writing, () => {
    throw new UserError('usage', 'no.');
  }).catch((thrown: unknown) => thrown);
  const kept = /is in (.*)\.$/.exec((error as Error).message)![1]!;
  expect([existsSync(kept), basename(kept)]).toEqual([true, 'a.http']);
  await removeStaleCopies(env);
  expect(existsSync(kept)).toBe(true);
});
