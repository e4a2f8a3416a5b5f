import { describe, expect, onTestFinished, test } from 'vitest';
import { aRefused, aRequest } from '../../test/support/builders.ts';
import { temporaryFolder } from '../../test/support/folders.ts';
import { freePort } from '../../test/support/listening.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startTarget } from '../../test/support/target.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { parseTarget } from '../model/target.ts';
import { openDatabase } from '../store/driver.ts';
import { type AddOptions, openStore } from '../store/store.ts';
import { createPauseSwitch } from './pause-switch.ts';
import { openDeliveryQueue } from './queue.ts';
import { createRetryPolicy, deliveryAfter, type RetryDecision } from './retry-policy.ts';

interface Given {
  readonly port?: number;
  readonly file?: string;
  /** The decisions after the attempts, in their order; `delivered` after the last. */
  readonly decisions?: readonly (RetryDecision | Error)[];
}

const delivered: RetryDecision = { type: 'delivered' };
const down: RetryDecision = { type: 'queue' };

/** A store with a target and what its queue needs; `open` opens the queue. */
async function aQueue({ port = 1, file = ':memory:', decisions = [] }: Given = {}) {
  const store = openStore(file);
  const clock = createManualClock();
  const closing = new AbortController();
  const target = parseTarget(String(port));
  const session = await store.openSession({ project: 'project' }, clock.now);
  const pauseSwitch = createPauseSwitch({ hasTargets: true, canHold: true, changed: () => {} });
  const attempts: Seq[] = [];
  const warnings: string[] = [];
  const left = [...decisions];

  async function deliver(seq: Seq, { id }: CapturedRequest): Promise<RetryDecision> {
    attempts.push(seq);
    const decision = left.shift() ?? delivered;
    if (decision instanceof Error) throw decision;
    const attempt = aRefused({ kind: 'retry', target: target.href });
    await store.addAttempt(seq, id, attempt, deliveryAfter(decision));
    return decision;
  }

  function open() {
    const queue = openDeliveryQueue({
      ...{ store, target, deliver, pauseSwitch, clock },
      policy: createRetryPolicy({ giveUpAfterMs: 3_600_000 }),
      warn: (message) => warnings.push(message),
      random: () => 0,
      signal: closing.signal,
    });
    onTestFinished(async () => {
      closing.abort();
      await queue.over;
      await store.close();
    });
    return queue;
  }

  /** Records a request that is held for the target. */
  const record = (options: Partial<AddOptions> = {}) =>
    store.add(aRequest({ receivedAt: clock.now() }), {
      sessionId: session.id,
      deliveries: [{ target: target.href, isHeld: true }],
      ...options,
    });
  const stateOf = (seq: Seq) => store.deliveriesOf(seq)[0]?.state;
  return { store, clock, target, session, pauseSwitch, attempts, warnings, open, record, stateOf };
}

/** Changes a database as another process would. */
function inDatabase(file: string, sql: string): void {
  const db = openDatabase(file);
  db.exec(sql);
  db.close();
}

/** Time that an idle queue rests. */
const idleMs = 5_000;

