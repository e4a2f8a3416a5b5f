import type { FailureCode, Outcome } from '../model/attempt.ts';
import { headerValue } from '../model/headers.ts';
import type { AttemptOptions } from '../store/store.ts';

/** When a request waits for its target, and for how long. */
export interface HoldingOptions {
  /** `hold`: a target that gives no answer gets the request later. `fail`: the sender is told at once. */
  readonly whenDown?: 'hold' | 'fail' | undefined;
  /** Answers that count as none: `5xx`, `429` … */
  readonly retryOn?: readonly string[] | undefined;
  /** After so many attempts a request is given up; no limit unless given. */
  readonly maxAttempts?: number | undefined;
  /** A request that is older than this is given up; 3 days unless given. */
  readonly giveUpAfterMs?: number | undefined;
}

export type Holding = ReturnType<typeof createHolding>;

const defaultGiveUpAfterMs = 3 * 24 * 60 * 60 * 1000;
const firstRetryMs = 1_000;
const longestRetryMs = 5 * 60 * 1000;
/** A target may ask for a longer wait (Retry-After) than we would choose, up to this. */
const longestAskedMs = 24 * 60 * 60 * 1000;

/** Nothing is there: whatever comes next would fail just the same, so everything waits in line. */
const down: ReadonlySet<FailureCode> = new Set(['refused', 'not-found', 'unreachable']);

/** No later try would end otherwise. */
const hopeless: ReadonlySet<FailureCode> = new Set(['not-sendable', 'bad-response']);

/** What an outcome means for what the target is owed. */
export type Verdict =
  | { readonly type: 'delivered' }
  | { readonly type: 'failed' }
  /** The target can't be reached: the line stops. */
  | { readonly type: 'in-line' }
  /** This request alone did not get through: it steps aside and is tried again at its own moment. */
  | { readonly type: 'later'; readonly retryAt: number }
  /** Tried as often as allowed. */
  | { readonly type: 'used-up' }
  /** Older than a request may become. */
  | { readonly type: 'expired' };

/** The rules by which requests are held. */
export function createHolding(options: HoldingOptions) {
  const holds = options.whenDown !== 'fail';
  const giveUpAfterMs = options.giveUpAfterMs ?? defaultGiveUpAfterMs;
  const maxAttempts = options.maxAttempts ?? Number.POSITIVE_INFINITY;
  const retryOn = options.retryOn ?? [];

  function isRetried(status: number): boolean {
    return retryOn.some((pattern) => matchesStatus(pattern, status));
  }

  return {
    holds,

    /** `attempts`: how many there were, this one included; `receivedAt`, `now`: ms since the epoch. */
    judge(outcome: Outcome, attempts: number, receivedAt: number, now: number): Verdict {
      if (outcome.type === 'response' && !isRetried(outcome.response.status)) return { type: 'delivered' };
      if (outcome.type === 'failed' && (!holds || hopeless.has(outcome.code))) return { type: 'failed' };
      if (outcome.type === 'failed' && outcome.code === 'interrupted') return { type: 'in-line' };
      if (attempts >= maxAttempts) return { type: 'used-up' };
      if (now - receivedAt >= giveUpAfterMs) return { type: 'expired' };
      if (outcome.type === 'failed' && down.has(outcome.code)) return { type: 'in-line' };
      return { type: 'later', retryAt: now + Math.max(backOffMs(attempts), askedMs(outcome, now)) };
    },

    isTooOld: (receivedAt: number, now: number) => now - receivedAt >= giveUpAfterMs,
  };
}

/** What is written of what the target is owed, together with the attempt. */
export function owedAfter(verdict: Verdict): Pick<AttemptOptions, 'closes' | 'reason' | 'holds'> {
  switch (verdict.type) {
    case 'delivered':
    case 'failed':
      return { closes: verdict.type };
    case 'used-up':
      return { closes: 'failed', reason: 'max-attempts' };
    case 'expired':
      return { closes: 'expired', reason: 'too-old' };
    case 'in-line':
      return { holds: {} };
    case 'later':
      return { holds: { retryAt: verdict.retryAt } };
  }
}

/** Doubles from 1 s to 5 min, with up to a quarter less so that many do not come back in step. */
export function backOffMs(attempts: number): number {
  const most = Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs);
  return Math.round(most * (0.75 + Math.random() / 4));
}

/** `429` matches 429, `5xx` matches 500 to 599. */
function matchesStatus(pattern: string, status: number): boolean {
  const text = String(status);
  return (
    text.length === pattern.length && [...pattern.toLowerCase()].every((c, at) => c === 'x' || c === text[at])
  );
}

/** What `Retry-After` says: seconds or a date (RFC 9110 10.2.3). */
function askedMs(outcome: Outcome, now: number): number {
  const value = outcome.response && headerValue(outcome.response.headers, 'retry-after');
  if (value === undefined) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestAskedMs) : 0;
}
