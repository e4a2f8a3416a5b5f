import { expect, test } from 'vitest';
import { aRefused } from '../../test/support/builders.ts';
import { operationParts, stripeBody, stripeRequest, withSecrets } from '../../test/support/operations.ts';
import type { Attempt } from '../model/attempt.ts';
import { parseTarget } from '../model/target.ts';
import { StoreFailure } from '../store/store.ts';
import { planReplay, type ReplayContext, type ReplayInput, runReplay } from './replay.ts';
import type { ForwardedTargets } from './replay-target.ts';

const nowhere: ForwardedTargets = { defaultTarget: null, targets: [] };

async function replaying(forwarded = nowhere) {
  const parts = await operationParts();
  const context: ReplayContext = {
    ...parts.context,
    loadAssessor: withSecrets({ stripe: 'whsec_a' }),
    forwardedTargets: async () => forwarded,
  };
  async function replay(input: ReplayInput, concurrency = 1, changed: Partial<ReplayContext> = {}) {
    const attempts: Attempt[] = [];
    const own = { ...context, ...changed };
    const plan = await planReplay(own, input);
    await runReplay(own, plan, {
      concurrency,
      onAttempt: (attempt) => void attempts.push(attempt),
      signal: parts.stop.signal,
    });
    return { attempts, warnings: plan.warnings };
  }
  return { ...parts, context, replay };
}

test('sends requests in order, one after the other', async () => {
  const { replay, record, target } = await replaying();
  const up = await target();
  const refs = [];
  for (const number of [1, 2, 3, 4, 5]) refs.push(await record({ requestTarget: `/${number}` }));
  const { attempts } = await replay({ refs: refs.toReversed(), to: up.url });
  expect(up.requests.map(({ url }) => url)).toEqual(['/5', '/4', '/3', '/2', '/1']);
  expect(attempts.map(({ kind, number }) => [kind, number])).toEqual(Array(5).fill(['replay', 1]));
});

test('sends several at once', async () => {
  const { replay, record, target } = await replaying();
  const answers: (() => void)[] = [];
  const up = await target((_request, response) => {
    answers.push(() => response.end());
    if (answers.length === 3) for (const answer of answers) answer();
  });
  const refs = [await record(), await record(), await record()];
  expect((await replay({ refs, to: up.url }, 3)).attempts).toHaveLength(3);
});

test('sends nothing if a ref is unknown', async () => {
  const { replay, record, target } = await replaying();
  const up = await target();
  await expect(replay({ refs: [await record(), 'zzzz'], to: up.url })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(up.requests).toEqual([]);
});

test('sends nothing more once an attempt is not recorded', async () => {
  const { replay, record, target, store } = await replaying();
  const up = await target();
  const refs = [await record(), await record(), await record()];
  const addAttempt = async () => {
    throw new StoreFailure('full', 'the disk is full');
  };
  const failing = { ...store, addAttempt };
  await expect(replay({ refs, to: up.url }, 1, { store: failing })).rejects.toMatchObject({
    code: 'database',
    message: expect.stringMatching(/^\w+ was sent to http:\S+, but that could not be recorded: /),
  });
  expect(up.requests.length).toBeLessThan(3);
});

test('sends nothing more once it is stopped', async () => {
  const { replay, record, target, stop } = await replaying();
  const up = await target((_request, response) => {
    response.end();
    stop.abort();
  });
  const { attempts } = await replay({ refs: [await record(), await record()], to: up.url });
  expect([up.requests.length, attempts.length]).toEqual([1, 1]);
});

test('goes to the target of the newest delivery unless another is given', async () => {
  const { replay, record, target, store } = await replaying();
  const up = await target();
  const seq = await record();
  await expect(replay({ refs: [seq] })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/was never forwarded, so there is no target to replay it to\.$/),
    hint: 'Use option "to", such as "to: 3000".',
  });
  await store.addAttempt(seq, store.summary(seq)!.id, aRefused({ target: parseTarget(up.url).href }));
  expect((await replay({ refs: [seq] })).attempts).toMatchObject([{ outcome: { type: 'response' } }]);
});

test('rejects a request that is not whole', async () => {
  const { replay, record } = await replaying();
  const refs = [await record({ state: 'truncated' })];
  await expect(replay({ refs, to: '3000' })).rejects.toMatchObject({
    message: expect.stringContaining('cut at the size limit'),
    hint: 'Allow larger bodies: listen with option "maxBody".',
  });
});

