import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { projectRoot } from '../support/folders.ts';
import { temporaryHome } from '../support/home.ts';
import { head } from '../support/listening.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { startTarget } from '../support/target.ts';

const libraryFile = join(projectRoot, 'dist', 'index.js');
const library = (await import(pathToFileURL(libraryFile).href)) as typeof import('../../src/index.ts');

async function aTarget() {
  const target = await startTarget();
  onTestFinished(() => target.close());
  return target;
}

async function aStore() {
  const home = await temporaryHome();
  const store = library.openStore(home.db);
  onTestFinished(() => store.close());
  return { home, store };
}

const post = (path: string) => head(`POST ${path} HTTP/1.1`, 'Host: h', 'Content-Length: 0');

test('listens, emits events, forwards, replays and closes', async () => {
  const { store } = await aStore();
  const target = await aTarget();
  const first: string[] = [];
  const session = await library.listen({
    store,
    target: String(target.port),
    project: 'library',
    onEvent: ({ type }) => void first.push(type),
  });
  onTestFinished(() => session.close());
  expect([session.url, session.project, session.tunnel.state]).toEqual([null, 'library', 'closed']);
  expect(first).toEqual(['ready']);
  const told: string[] = [];
  // Whether the target's port was looked at before the first request is a matter of time.
  const stop = session.subscribe(({ type }) => void (type === 'target' || told.push(type)));

  const port = Number(new URL(session.localUrl).port);
  expect((await exchangeRaw(port, post('/1'))).status).toBe(200);
  expect(told).toEqual(['request', 'attempt']);
  const record = store.record(store.resolve('@'))!;
  expect(record.request).toMatchObject({ project: 'library', requestTarget: '/1', state: 'complete' });
  expect(record.attempts).toHaveLength(1);

  const attempt = await session.replay(record.request.id);
  expect(attempt).toMatchObject({ number: 2, kind: 'replay', outcome: { type: 'response' } });
  const other = await aTarget();
  expect(await session.replay('@', { to: other.url })).toMatchObject({ number: 3, target: other.url });
  expect([target.requests.length, other.requests.length]).toEqual([2, 1]);
  await expect(session.replay('zzzz')).rejects.toThrow(library.UserError);
  expect(told).toEqual(['request', 'attempt', 'attempt', 'attempt']);
  expect(session.counts).toEqual({ received: 1, failed: 0, refused: 0, held: 0 });

  stop();
  await exchangeRaw(port, post('/2'));
  expect(told).toHaveLength(4);
  await session.close();
  await session.close();
  await expect(exchangeRaw(port, post('/3'))).rejects.toThrow('ECONNREFUSED');
});

test('rejects invalid options with a UserError and leaves nothing behind', async () => {
  const { store } = await aStore();
  await expect(library.listen({ store, target: 'ftp://x' })).rejects.toThrow(library.UserError);
  const session = await library.listen({ store });
  onTestFinished(() => session.close());
  const port = Number(new URL(session.localUrl).port);
  await expect(library.listen({ store, port })).rejects.toMatchObject({ code: 'port-in-use' });
  expect(() => library.openStore('/dev/null/x.db')).toThrow(library.UserError);
  expect(store.liveSessions()).toHaveLength(1);
});

test('a program that uses it prints nothing of ours, keeps its signal handlers and ends by itself', async () => {
  const { home, store } = await aStore();
  const program = join(home.work, 'program.mjs');
  await writeFile(
    program,
    `import { listen, openStore } from ${JSON.stringify(pathToFileURL(libraryFile).href)};
     const before = process.eventNames().length;
     const store = openStore(process.argv[2]);
     const session = await listen({ store });
     const answer = await fetch(session.localUrl, { method: 'POST', body: 'hello' });
     const { id } = await answer.json();
     const body = Buffer.from(store.record(store.resolve(id)).request.body.bytes(100)).toString();
     await session.close();
     await store.close();
     console.log(JSON.stringify({ body, listeners: process.eventNames().length - before }));
    `,
  );
  const { code, stdout, stderr } = await runCli([program, home.db], { home, program: [process.execPath] });
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout.toString())).toEqual({ body: 'hello', listeners: 0 });
  expect(store.page({ limit: 10 })).toHaveLength(1);
});
