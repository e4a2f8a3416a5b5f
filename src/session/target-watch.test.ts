import { expect, onTestFinished, test } from 'vitest';
import { anAnswered, aRefused } from '../../test/support/builders.ts';
import { freePort } from '../../test/support/listening.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { startTarget } from '../../test/support/target.ts';
import type { NewAttempt } from '../model/attempt.ts';
import { parseTarget } from '../model/target.ts';
import { createTargetWatch } from './target-watch.ts';

/** A watch of targets, and what it told. */
function aWatch(...targets: readonly (string | number)[]) {
  const clock = createManualClock(1_000_000);
  const closing = new AbortController();
  const told: string[] = [];
  const watch = createTargetWatch({
    targets: targets.map((target) => parseTarget(String(target))),
    changed: ({ target, health }) => told.push(`${target.basePath}${health.state}`),
    clock,
    signal: closing.signal,
  });
  onTestFinished(() => closing.abort());
  const attempted = (attempt: NewAttempt) =>
    watch.attempted({ ...attempt, seq: 1, requestId: 'a', number: 1, reply: { status: null, by: null } });
  const health = () => watch.known[0]!.health;
  return { watch, clock, closing, told, attempted, health };
}

async function aTarget(port?: number) {
  const target = await startTarget(port === undefined ? {} : { port });
  onTestFinished(() => target.close());
  return target;
}

test('looks every 5 s while the target is down, every 15 s while it is up', async () => {
  const port = await freePort();
  const { watch, clock, told, health } = aWatch(port);
  expect(health()).toEqual({ state: 'unknown' });
  watch.start();
  await clock.whenWaiting(5_000);
  expect(health()).toEqual({ state: 'absent' });
  await clock.advance(4_999);
  const target = await aTarget(port);
  expect(clock.waits).toEqual([1]);
  await clock.advance(1);
  await clock.whenWaiting(15_000);
  expect(health()).toEqual({ state: 'up' });
  await target.close();
  await clock.advance(14_999);
  expect(clock.waits).toEqual([1]);
  await clock.advance(1);
  await clock.whenWaiting(5_000);
  expect(health()).toEqual({ state: 'down', code: 'refused', since: 1_020_000 });
  await clock.advance(5_000);
  await clock.whenWaiting(5_000);
  expect(health()).toEqual({ state: 'down', code: 'refused', since: 1_020_000 });
  await aTarget(port);
  await clock.advance(5_000);
  await clock.whenWaiting(15_000);
  expect(health()).toEqual({ state: 'up' });
  expect(told).toEqual(['absent', 'up', 'down', 'up']);
});

test('an attempt shows at once what a look would show later', async () => {
  const { port, requests } = await aTarget();
  const { watch, clock, told, attempted, health } = aWatch(port);
  watch.start();
  await clock.whenWaiting(15_000);
  attempted(aRefused({ target: `http://localhost:${port}`, startedAt: 5, ms: 2 }));
  expect(health()).toEqual({ state: 'down', code: 'refused', since: 7 });
  await clock.whenWaiting(5_000);
  attempted(anAnswered(500, '', [], { target: `http://localhost:${port}` }));
  expect(health()).toEqual({ state: 'up' });
  await clock.whenWaiting(15_000);
  expect(told).toEqual(['up', 'down', 'up']);
  expect(requests).toEqual([]);
});

test('does not look while attempts show the health', async () => {
  const target = await aTarget();
  const { watch, clock, attempted } = aWatch(target.port);
  watch.start();
  await clock.whenWaiting(15_000);
  await target.close();
  for (let count = 0; count < 10; count++) {
    await clock.advance(10_000);
    attempted(anAnswered(200, '', [], { target: `http://localhost:${target.port}` }));
  }
  expect(watch.known[0]!.health).toEqual({ state: 'up' });
  await clock.advance(15_000);
  await clock.whenWaiting(5_000);
  expect(watch.known[0]!.health).toMatchObject({ state: 'down' });
});

test('an open port does not disprove that requests time out', async () => {
  const { port } = await aTarget();
  const { watch, clock, attempted, health } = aWatch(port);
  const failed = (code: 'timeout' | 'interrupted') =>
    aRefused({
      target: `http://localhost:${port}`,
      outcome: { type: 'failed', code, message: 'no response' },
    });
  attempted(failed('timeout'));
  watch.start();
  await clock.whenWaiting();
  expect(health()).toMatchObject({ state: 'down', code: 'timeout' });
  attempted(anAnswered(200, '', [], { target: `http://localhost:${port}` }));
  attempted(failed('interrupted'));
  expect(health()).toEqual({ state: 'up' });
});

test('looks once at a port that several targets have, and tells of each', async () => {
  const { port } = await aTarget();
  const { watch, clock, told } = aWatch(`:${port}/a`, `:${port}/b`);
  watch.start();
  watch.start();
  await clock.whenWaiting(15_000);
  expect(clock.waits).toEqual([15_000]);
  expect(told).toEqual(['/aup', '/bup']);
});

test('stops when its session closes', async () => {
  const { port } = await aTarget();
  const { watch, clock, closing, told } = aWatch(port, 'http://192.0.2.1:9');
  watch.start();
  await clock.whenWaiting(15_000);
  closing.abort();
  await clock.advance(60_000);
  expect(clock.waits).toEqual([]);
  expect(told).toEqual(['up']);
});
