import { afterEach, expect, test } from 'vitest';
import { anAnswered, aRequest } from '../../test/support/builders.ts';
import { startTarget, type TestTarget } from '../../test/support/target.ts';
import { parseTarget } from '../model/target.ts';
import { openStore, type Store } from '../store/store.ts';
import { type ForwardOptions, forward } from './forward.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function recorded(): Promise<{ readonly store: Store; readonly up: TestTarget }> {
  const store = openStore(':memory:');
  cleanUps.push(() => store.close());
  const up = await startTarget();
  cleanUps.push(() => up.close());
  const { id: sessionId } = await store.openSession({ project: 'project' });
  await store.add(aRequest(), { sessionId });
  return { store, up };
}

function forwarding(store: Store, up: TestTarget, more: Partial<ForwardOptions> = {}) {
  const stop = new AbortController();
  const ended = forward({
    store,
    target: parseTarget(up.url),
    after: 0,
    handled: false,
    again: false,
    onEvent: () => {},
    signal: stop.signal,
    ...more,
  });
  return { ended, stop };
}

test('rejects if it cannot go on, without being stopped', async () => {
  const { store, up } = await recorded();
  const page = () => {
    throw new Error('the disk is gone');
  };
  const { ended } = forwarding({ ...store, page }, up);
  await expect(ended).rejects.toThrow('the disk is gone');
});

test('rejects if a delivery cannot be made', async () => {
  const { store, up } = await recorded();
  const request = () => {
    throw new Error('the file is damaged');
  };
  const { ended } = forwarding({ ...store, request }, up);
  await expect(ended).rejects.toThrow('the file is damaged');
});

test('counts the attempts before, also those that the target has responded to', async () => {
  const { store, up } = await recorded();
  const attempt = anAnswered(500, '', [], { target: parseTarget(up.url).href });
  await store.addAttempt(1, store.summary(1)!.id, attempt);
  const { ended, stop } = forwarding(store, up, { again: true, idHeaders: true });
  const { rawHeaders } = await up.next();
  expect(rawHeaders[rawHeaders.indexOf('webhook-cli-attempt') + 1]).toBe('2');
  stop.abort();
  await ended;
});
