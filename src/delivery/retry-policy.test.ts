import { describe, expect, test } from 'vitest';
import type { FailureCode, Outcome } from '../model/attempt.ts';
import { emptyBody } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { backOffMs, createRetryPolicy, deliveryAfter, type RetryOptions } from './retry-policy.ts';

const now = 1_790_000_000_000;
const responded = (status: number, headers: HeaderList = []): Outcome => ({
  type: 'response',
  response: { status, statusText: '', headers, trailers: [], body: emptyBody },
});
const failed = (code: FailureCode): Outcome => ({ type: 'failed', code, message: code });

interface Case {
  readonly outcome: Outcome;
  readonly number?: number;
  readonly ageMs?: number;
  readonly options?: RetryOptions;
}

/** Without chance, so that the back-off is 75 % of the longest. */
function classify({ outcome, number = 1, ageMs = 0, options = { retryOn: ['5xx', '429'] } }: Case) {
  return createRetryPolicy(options, () => 0).classify({ outcome, number, receivedAt: now - ageMs }, now);
}

const retryAfter = (value: string) => responded(503, [['Retry-After', value]]);
const strict = { maxAttempts: 3, giveUpAfterMs: 1_000 };
const fail = { whenDown: 'fail' } as const;
const days = 24 * 60 * 60 * 1000;

describe('classify', () => {
  test.each<[string, Case, ReturnType<typeof classify>]>([
    ['200 is delivered', { outcome: responded(200) }, { type: 'delivered' }],
    ['302 is delivered', { outcome: responded(302) }, { type: 'delivered' }],
    ['400 is delivered', { outcome: responded(400) }, { type: 'delivered' }],
    ['404 is delivered', { outcome: responded(404) }, { type: 'delivered' }],
    [
      '500 is delivered unless it is to be retried',
      { outcome: responded(500), options: {} },
      { type: 'delivered' },
    ],
    ['refused queues', { outcome: failed('refused') }, { type: 'queue' }],
    ['not-found queues', { outcome: failed('not-found') }, { type: 'queue' }],
    ['unreachable queues', { outcome: failed('unreachable') }, { type: 'queue' }],
    ['interrupted queues', { outcome: failed('interrupted') }, { type: 'queue' }],
    [
      'interrupted queues even as the last attempt',
      { outcome: failed('interrupted'), number: 3, options: strict },
      { type: 'queue' },
    ],
    [
      'interrupted queues however old',
      { outcome: failed('interrupted'), ageMs: 9_000, options: strict },
      { type: 'queue' },
    ],
    [
      'timeout is retried alone',
      { outcome: failed('timeout'), number: 3 },
      { type: 'retry-at', retryAt: now + 3_000 },
    ],
    [
      'response-cut is retried alone',
      { outcome: failed('response-cut'), number: 3 },
      { type: 'retry-at', retryAt: now + 3_000 },
    ],
    [
      'reset is retried alone',
      { outcome: failed('reset'), number: 3 },
      { type: 'retry-at', retryAt: now + 3_000 },
    ],
    [
      '500 is retried alone',
      { outcome: responded(500), number: 3 },
      { type: 'retry-at', retryAt: now + 3_000 },
    ],
    [
      '429 is retried alone',
      { outcome: responded(429), number: 3 },
      { type: 'retry-at', retryAt: now + 3_000 },
    ],
    ['not-sendable fails', { outcome: failed('not-sendable') }, { type: 'failed' }],
    ['bad-response fails', { outcome: failed('bad-response') }, { type: 'failed' }],
    [
      'an attempt before the last is retried',
      { outcome: failed('timeout'), number: 2, options: strict },
      { type: 'retry-at', retryAt: now + 1_500 },
    ],
    [
      'the last attempt uses them up',
      { outcome: failed('timeout'), number: 3, options: strict },
      { type: 'attempts-used-up' },
    ],
    [
      'the last attempt uses them up with a target that is down',
      { outcome: failed('refused'), number: 3, options: strict },
      { type: 'attempts-used-up' },
    ],
    [
      'an old request expires',
      { outcome: failed('refused'), ageMs: 1_000, options: strict },
      { type: 'expired' },
    ],
    [
      'a request younger than the limit does not',
      { outcome: failed('refused'), ageMs: 999, options: strict },
      { type: 'queue' },
    ],
    [
      'attempts used up come before the age',
      { outcome: failed('refused'), number: 3, ageMs: 1_000, options: strict },
      { type: 'attempts-used-up' },
    ],
    [
      'a request expires after 3 days by default',
      { outcome: failed('refused'), ageMs: 3 * days },
      { type: 'expired' },
    ],
    ['refused fails if nothing is held', { outcome: failed('refused'), options: fail }, { type: 'failed' }],
    ['timeout fails if nothing is held', { outcome: failed('timeout'), options: fail }, { type: 'failed' }],
    [
      '500 is delivered if nothing is held',
      { outcome: responded(500), options: fail },
      { type: 'delivered' },
    ],
    [
      '500 that would be retried fails if nothing is held',
      { outcome: responded(500), options: { ...fail, retryOn: ['5xx'] } },
      { type: 'failed' },
    ],
    ['Retry-After in seconds', { outcome: retryAfter('120') }, { type: 'retry-at', retryAt: now + 120_000 }],
    [
      'Retry-After as a date',
      { outcome: retryAfter(new Date(now + 60_000).toUTCString()) },
      { type: 'retry-at', retryAt: now + 60_000 },
    ],
    [
      'Retry-After in the past',
      { outcome: retryAfter(new Date(now - 60_000).toUTCString()) },
      { type: 'retry-at', retryAt: now + 750 },
    ],
    [
      'Retry-After that is shorter than the back-off',
      { outcome: retryAfter('1'), number: 9 },
      { type: 'retry-at', retryAt: now + 192_000 },
    ],
    [
      'Retry-After of more than a day',
      { outcome: retryAfter('999999') },
      { type: 'retry-at', retryAt: now + days },
    ],
    [
      'Retry-After that is no time',
      { outcome: retryAfter('soon') },
      { type: 'retry-at', retryAt: now + 750 },
    ],
  ])('%s', (_, given, decision) => {
    expect(classify(given)).toEqual(decision);
  });
});

