import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { operationParts } from '../../test/support/operations.ts';
import { deleteRequests, requestsToDelete } from './delete.ts';
import { listedRecords, listRequests } from './list.ts';
import { showRequest } from './show.ts';

test('list gives the newest requests, within a time or a project', async () => {
  const { store, record } = await operationParts();
  const clock = createManualClock(1_000_000);
  const context = { store, clock };
  expect(listRequests(context, { limit: 5 })).toEqual({ requests: [], more: 0, isHistoryEmpty: true });
  expect(() => listRequests(context, { limit: 0 })).toThrow('must be at least 1');
  await record({ id: 'old000000000', receivedAt: 900_000 });
  await record({ id: 'new000000000', receivedAt: 999_000 });
  const ids = (input: Partial<Parameters<typeof listRequests>[1]>) =>
    listRequests(context, { limit: 5, ...input }).requests.map(({ id }) => id);
  expect(ids({})).toEqual(['new000000000', 'old000000000']);
  expect(ids({ limit: 1 })).toEqual(['new000000000']);
  expect(ids({ withinMs: 50_000 })).toEqual(['new000000000']);
  expect(ids({ held: true })).toEqual([]);
  expect(listRequests(context, { limit: 5, project: 'other' })).toEqual({
    requests: [],
    more: 0,
    isHistoryEmpty: false,
  });
});

test('the records of a list leave out what was deleted meanwhile', async () => {
  const { store, record } = await operationParts();
  await record();
  const kept = await record();
  const listed = listRequests({ store, clock: createManualClock() }, { limit: 5 });
  await store.delete([1]);
  expect([...listedRecords(store, listed)].map(({ seq }) => seq)).toEqual([kept]);
});

test('show takes a ref or a place', async () => {
  const { store, record } = await operationParts();
  const seq = await record({ id: 'k7m2qaaaaaaa' });
  expect(showRequest({ store }, { ref: 'k7m' }).seq).toBe(seq);
  expect(showRequest({ store }, { ref: seq }).request.id).toBe('k7m2qaaaaaaa');
  expect(() => showRequest({ store }, { ref: 99 })).toThrow('The request was just deleted.');
});

test('delete removes each request once', async () => {
  const { store, record } = await operationParts();
  await record({ id: 'k7m2qaaaaaaa' });
  await record();
  const requests = await requestsToDelete({ store }, { refs: ['k7m', 1, '@'] });
  expect(requests.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(
    await deleteRequests(
      { store },
      requests.map(({ seq }) => seq),
    ),
  ).toBe(2);
  expect(store.page({ limit: 5 })).toEqual([]);
});
