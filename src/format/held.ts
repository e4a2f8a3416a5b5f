import type { FailureCode } from '../model/attempt.ts';
import type { HeldCause, HeldCount, HeldStanding } from '../model/held.ts';
import { countText } from './size.ts';
import { type Symbols, unicodeSymbols } from './symbols.ts';
import { targetArgument, targetName } from './target-name.ts';
import { durationText } from './time.ts';

export interface HeldTextOptions {
  readonly symbols?: Symbols | undefined;
}

/**
 * Why a request is held, how many are delivered before it, and when it is tried next:
 * `held: localhost:3000 refuses connections · 3 ahead · retried automatically`.
 */
export function heldText(standing: HeldStanding, options: HeldTextOptions = {}): string {
  const { symbols = unicodeSymbols } = options;
  const { ahead, cause, isPaused = false } = standing;
  const name = targetName(standing.target);
  const why = isPaused ? 'forwarding is paused' : causeText(name, cause);
  return [
    `held: ${why}`,
    ...(ahead > 0 ? [`${countText(ahead)} ahead`] : []),
    isPaused ? 'delivered when you resume' : nextTryText(standing),
  ].join(` ${symbols.dot} `);
}

function nextTryText({ isRetried, nextTryMs }: HeldStanding): string {
  if (!isRetried) return 'delivered when you listen again';
  if (nextTryMs === null) return 'retried automatically';
  return nextTryMs < 1_000 ? 'next try now' : `next try in ${waitText(nextTryMs)}`;
}

/** A wait in whole seconds, minutes from one minute on. */
function waitText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : durationText(seconds * 1000);
}

const failures: { readonly [C in FailureCode]?: (target: string) => string } = {
  refused: (target) => `${target} refuses connections`,
  reset: (target) => `${target} closed the connection`,
  timeout: (target) => `${target} did not respond in time`,
  'not-found': (target) => `the host of ${target} is not found`,
  unreachable: (target) => `${target} is unreachable`,
  tls: (target) => `TLS with ${target} failed`,
  'response-cut': (target) => `${target} broke off its response`,
};

function causeText(target: string, cause: HeldCause | null): string {
  if (cause === null) return `waiting for ${target}`;
  if ('status' in cause) return `${target} responded ${cause.status}`;
  return failures[cause.errorCode as FailureCode]?.(target) ?? `${target} did not respond`;
}

/** What stays held when a session ends: `3 requests are held for localhost:3000 and will be delivered …`. */
export function stillHeldText({ target, count }: HeldCount): string {
  const are = count === 1 ? '1 request is' : `${countText(count)} requests are`;
  return `${are} held for ${targetName(target)} and will be delivered when you listen again.`;
}

/** What is held for other targets: `3 requests wait for localhost:3998`. */
export function waitingText(held: readonly HeldCount[]): string {
  const count = held.reduce((sum, each) => sum + each.count, 0);
  const wait = count === 1 ? '1 request waits' : `${countText(count)} requests wait`;
  return `${wait} for ${held.map(({ target }) => targetName(target)).join(', ')}`;
}

/** The command that moves everything that is held to a target. */
export function moveCommand(href: string): string {
  return `webhook-cli retry --all --to ${targetArgument(href)}`;
}
