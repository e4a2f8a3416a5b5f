import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { anAnswered } from '../../test/support/builders.ts';

import { temporaryFolder } from '../../test/support/folders.ts';
import { freePort } from '../../test/support/listening.ts';
import { operationParts } from '../../test/support/operations.ts';
import { parseTarget } from '../model/target.ts';
import { openDatabase } from '../store/driver.ts';
import { dropRequests } from './drop.ts';
import { type Retried, retryRequests } from './retry.ts';

async function heldParts(file?: string) {
  const parts = await operationParts(file);
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
  expect(results.map(({ state, held }) => [state, held.seq])).toEqual(seqs.map((seq) => ['delivered', seq]));
  expect(seqs.flatMap((seq) => store.deliveriesOf(seq))).toMatchObject([
    { state: 'delivered' },
    { state: 'delivered' },
  ]);
});

test('retry keeps a request held if its target is down', async () => {
  const { hold, retry, store } = await heldParts();
  const seq = await hold(`http://localhost:${await freePort()}`);
  const next = await hold(store.deliveriesOf(seq)[0]!.target);
  expect(await retry({ refs: [seq, next] })).toMatchObject([
    { attempt: { kind: 'retry', outcome: { code: 'refused' } }, state: 'pending' },
    { attempt: undefined, state: 'pending', standing: { ahead: 1, cause: { errorCode: 'refused' } } },
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

describe('retry with another target', () => {
  test('moves the deliveries, in order, and delivers them', async () => {
    const { target, hold, retry, store } = await heldParts();
    const up = await target();
    const href = parseTarget(up.url).href;
    const seqs = [await hold('http://localhost:1'), await hold(href), await hold('http://localhost:2')];
    const results = await retry({ all: true, to: up.url });
    expect(results.map(({ held, state }) => [held.seq, held.target, state])).toEqual(
      seqs.map((seq) => [seq, href, 'delivered']),
    );
    expect(store.deliveriesOf(seqs[0]!)).toEqual(
      expect.arrayContaining([
        { target: 'http://localhost:1', state: 'dropped', reason: 'moved', held: false, retryAt: null },
        { target: href, state: 'delivered', reason: null, held: false, retryAt: null },
      ]),
    );
    expect(store.deliveriesOf(seqs[1]!)).toMatchObject([{ target: href, state: 'delivered' }]);
  });

  test('keeps them held for a new target that is down', async () => {
    const { hold, retry, store } = await heldParts();
    const to = `http://localhost:${await freePort()}`;
    await hold('http://localhost:1');
    await hold('http://localhost:1');
    expect(await retry({ all: true, to })).toMatchObject([
      { state: 'pending', standing: { target: to, ahead: 0 }, attempt: { outcome: { code: 'refused' } } },
      { state: 'pending', standing: { target: to, ahead: 1 }, attempt: undefined },
    ]);
    expect(store.heldTargets()).toEqual([{ target: to, count: 2 }]);
  });

  test('moves nothing for an invalid target', async () => {
    const { hold, retry, store } = await heldParts();
    await hold('http://localhost:1');
    await expect(retry({ all: true, to: 'abc' })).rejects.toMatchObject({ code: 'usage' });
    expect(store.heldTargets()).toEqual([{ target: 'http://localhost:1', count: 1 }]);
  });

  test('an attempt that was under way neither revives the former delivery nor loses the request', async () => {
    const { target, hold, retry, store } = await heldParts();
    const other = 'http://localhost:1';
    const up = await target(async (_request, response) => {
      await store.move(store.held(), other);
      response.destroy();
    });
    const seq = await hold(parseTarget(up.url).href);
    expect(await retry({ refs: [seq] })).toMatchObject([{ state: 'dropped', standing: undefined }]);
    expect(store.held()).toEqual([{ seq, target: other, retryAt: undefined }]);
  });
});

describe('retry while another process has the queue', () => {
  async function ownedParts() {
    const file = join(await temporaryFolder(), 'w.db');
    const parts = await heldParts(file);
    const up = await parts.target();
    const href = parseTarget(up.url).href;
    const seq = await parts.hold(href);
    // The parent of this process is alive, and is not this process.
    const db = openDatabase(file);
    onTestFinished(() => void db.close());
    db.prepare('INSERT INTO claims (target, pid, heartbeat_at) VALUES (?, ?, ?)').run(
      href,
      process.ppid,
      Date.now(),
    );
    return { ...parts, up, href, seq, db };
  }

  test('yields the result of that process', async () => {
    const { retry, store, href, seq, up } = await ownedParts();
    const retrying = retry({ all: true });
    await store.addAttempt(
      seq,
      store.summary(seq)!.id,
      anAnswered(200, '', [], { kind: 'retry', target: href }),
      {
        closes: 'delivered',
      },
    );
    expect(await retrying).toMatchObject([{ state: 'delivered', attempt: { kind: 'retry' } }]);
    expect(up.requests).toEqual([]);
  });

  test('delivers itself when that process is gone', async () => {
    const { retry, db, up } = await ownedParts();
    const retrying = retry({ all: true });
    db.exec('DELETE FROM claims');
    expect(await retrying).toMatchObject([{ state: 'delivered' }]);
    expect(up.requests).toHaveLength(1);
  });

  test('gives up after a limit, and at once for the next requests of the target', async () => {
    const { retry, hold, href } = await ownedParts();
    await hold(href);
    expect(await retry({ all: true, waitMs: 400 })).toMatchObject([
      { state: 'pending', attempt: undefined, standing: { isRetried: true } },
      { state: 'pending', attempt: undefined, standing: { ahead: 1 } },
    ]);
  });
});
