import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { anAnswered, aRequest } from '../../test/support/builders.ts';
import { temporaryFolder } from '../../test/support/folders.ts';
import { unclassified } from '../model/classification.ts';
import { openDatabase } from './driver.ts';
import { openStore } from './store.ts';

async function opened() {
  const file = join(await temporaryFolder(), 'w.db');
  const store = openStore(file);
  onTestFinished(() => store.close());
  const { id: sessionId } = await store.openSession({ project: 'project' });
  return { file, store, sessionId };
}

/** Which of these texts is anywhere in the files. */
function found(file: string, texts: readonly string[]): string[] {
  const bytes = ['', '-wal'].map((suffix) =>
    existsSync(file + suffix) ? readFileSync(file + suffix, 'latin1') : '',
  );
  return texts.filter((text) => bytes.some((all) => all.includes(text)));
}

const sizes = [10, 300, 3_000, 17_000, 90_000, 600_000];

async function recorded(
  { store, sessionId }: Awaited<ReturnType<typeof opened>>,
  name: string,
  size: number,
) {
  const mark = (part: string) => `secret-${part}-${name}-`;
  const body = store.openBody();
  const bytes = Buffer.from(mark('body').repeat(Math.ceil(size / 24)));
  for (let at = 0; at < bytes.length; at += 64_000) await body.write(bytes.subarray(at, at + 64_000));
  const request = aRequest({
    requestTarget: `/${mark('path')}`,
    headers: [['X-Secret', mark('header')]],
    body: await body.end(),
  });
  const classification = { ...unclassified, provider: 'github', eventId: mark('delivery') };
  const seq = await store.add(request, { sessionId, classification });
  await store.addAttempt(seq, request.id, anAnswered(200, mark('answer').repeat(size / 10)));
  return { seq, texts: ['path', 'header', 'body', 'delivery', 'answer'].map(mark) };
}

test('deleting leaves nothing of a request in the files', async () => {
  const all = await opened();
  const requests = [];
  for (let index = 0; index < 60; index++) {
    requests.push(await recorded(all, `n${index}`, sizes[index % sizes.length]!));
  }
  await all.store.indexIds();
  const doomed = requests.filter((_, index) => index % 3 === 1);
  const kept = requests.filter((_, index) => index % 3 !== 1);
  expect(found(all.file, doomed[0]!.texts)).toEqual(doomed[0]!.texts);
  expect(await all.store.delete(doomed.map(({ seq }) => seq))).toBe(20);
  expect(
    found(
      all.file,
      doomed.flatMap(({ texts }) => texts),
    ),
  ).toEqual([]);
  for (const { texts } of kept) expect(found(all.file, texts)).toEqual(texts);
});

test('warns that the log still has it while another process reads', async () => {
  const all = await opened();
  const { seq, texts } = await recorded(all, 'x', 300);
  const warnings: string[] = [];
  all.store.onWarning((message) => warnings.push(message));
  const reader = openDatabase(all.file);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM requests').get();
  await all.store.delete([seq]);
  expect(warnings).toEqual([expect.stringContaining('may still be in its log')]);
  reader.exec('COMMIT');
  reader.close();
  await all.store.vacuum();
  expect(found(all.file, texts)).toEqual([]);
  expect(warnings).toHaveLength(1);
});

test('a vacuum makes the file smaller and disturbs no other store', async () => {
  const all = await opened();
  const { store, file } = all;
  const requests = [];
  for (let index = 0; index < 20; index++) requests.push(await recorded(all, `n${index}`, 90_000));
  const other = openStore(file);
  onTestFinished(() => other.close());
  const warnings: string[] = [];
  other.onWarning((message) => warnings.push(message));
  const session = await other.openSession({ project: 'other' });
  await store.delete(requests.slice(1).map(({ seq }) => seq));
  const { before, after } = await store.vacuum();
  expect(after).toBeLessThan(before / 2);
  expect(store.page({ limit: 9 }).map(({ seq }) => seq)).toEqual([1]);
  const seq = await other.add(aRequest(), { sessionId: session.id });
  expect(seq).toBe(21);
  expect(store.summary(seq)).toBeDefined();
  expect(warnings).toEqual([]);
});