describe('order and backlog', () => {
  test('delivers one after the other, in the order of recording', async () => {
    const { clock, attempts, open, record } = await aQueue();
    await Promise.all([record(), record()]);
    const queue = open();
    expect(queue.hasBacklog()).toBe(true);
    queue.add(record());
    await clock.runUntil(() => attempts.length === 3);
    expect(attempts).toEqual([1, 2, 3]);
    await clock.whenWaiting(idleMs);
    expect(queue.hasBacklog()).toBe(false);
  });

  test('counts a request as backlog while it is being recorded', async () => {
    const { clock, open } = await aQueue();
    const queue = open();
    await clock.whenWaiting(idleMs);
    expect(queue.hasBacklog()).toBe(false);
    let recorded!: () => void;
    queue.add(new Promise<void>((resolve) => (recorded = resolve)));
    await clock.advance(idleMs);
    expect(queue.hasBacklog()).toBe(true);
    recorded();
    await clock.runUntil(() => !queue.hasBacklog());
  });

  test('has no backlog once recording has failed', async () => {
    const { clock, open, attempts } = await aQueue();
    const queue = open();
    queue.add(Promise.reject(new Error('disk full')));
    expect(queue.hasBacklog()).toBe(true);
    await clock.runUntil(() => !queue.hasBacklog());
    expect(attempts).toEqual([]);
  });

  test('delivers what a session left under way when it ended', async () => {
    const { clock, target, session, attempts, open, record } = await aQueue();
    await record({ deliveries: [{ target: target.href, isHeld: false }] });
    await session.end();
    open();
    await clock.runUntil(() => attempts.length === 1);
  });

  test('drops a request that was refused', async () => {
    const file = `${await temporaryFolder()}/w.db`;
    const { clock, attempts, open, record, stateOf } = await aQueue({ file });
    await Promise.all([record(), record()]);
    inDatabase(file, "UPDATE requests SET refusal = 'ip' WHERE seq = 1");
    open();
    await clock.runUntil(() => attempts.length > 0);
    expect([attempts, stateOf(1)]).toEqual([[2], 'dropped']);
  });
});

describe('a target that is down', () => {
  test('is polled with back-off, and gets the queue when it is up', async () => {
    const port = await freePort();
    const { clock, attempts, open, record } = await aQueue({ port, decisions: [down] });
    await Promise.all([record(), record()]);
    const queue = open();
    for (const ms of [250, 375, 562.5, 843.75]) {
      await clock.whenWaiting(ms);
      expect([attempts, queue.hasBacklog()]).toEqual([[1], true]);
      await clock.advance(ms);
    }
    const up = await startTarget({ port });
    onTestFinished(() => up.close());
    await clock.runUntil(() => attempts.length === 3);
    expect(attempts).toEqual([1, 1, 2]);
  });

  test('gets the queue at once when something else shows that it is up', async () => {
    const port = await freePort();
    const { clock, attempts, open, record } = await aQueue({ port, decisions: [down] });
    await record();
    const queue = open();
    // It is polled every 5 s after a while.
    await clock.runUntil(() => clock.waits.includes(5_000));
    const target = await startTarget({ port });
    onTestFinished(() => target.close());
    const before = clock.now();
    queue.targetMayBeUp();
    while (attempts.length < 2) await clock.advance(0);
    expect(clock.now()).toBe(before);
  });

  test('is polled more slowly if something listens there and requests still fail', async () => {
    const up = await startTarget();
    onTestFinished(() => up.close());
    const { clock, attempts, open, record } = await aQueue({ port: up.port, decisions: [down, down] });
    await record();
    open();
    for (const ms of [250, 375]) {
      await clock.whenWaiting(ms);
      await clock.advance(ms);
    }
    await clock.runUntil(() => attempts.length === 3);
  });

  test('is polled at once if a live attempt has shown that it is down', async () => {
    const { clock, attempts, open, record } = await aQueue({ port: await freePort() });
    const queue = open();
    await clock.whenWaiting(idleMs);
    queue.add(record(), true);
    await clock.whenWaiting(250);
    expect(attempts).toEqual([]);
  });

  test('is not polled for ever: its requests expire', async () => {
    const { clock, warnings, open, record, stateOf } = await aQueue({
      port: await freePort(),
      decisions: [down],
    });
    await record();
    const queue = open();
    await clock.whenWaiting(250);
    clock.set(clock.now() + 3_600_000);
    await clock.runUntil(() => !queue.hasBacklog());
    expect(stateOf(1)).toBe('expired');
    expect(warnings).toEqual([
      expect.stringMatching(/is given up: it was held for http:\S+ for too long\.$/),
    ]);
  });
});

