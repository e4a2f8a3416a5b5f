import { setTimeout as wait } from 'node:timers/promises';
import { isListening } from '../deliver/port-probe.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';
import { backOffMs, type Verdict } from './holding.ts';

export interface LineOptions {
  readonly store: Store;
  readonly target: Target;
  /** Makes one attempt and records it with what it means; resolves with that. */
  readonly deliver: (seq: Seq, request: CapturedRequest) => Promise<Verdict>;
  /** Whether a request that arrived then (ms since the epoch) is not worth waiting for any more. */
  readonly isTooOld: (receivedAt: number, now: number) => boolean;
  /** Whether everything has to wait now, because the user wants it so. */
  readonly isPaused: () => boolean;
  /** Told of what went wrong in the store, in a sentence. */
  readonly warn: (message: string) => void;
  /** Ends the draining. */
  readonly signal: AbortSignal;
}

/**
 * What one target is owed, in the order of recording. It is delivered one at a time, by one process at a time; a
 * target that is down is called until something listens there.
 */
export interface Line {
  /** Whether a new request has to join the end. */
  hasBacklog(): boolean;
  /** A request is about to join: it counts until `joined`, which tells whether the target was found to be down. */
  joining(): void;
  joined(isDown: boolean): void;
  /** Looks at once at what is to be delivered. */
  wake(): void;
  /** Resolves when the draining has ended after the signal. */
  readonly over: Promise<void>;
}

/** Between two looks at who has the claim, and for what other processes left. */
const claimMs = 5_000;
/** A clock that is only being adjusted goes back by less. */
const mostDriftMs = 1_000;
const probeMs = { timeout: 1_000, first: 250, longest: 5_000 };

export function openLine({ store, target, deliver, isTooOld, isPaused, warn, signal }: LineOptions): Line {
  const to = target.href;
  let joiningNow = 0;
  let isDown = false;
  // As the last look at the store had it, or rather too long than too short: every request asks.
  let hasLine = store.hasLine(to);
  let setbacks = 0;
  let wake: (() => void) | undefined;
  let woken = false;
  let latest = 0;

  function ring(): void {
    woken = true;
    wake?.();
  }

  /** Until the bell rings, but `ms` at most. */
  async function rest(ms: number): Promise<void> {
    if (!woken) {
      const rung = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const over = new AbortController();
      const slept = wait(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {});
      await Promise.race([rung, slept]);
      over.abort();
    }
    woken = false;
    wake = undefined;
  }

  async function drain(): Promise<void> {
    await store.holdAbandoned(to, Date.now());
    while (!signal.aborted) {
      hasLine = store.hasLine(to);
      if (!(await store.claim(to, Date.now()))) {
        await rest(claimMs);
        continue;
      }
      await followClock();
      if (isDown) {
        await untilUp();
        isDown = false;
      }
      const seq = isPaused() ? undefined : await nextWorthWaiting();
      if (seq === undefined) await rest(isPaused() ? claimMs : untilDue());
      else isDown = (await deliverHeld(seq)) === 'in-line';
      if (!isDown) setbacks = 0;
    }
  }

  /** Whose turn it is, after giving up those that are too old, or must not be delivered. */
  async function nextWorthWaiting(): Promise<Seq | undefined> {
    for (;;) {
      const now = Date.now();
      const seq = store.nextHeld(to, now);
      if (seq !== undefined && store.refusal(seq) !== null) {
        await store.closeOwed(seq, to, 'dropped');
        continue;
      }
      const summary = seq === undefined ? undefined : store.summary(seq);
      if (!summary || !isTooOld(summary.receivedAt, now)) return seq;
      await store.closeOwed(summary.seq, to, 'expired', 'too-old');
      warn(`${summary.id} is given up: it waited for ${to} for too long.`);
    }
  }

  /** Set back, it would have what stepped aside wait for as long again. */
  async function followClock(): Promise<void> {
    const now = Date.now();
    if (now < latest - mostDriftMs) await store.shiftDue(to, now - latest);
    latest = now;
  }

  function untilDue(): number {
    const dueAt = store.nextDueAt(to);
    return dueAt === undefined ? claimMs : Math.min(Math.max(dueAt - Date.now(), 0), claimMs);
  }

  async function deliverHeld(seq: Seq): Promise<Verdict['type']> {
    const request = store.request(seq);
    if (!request) return 'delivered'; // deleted a moment ago, and what is owed with it
    return (await deliver(seq, request)).type;
  }

  /** Looks at the target's port until something listens there; later if that has misled us before. */
  async function untilUp(): Promise<void> {
    for (let tries = setbacks++; !signal.aborted; tries++) {
      await store.claim(to, Date.now());
      await nextWorthWaiting();
      hasLine = store.hasLine(to);
      if (!hasLine) return;
      await wait(Math.min(probeMs.first * 1.5 ** tries, probeMs.longest), undefined, { signal }).catch(
        () => {},
      );
      if (signal.aborted || (await isListening(target, probeMs.timeout))) return;
    }
  }

  async function keepDraining(): Promise<void> {
    const stopWatching = store.watch(ring);
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await drain();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        warn(`What waits for ${to} could not be delivered now: ${reason}.`);
        await wait(backOffMs(failures), undefined, { signal }).catch(() => {});
      }
    }
    stopWatching();
    await store.releaseClaim(to).catch(() => {});
  }

  return {
    hasBacklog: () => joiningNow > 0 || hasLine || isPaused(),
    joining() {
      joiningNow++;
    },
    joined(foundDown) {
      joiningNow--;
      hasLine = true;
      isDown ||= foundDown;
      ring();
    },
    wake: ring,
    over: keepDraining(),
  };
}