test('warns of refused requests and expired signatures, and sends them', async () => {
  const { replay, record, target } = await replaying();
  const up = await target();
  const refused = await record({}, { withholding: { refusal: 'signature', handledBy: null } });
  const classification = {
    provider: 'stripe',
    event: null,
    eventId: null,
    verification: { result: 'unchecked', reason: null },
    replyDeadlineMs: null,
  } as const;
  const old = await record({ ...stripeRequest(), body: stripeBody }, { classification });
  const { warnings, attempts } = await replay({ refs: [refused, old], to: up.url });
  expect(warnings).toMatchObject([
    { type: 'refused', reasons: ['signature'], ids: [expect.any(String)] },
    { type: 'expired-signatures', count: 1, provider: 'stripe', toleranceMs: 300_000 },
  ]);
  expect(attempts).toHaveLength(2);
});

test('signs again, for targets of a running session only', async () => {
  const { replay, record, target, store } = await replaying();
  const up = await target();
  const seq = await record({ ...stripeRequest(), body: stripeBody });
  await store.addAttempt(seq, store.summary(seq)!.id, aRefused({ target: parseTarget(up.url).href }));
  await expect(replay({ refs: [seq], resign: {} })).rejects.toMatchObject({ code: 'usage' });
  const forwardedTargets = async () => ({ defaultTarget: null, targets: [parseTarget(up.url).href] });
  const { attempts } = await replay({ refs: [seq], resign: {} }, 1, { forwardedTargets });
  expect(attempts[0]!.sent?.change).toBe('re-signed');
  expect(store.record(seq)!.attempts.at(-1)!.sent?.change).toBe('re-signed');
  expect(attempts[0]!.sent?.headers.find(([name]) => name === 'Stripe-Signature')?.[1]).not.toMatch(/v1=00/);
  expect(up.requests).toHaveLength(1);
});

test('creates no delivery', async () => {
  const { replay, record, target, store } = await replaying();
  const up = await target();
  const seq = await record();
  await replay({ refs: [seq], to: up.url });
  expect(store.deliveriesOf(seq)).toEqual([]);
});

test('a response closes a pending delivery to the target, a failure does not', async () => {
  const { replay, record, target, store } = await replaying();
  const up = await target((_request, response) => void response.writeHead(500).end());
  const href = parseTarget(up.url).href;
  const other = 'http://localhost:1';
  const deliveries = [href, other].map((each) => ({ target: each, isHeld: true }));
  const seq = await record({}, { deliveries });
  const states = () => store.deliveriesOf(seq).map((each) => [each.target, each.state, each.held]);
  await replay({ refs: [seq], to: other });
  expect(states()).toContainEqual([other, 'pending', true]);
  await replay({ refs: [seq], to: up.url });
  expect(states()).toEqual(
    [
      [href, 'delivered', false],
      [other, 'pending', true],
    ].sort(),
  );
});

test('a response does not change a delivery that has ended', async () => {
  const { replay, record, target, store } = await replaying();
  const up = await target();
  const href = parseTarget(up.url).href;
  const seq = await record({}, { deliveries: [{ target: href, isHeld: true }] });
  await store.closeDelivery(seq, href, 'dropped', 'user');
  await replay({ refs: [seq], to: up.url });
  expect(store.deliveriesOf(seq)).toMatchObject([{ state: 'dropped', reason: 'user' }]);
});

test('a held request goes to the target that it is held for, unless another is given', async () => {
  const { replay, record, target, store } = await replaying();
  const [up, other] = [await target(), await target()];
  const href = parseTarget(up.url).href;
  const seq = await record({}, { deliveries: [{ target: href, isHeld: true }] });
  const defaultTarget = parseTarget(other.url);
  const { warnings } = await replay({ refs: [seq], defaultTarget });
  expect(warnings).toEqual([{ type: 'held', ids: [store.summary(seq)!.id], targets: [href] }]);
  expect([up.requests.length, other.requests.length]).toEqual([1, 0]);
  expect((await replay({ refs: [seq], defaultTarget })).warnings).toEqual([]);
  expect(other.requests).toHaveLength(1);
});

test('a new signature goes to the target that a request is held for only if the session forwards there', async () => {
  const { replay, record, target, store } = await replaying();
  const [foreign, own] = [await target(), await target()];
  const deliveries = [{ target: parseTarget(foreign.url).href, isHeld: true }];
  const seq = await record({ ...stripeRequest(), body: stripeBody }, { deliveries });
  const forwardedTargets = async () => ({ defaultTarget: parseTarget(own.url).href, targets: [] });
  await replay({ refs: [seq], resign: {} }, 1, { forwardedTargets });
  expect([foreign.requests.length, own.requests.length]).toEqual([0, 1]);
  expect(store.heldTargets()).toHaveLength(1);
});