describe('a request of its own moment', () => {
  test('is retried then, and others pass it', async () => {
    const { clock, attempts, open, record } = await aQueue({
      decisions: [{ type: 'retry-at', retryAt: createManualClock().now() + 7_000 }],
    });
    await Promise.all([record(), record()]);
    open();
    await clock.whenWaiting(idleMs);
    expect(attempts).toEqual([1, 2]);
    await clock.advance(6_999);
    await clock.whenWaiting(1);
    expect(attempts).toEqual([1, 2]);
    await clock.advance(1);
    await clock.runUntil(() => attempts.length === 3);
    expect(attempts).toEqual([1, 2, 1]);
  });

  test('does not wait longer when the clock is set back', async () => {
    const { clock, attempts, store, target, open, record } = await aQueue({
      decisions: [{ type: 'retry-at', retryAt: createManualClock().now() + 7_000 }],
    });
    await record();
    open();
    await clock.whenWaiting(idleMs);
    clock.set(clock.now() - 3_600_000);
    await clock.advance(idleMs);
    await clock.whenWaiting(idleMs);
    // What it had waited since the last look does not count.
    expect(store.nextDueAt(target.href)).toBe(clock.now() + 7_000);
    await clock.advance(7_000);
    await clock.runUntil(() => attempts.length === 2);
  });
});

test('delivers nothing while forwarding is paused', async () => {
  const { clock, pauseSwitch, attempts, open, record } = await aQueue();
  const queue = open();
  await clock.whenWaiting(idleMs);
  pauseSwitch.pause();
  expect(queue.hasBacklog()).toBe(true);
  queue.add(record());
  await clock.advance(3 * idleMs);
  expect(attempts).toEqual([]);
  pauseSwitch.resume();
  await clock.runUntil(() => attempts.length === 1);
  await clock.whenWaiting(idleMs);
  expect(queue.hasBacklog()).toBe(false);
});

test('warns of a failure of the store and tries again with back-off', async () => {
  const { clock, warnings, attempts, open, record } = await aQueue({
    decisions: [new Error('disk full'), new Error('disk full')],
  });
  await record();
  open();
  for (const ms of [750, 1_500]) {
    await clock.whenWaiting(ms);
    await clock.advance(ms);
  }
  await clock.runUntil(() => attempts.length === 3);
  expect(warnings).toEqual(Array(2).fill(expect.stringMatching(/could not be delivered.*: disk full\.$/)));
});

describe('a queue that another process has', () => {
  /** Writes the claim of another process that runs. */
  const claim = (file: string, target: string, heartbeatAt: number) =>
    inDatabase(
      file,
      `INSERT INTO claims (target, pid, heartbeat_at) VALUES ('${target}', ${process.ppid}, ${heartbeatAt})`,
    );

  test('is left to it until its claim is released', async () => {
    const file = `${await temporaryFolder()}/w.db`;
    const { clock, store, target, attempts, open, record } = await aQueue({ file });
    await record();
    claim(file, target.href, clock.now());
    const queue = open();
    await clock.whenWaiting(idleMs);
    await clock.advance(idleMs);
    expect([attempts, queue.hasBacklog()]).toEqual([[], true]);
    expect(store.claimHolder(target.href, clock.now())).toBe(process.ppid);
    inDatabase(file, 'DELETE FROM claims');
    await clock.runUntil(() => attempts.length === 1);
    expect(store.claimHolder(target.href, clock.now())).toBe(process.pid);
  });

  test('is taken over when its heartbeat is stale', async () => {
    const file = `${await temporaryFolder()}/w.db`;
    const { clock, target, attempts, open, record } = await aQueue({ file });
    await record();
    claim(file, target.href, clock.now());
    const start = clock.now();
    open();
    await clock.whenWaiting(idleMs);
    await clock.runUntil(() => attempts.length === 1);
    expect(clock.now() - start).toBeGreaterThanOrEqual(30_000);
  });
});