test('statuses match digit by digit, in either case', () => {
  const isRetried = (pattern: string, status: number) =>
    classify({ outcome: responded(status), options: { retryOn: [pattern] } }).type === 'retry-at';
  expect([isRetried('5XX', 599), isRetried('42x', 429), isRetried('429', 429)]).toEqual([true, true, true]);
  expect([isRetried('5xx', 499), isRetried('429', 428), isRetried('', 200)]).toEqual([false, false, false]);
});

test('a decision closes the delivery or holds it', () => {
  expect(deliveryAfter({ type: 'delivered' })).toEqual({ closes: 'delivered' });
  expect(deliveryAfter({ type: 'failed' })).toEqual({ closes: 'failed' });
  expect(deliveryAfter({ type: 'attempts-used-up' })).toEqual({ closes: 'failed', reason: 'max-attempts' });
  expect(deliveryAfter({ type: 'expired' })).toEqual({ closes: 'expired', reason: 'too-old' });
  expect(deliveryAfter({ type: 'queue' })).toEqual({ holds: {} });
  expect(deliveryAfter({ type: 'retry-at', retryAt: now })).toEqual({ holds: { retryAt: now } });
});

test.each([
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [30, 300_000],
  [2_000, 300_000],
])('the back-off after %i attempts is at most %i ms, and a quarter less at least', (attempts, longest) => {
  expect(backOffMs(attempts, () => 0)).toBe(longest * 0.75);
  expect(backOffMs(attempts, () => 1)).toBe(longest);
});
