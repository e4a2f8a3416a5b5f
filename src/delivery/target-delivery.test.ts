import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { temporaryFolder } from '../../test/support/folders.ts';
import { freePort } from '../../test/support/listening.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startTarget } from '../../test/support/target.ts';
import type { SessionEvent } from '../model/events.ts';
import { parseTarget } from '../model/target.ts';
import { openDatabase } from '../store/driver.ts';
import { openStore } from '../store/store.ts';
import { openClient } from './client-options.ts';
import { createRetryPolicy, type RetryOptions } from './retry-policy.ts';
import { openTargetDelivery } from './target-delivery.ts';

interface Given extends RetryOptions {
  readonly port: number;
  readonly file?: string;
}

/** The delivery to a target, with a session that records requests as under way to it. */
async function aDelivery({ port, file = ':memory:', ...options }: Given) {
  const store = openStore(file, { dbTimeoutMs: 20 });
  const clock = createManualClock();
  const closing = new AbortController();
  const { signal } = closing;
  const client = openClient(store, {}, signal);
  const target = parseTarget(String(port));
  const session = await store.openSession({ project: 'project' }, clock.now);
  const events: SessionEvent[] = [];
  const delivery = openTargetDelivery({
    ...{ store, client, target, clock, signal },
    policy: createRetryPolicy(options),
    idHeaders: true,
    emit: (event) => events.push(event),
    random: () => 0,
  });
  onTestFinished(async () => {
    closing.abort();
    await delivery.over;
    await client.close();
    await store.close();
  });

  async function record() {
    const request = aRequest({ receivedAt: clock.now() });
    const deliveries = [{ target: target.href, isHeld: false }];
    return { seq: await store.add(request, { sessionId: session.id, deliveries }), request };
  }

  const reply = async () => {
    const { status } = await delivery.deliver({ ...(await record()), senderWaits: true });
    return status;
  };
  const warnings = () => events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  return { store, clock, target, delivery, record, reply, warnings };
}

const idleMs = 5_000;

test('replies with the response of the target, and tells it the id and the number of each attempt', async () => {
  const up = await startTarget({ answer: (_request, response) => void response.writeHead(201).end() });
  onTestFinished(() => up.close());
  const { store, reply } = await aDelivery({ port: up.port });
  expect(await reply()).toBe(201);
  expect(store.record(1)).toMatchObject({
    reply: { status: 201, by: 'target' },
    deliveries: [{ state: 'delivered' }],
  });
  const headers = up.requests[0]!.rawHeaders;
  expect(headers[headers.indexOf('webhook-cli-request-id') + 1]).toBe(store.summary(1)!.id);
  expect(headers[headers.indexOf('webhook-cli-attempt') + 1]).toBe('1');
});

test('numbers the retries of a request', async () => {
  let status = 500;
  const up = await startTarget({ answer: (_request, response) => void response.writeHead(status).end() });
  onTestFinished(() => up.close());
  const { store, clock, reply } = await aDelivery({ port: up.port, retryOn: ['5xx'] });
  expect(await reply()).toBe(202);
  await clock.runUntil(() => up.requests.length === 2);
  status = 200;
  await clock.runUntil(() => store.deliveriesOf(1)[0]!.state === 'delivered');
  const numbers = up.requests.map(
    ({ rawHeaders }) => rawHeaders[rawHeaders.indexOf('webhook-cli-attempt') + 1],
  );
  expect(numbers).toEqual(['1', '2', '3']);
});

test('queues a request at once if the target is down, and those that follow', async () => {
  const { store, clock, target, delivery, reply } = await aDelivery({ port: await freePort() });
  await clock.whenWaiting(idleMs);
  expect(delivery.hasBacklog()).toBe(false);
  expect(await reply()).toBe(202);
  expect([delivery.hasBacklog(), store.heldCount(target.href)]).toEqual([true, 1]);
});

test('has no backlog if nothing is held', async () => {
  const { delivery, reply } = await aDelivery({ port: await freePort(), whenDown: 'fail' });
  expect([await reply(), delivery.hasBacklog()]).toEqual([502, false]);
});

test('passes a response on that is to be retried if nothing is held, and fails the delivery', async () => {
  const up = await startTarget({ answer: (_request, response) => void response.writeHead(500).end('no') });
  onTestFinished(() => up.close());
  const { store, reply } = await aDelivery({ port: up.port, whenDown: 'fail', retryOn: ['5xx'] });
  expect(await reply()).toBe(500);
  expect(store.record(1)).toMatchObject({
    reply: { status: 500, by: 'target' },
    deliveries: [{ state: 'failed', held: false }],
    attempts: [{ outcome: { type: 'response' } }],
  });
});

test('holds a request whose attempt was not recorded, as soon as the store takes it', async () => {
  const file = `${await temporaryFolder()}/w.db`;
  const { store, clock, target, delivery, record, warnings } = await aDelivery({
    port: await freePort(),
    file,
  });
  await clock.whenWaiting(idleMs);
  const recorded = await record();
  const other = openDatabase(file);
  other.exec('BEGIN IMMEDIATE');
  const { status } = await delivery.deliver({ ...recorded, senderWaits: true });
  expect([status, delivery.hasBacklog()]).toEqual([202, true]);
  await clock.whenWaiting(750);
  expect(warnings()).toEqual([
    expect.stringMatching(/^The attempt to send \w+ to http:\S+ was not recorded: /),
    expect.stringMatching(/^A request could not be held for http:\S+ yet; trying again: /),
  ]);
  other.exec('ROLLBACK');
  other.close();
  await clock.runUntil(() => store.heldCount(target.href) === 1);
  expect(delivery.hasBacklog()).toBe(true);
});

test('does not hold a request that was dropped meanwhile', async () => {
  const { store, delivery, record, target } = await aDelivery({ port: await freePort() });
  const { seq } = await record();
  await store.closeDelivery(seq, target.href, 'dropped');
  await delivery.holdAndEnqueue(seq);
  expect(store.deliveriesOf(seq)).toMatchObject([{ target: target.href, state: 'dropped' }]);
});
