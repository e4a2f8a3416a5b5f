import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { unclassified } from '../model/classification.ts';
import { type BodyMatch, openStore, type Store } from './store.ts';

const carries = (word: string) => (bytes: Uint8Array) =>
  Buffer.from(bytes).includes(word) ? word : undefined;

async function aStore(): Promise<{ store: Store; add(body: string, name?: string): Promise<number> }> {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const sessions = {
    shop: await store.openSession({ project: 'shop' }),
    other: await store.openSession({ project: 'other' }),
  };
  return {
    store,
    add: (body, name = 'shop') =>
      store.add(aRequest({ body, project: name }), {
        sessionId: sessions[name as keyof typeof sessions].id,
        classification: unclassified,
      }),
  };
}

async function found(matches: AsyncGenerator<BodyMatch>): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { request } of matches) seqs.push(request.seq);
  return seqs;
}

test('finds a word, newest first, optionally of one project and before a request', async () => {
  const { store, add } = await aStore();
  const seqs: number[] = [];
  for (let index = 0; index < 100; index++) {
    seqs.push(await add(index % 10 === 0 ? 'a needle' : 'hay', index === 50 ? 'other' : 'shop'));
  }
  const needles = seqs.filter((_, index) => index % 10 === 0).reverse();
  expect(await found(store.searchBodies({ matches: carries('needle') }))).toEqual(needles);
  expect(await found(store.searchBodies({ matches: carries('needle'), project: 'shop' }))).toEqual(
    needles.filter((seq) => seq !== seqs[50]),
  );
  expect(await found(store.searchBodies({ matches: carries('needle'), before: seqs[30]! }))).toEqual(
    needles.slice(-3),
  );
  expect(await found(store.searchBodies({ matches: carries('needle'), mostRequests: 40 }))).toEqual(
    needles.slice(0, 4),
  );
});

test('skips large bodies, and ends when aborted or out of time', async () => {
  const { store, add } = await aStore();
  await add(`needle ${'x'.repeat(70_000)}`);
  await add('needle');
  expect(await found(store.searchBodies({ matches: carries('needle') }))).toHaveLength(1);
  expect(
    await found(store.searchBodies({ matches: carries('needle'), signal: AbortSignal.abort() })),
  ).toEqual([]);
  expect(await found(store.searchBodies({ matches: carries('needle'), mostMs: -1 }))).toEqual([]);
});

test('yields to the event loop between a few bodies', async () => {
  const { store, add } = await aStore();
  await Promise.all(Array.from({ length: 3_000 }, () => add('hay '.repeat(500))));
  let turns = 0;
  let isOver = false;
  const countTurn = () => {
    turns++;
    if (!isOver) setImmediate(countTurn);
  };
  countTurn();
  const perTurn = new Map<number, number>();
  const slow = () => {
    perTurn.set(turns, (perTurn.get(turns) ?? 0) + 1);
    const end = performance.now() + 0.05;
    while (performance.now() < end);
    return undefined;
  };
  await found(store.searchBodies({ matches: slow }));
  isOver = true;
  const counts = [...perTurn.values()];
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3_000);
  // A turn is 8 ms, and each body takes 0.05 ms at the least.
  expect(Math.max(...counts)).toBeLessThanOrEqual(170);
});
