import { describe, expect, test } from 'vitest';
import type { FailureCode, Outcome } from '../model/attempt.ts';
import { emptyBody } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { backOffMs, createHolding } from './holding.ts';

const now = 1_790_000_000_000;
const answered = (status: number, headers: HeaderList = []): Outcome => ({
  type: 'response',
  response: { status, statusText: '', headers, trailers: [], body: emptyBody },
});
const failed = (code: FailureCode): Outcome => ({ type: 'failed', code, message: code });

describe('an outcome', () => {
  const holding = createHolding({ retryOn: ['5xx', '429'] });
  const judge = (outcome: Outcome, attempts = 1, receivedAt = now) =>
    holding.judge(outcome, attempts, receivedAt, now);

  test('that is an answer delivers the request', () => {
    for (const status of [200, 302, 400, 404]) expect(judge(answered(status))).toEqual({ type: 'delivered' });
  });

  test('of a target that is not there has everything wait in line', () => {
    for (const code of ['refused', 'not-found', 'unreachable', 'interrupted'] as const) {
      expect(judge(failed(code))).toEqual({ type: 'in-line' });
    }
  });

  test('of this request alone has it step aside', () => {
    for (const outcome of [
      failed('timeout'),
      failed('response-cut'),
      failed('reset'),
      answered(500),
      answered(429),
    ]) {
      const verdict = judge(outcome, 3);
      expect(verdict.type).toBe('later');
      const waits = verdict.type === 'later' ? verdict.retryAt - now : 0;
      expect(waits).toBeGreaterThanOrEqual(3_000);
      expect(waits).toBeLessThanOrEqual(4_000);
    }
  });

  test('that asks for a longer wait gets it', () => {
    expect(judge(answered(503, [['Retry-After', '120']]))).toEqual({ type: 'later', retryAt: now + 120_000 });
    const date = new Date(now + 60_000).toUTCString();
    expect(judge(answered(503, [['retry-after', date]]))).toEqual({ type: 'later', retryAt: now + 60_000 });
    expect(judge(answered(503, [['Retry-After', 'soon']])).type).toBe('later');
  });

  test('that no later try would change is final', () => {
    for (const code of ['not-sendable', 'bad-response'] as const) {
      expect(judge(failed(code))).toEqual({ type: 'failed' });
    }
  });

  test('of the last attempt allowed, or of a request too old, gives up', () => {
    const strict = createHolding({ maxAttempts: 3, giveUpAfterMs: 1_000 });
    expect(strict.judge(failed('timeout'), 2, now, now).type).toBe('later');
    expect(strict.judge(failed('timeout'), 3, now, now)).toEqual({ type: 'used-up' });
    expect(strict.judge(failed('refused'), 1, now - 1_000, now)).toEqual({ type: 'expired' });
  });

  test('of any failure is final where nothing is held', () => {
    const fail = createHolding({ whenDown: 'fail' });
    expect(fail.judge(failed('refused'), 1, now, now)).toEqual({ type: 'failed' });
    expect(fail.judge(answered(500), 1, now, now)).toEqual({ type: 'delivered' });
  });
});

test('waits double from a second to five minutes, less up to a quarter', () => {
  for (const [attempts, most] of [
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [30, 300_000],
    [2_000, 300_000],
  ] as const) {
    expect(backOffMs(attempts)).toBeLessThanOrEqual(most);
    expect(backOffMs(attempts)).toBeGreaterThanOrEqual(most * 0.75);
  }
});
