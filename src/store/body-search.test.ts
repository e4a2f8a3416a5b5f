import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { noFacts } from '../model/facts.ts';
import { type BodyMatch, openStore, type Store } from './store.ts';

const carries = (word: string) => (bytes: Uint8Array) =>
  Buffer.from(bytes).includes(word) ? word : undefined;

async function aStore(): Promise<{ store: Store; add(body: string, name?: string): Promise<number> }> {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const sessions = {
    shop: await store.openSession({ name: 'shop' }),
    other: await store.openSession({ name: 'other' }),
  };
  return {
    store,
    add: (body, name = 'shop') =>
      store.add(aRequest({ body, name }), {
        sessionId: sessions[name as keyof typeof sessions].id,
        facts: noFacts,
      }),
  };
}

async function found(matches: AsyncGenerator<BodyMatch>): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { request } of matches) seqs.push(request.seq);
  return seqs;
}

test('what carries a word is found, newest first, of one project and before a request if so asked', async () => {
  const { store, add } = await aStore();
  const seqs: number[] = [];
  for (let index = 0; index < 100; index++) {
    seqs.push(await add(index % 10 === 0 ? 'a needle' : 'hay', index === 50 ? 'other' : 'shop'));
  }
  const needles = seqs.filter((_, index) => index % 10 === 0).reverse();
  expect(await found(store.searchBodies({ matches: carries('needle') }))).toEqual(needles);
  expect(await found(store.searchBodies({ matches: carries('needle'), name: 'shop' }))).toEqual(
    needles.filter((seq) => seq !== seqs[50]),
  );
  expect(await found(store.searchBodies({ matches: carries('needle'), before: seqs[30]! }))).toEqual(
    needles.slice(-3),
  );
  expect(await found(store.searchBodies({ matches: carries('needle'), mostRequests: 40 }))).toEqual(
    needles.slice(0, 4),
  );
});

test('large bodies are left out, and it ends when it is called off or its time is up', async () => {
  const { store, add } = await aStore();
  await add(`needle ${'x'.repeat(70_000)}`);
  await add('needle');
  expect(await found(store.searchBodies({ matches: carries('needle') }))).toHaveLength(1);
  expect(
    await found(store.searchBodies({ matches: carries('needle'), signal: AbortSignal.abort() })),
  ).toEqual([]);
  expect(await found(store.searchBodies({ matches: carries('needle'), mostMs: -1 }))).toEqual([]);
});

test('nobody waits long while it looks', async () => {
  const { store, add } = await aStore();
  await Promise.all(Array.from({ length: 3_000 }, () => add('hay '.repeat(500))));
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  let looked = 0;
  const slow = () => {
    looked++;
    const end = performance.now() + 0.05;
    while (performance.now() < end);
    return undefined;
  };
  await found(store.searchBodies({ matches: slow }));
  clearInterval(timer);
  expect(looked).toBe(3_000);
  // Generous: other tests run beside this one, and the work takes 150 ms and more in all.
  expect(longest).toBeLessThan(100);
});
