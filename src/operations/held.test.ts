import { expect, test } from 'vitest';
import { freePort } from '../../test/support/listening.ts';
import { operationParts } from '../../test/support/operations.ts';
import { parseTarget } from '../model/target.ts';
import { dropRequests } from './drop.ts';
import { type Retried, retryRequests } from './retry.ts';

async function heldParts() {
  const parts = await operationParts();
  const hold = (href: string, more = {}) =>
    parts.record({}, { deliveries: [{ target: href, isHeld: true }], ...more });
  async function retry(input: Parameters<typeof retryRequests>[1]) {
    const results: Retried[] = [];
    for await (const each of retryRequests(parts.context, input, parts.stop.signal)) results.push(each);
    return results;
  }
  return { ...parts, hold, retry };
}

test('retry delivers all held requests, oldest first', async () => {
  const { target, hold, retry, store } = await heldParts();
  const up = await target();
  const href = parseTarget(up.url).href;
  const seqs = [await hold(href), await hold(href)];
  const results = await retry({ all: true });
  expect(results.map(({ type, held }) => [type, held.seq])).toEqual(seqs.map((seq) => ['attempt', seq]));
  expect(seqs.flatMap((seq) => store.deliveriesOf(seq))).toMatchObject([
    { state: 'delivered' },
    { state: 'delivered' },
  ]);
});

test('retry keeps a request held if its target is down', async () => {
  const { hold, retry, store } = await heldParts();
  const seq = await hold(`http://localhost:${await freePort()}`);
  expect(await retry({ refs: [seq] })).toMatchObject([
    { attempt: { kind: 'retry', outcome: { code: 'refused' } } },
  ]);
  expect(store.deliveriesOf(seq)).toMatchObject([{ state: 'pending', held: true }]);
});

test('retry does not revive a delivery that was dropped while it was under way', async () => {
  const { target, hold, retry, store } = await heldParts();
  const up = await target(async (_request, response) => {
    await store.closeDelivery(1, parseTarget(up.url).href, 'dropped', 'user');
    response.destroy();
  });
  const seq = await hold(parseTarget(up.url).href);
  await retry({ refs: [seq] });
  expect(store.deliveriesOf(seq)).toMatchObject([{ state: 'dropped', held: false }]);
});

test('retry stops at the signal', async () => {
  const { target, hold, retry, stop } = await heldParts();
  const up = await target((_request, response) => {
    response.end();
    stop.abort();
  });
  await hold(parseTarget(up.url).href);
  await hold(parseTarget(up.url).href);
  expect(await retry({ all: true })).toHaveLength(1);
});

test('requests that are not held are rejected, refused ones with the reason', async () => {
  const { record, retry, store } = await heldParts();
  const seq = await record();
  await expect(retry({ refs: [seq] })).rejects.toMatchObject({
    message: 'None of these requests is held.',
    hint: 'Run list with option "held" to see which are. Use replay for the others.',
  });
  const refused = await record({}, { withholding: { refusal: 'ip', handledBy: null } });
  await expect(dropRequests({ store }, { refs: [refused] })).rejects.toMatchObject({
    message: expect.stringContaining('was refused when it arrived (ip)'),
  });
});

test('drop closes the deliveries of held requests', async () => {
  const { hold, store } = await heldParts();
  const seqs = [await hold('http://localhost:1'), await hold('http://localhost:1')];
  const [first] = seqs;
  expect(await dropRequests({ store }, { refs: [first!] })).toEqual({ ids: [store.summary(first!)!.id] });
  expect((await dropRequests({ store }, { all: true })).ids).toHaveLength(1);
  expect(seqs.flatMap((seq) => store.deliveriesOf(seq))).toMatchObject([
    { state: 'dropped', reason: 'user' },
    { state: 'dropped', reason: 'user' },
  ]);
});
