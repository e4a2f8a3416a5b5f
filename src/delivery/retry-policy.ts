import type { FailureCode, Outcome } from '../model/attempt.ts';
import { defaults } from '../model/defaults.ts';
import { headerValue } from '../model/headers.ts';
import type { AttemptOptions } from '../store/store.ts';

/** Options of queueing and retrying requests. */
export interface RetryOptions {
  /** If a target does not respond: `hold` queues the request and retries it; `fail` tells the sender at once. */
  readonly whenDown?: 'hold' | 'fail' | undefined;
  /** Responses to retry like a failure: `5xx`, `429` … */
  readonly retryOn?: readonly string[] | undefined;
  /** The number of attempts after which a request is given up; no limit unless given. */
  readonly maxAttempts?: number | undefined;
  /** The age in ms at which a request is given up; 3 days unless given. */
  readonly giveUpAfterMs?: number | undefined;
}

/** The consequence of an attempt for a request's delivery to the target. */
export type RetryDecision =
  | { readonly type: 'delivered' }
  /** No retry would end otherwise, or none is wanted. */
  | { readonly type: 'failed' }
  /** The target cannot be reached: the whole queue waits for it. */
  | { readonly type: 'queue' }
  /** This request alone failed: it is retried at its own moment (ms since the epoch), and others pass it. */
  | { readonly type: 'retry-at'; readonly retryAt: number }
  /** The last attempt that `maxAttempts` allows failed. */
  | { readonly type: 'attempts-used-up' }
  /** The request is older than `giveUpAfterMs`. */
  | { readonly type: 'expired' };

/** An attempt that has ended, as the retry policy looks at it. */
export interface EndedAttempt {
  readonly outcome: Outcome;
  /** Its number among the attempts to deliver the request to this target, from 1. */
  readonly number: number;
  /** The arrival of the request, in ms since the epoch. */
  readonly receivedAt: number;
}

/** Decides which requests are queued or retried, and when they are given up. */
export interface RetryPolicy {
  /** False if a request that cannot be delivered now is never delivered later. */
  readonly holds: boolean;
  classify(attempt: EndedAttempt, now: number): RetryDecision;
  /** True for a request that arrived too long ago to be delivered; both in ms since the epoch. */
  isExpired(receivedAt: number, now: number): boolean;
}

const firstRetryMs = 1_000;
const longestRetryMs = 5 * 60 * 1000;
/** The longest wait that a target may ask for with Retry-After. */
const longestAskedMs = 24 * 60 * 60 * 1000;

/** Nothing listens there: the next request would fail just the same. */
const targetIsDown: ReadonlySet<FailureCode> = new Set(['refused', 'not-found', 'unreachable']);

const neverRetried: ReadonlySet<FailureCode> = new Set(['not-sendable', 'bad-response']);

/** Creates the retry policy that these options mean. */
export function createRetryPolicy(options: RetryOptions, random: () => number = Math.random): RetryPolicy {
  const holds = options.whenDown !== 'fail';
  const maxAgeMs = options.giveUpAfterMs ?? defaults.giveUpAfterMs;
  const maxAttempts = options.maxAttempts ?? Number.POSITIVE_INFINITY;
  const retryOn = options.retryOn ?? [];
  const isRetried = (status: number) => retryOn.some((pattern) => matchesStatus(pattern, status));
  const isExpired = (receivedAt: number, now: number) => now - receivedAt >= maxAgeMs;

  return {
    holds,
    isExpired,
    classify({ outcome, number, receivedAt }, now) {
      if (outcome.type === 'response' && !isRetried(outcome.response.status)) return { type: 'delivered' };
      // Nothing is retried without a queue: the sender gets the response, and tries again if it wants to.
      if (!holds || (outcome.type === 'failed' && neverRetried.has(outcome.code))) return { type: 'failed' };
      // It was us who ended it: that counts neither as an attempt nor as its last chance.
      if (outcome.type === 'failed' && outcome.code === 'interrupted') return { type: 'queue' };
      if (number >= maxAttempts) return { type: 'attempts-used-up' };
      if (isExpired(receivedAt, now)) return { type: 'expired' };
      if (outcome.type === 'failed' && targetIsDown.has(outcome.code)) return { type: 'queue' };
      return { type: 'retry-at', retryAt: now + Math.max(backOffMs(number, random), askedMs(outcome, now)) };
    },
  };
}

/** The state of the delivery that is recorded together with the attempt. */
export function deliveryAfter(decision: RetryDecision): Pick<AttemptOptions, 'closes' | 'reason' | 'holds'> {
  switch (decision.type) {
    case 'delivered':
    case 'failed':
      return { closes: decision.type };
    case 'attempts-used-up':
      return { closes: 'failed', reason: 'max-attempts' };
    case 'expired':
      return { closes: 'expired', reason: 'too-old' };
    case 'queue':
      return { holds: {} };
    case 'retry-at':
      return { holds: { retryAt: decision.retryAt } };
  }
}

/** Doubles from 1 s to 5 min, minus up to a quarter at random so that many retries do not come at once. */
export function backOffMs(attempts: number, random: () => number): number {
  const longest = Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs);
  return Math.round(longest * (0.75 + random() / 4));
}

/** `429` matches 429, `5xx` matches 500 to 599. */
function matchesStatus(pattern: string, status: number): boolean {
  const text = String(status);
  return (
    text.length === pattern.length && [...pattern.toLowerCase()].every((c, at) => c === 'x' || c === text[at])
  );
}

/** The wait that `Retry-After` asks for: seconds or a date (RFC 9110 10.2.3). */
function askedMs(outcome: Outcome, now: number): number {
  const value = outcome.response && headerValue(outcome.response.headers, 'retry-after');
  if (value === undefined) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestAskedMs) : 0;
}
