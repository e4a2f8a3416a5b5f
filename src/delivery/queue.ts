import { isListening } from '../deliver/port-probe.ts';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';
import { type Alarm, createAlarm, restUntilRung } from './alarm.ts';
import type { PauseSwitch } from './pause-switch.ts';
import { backOffMs, type RetryDecision, type RetryPolicy } from './retry-policy.ts';

/** The target of a queue, and the parts of a session that it uses. */
export interface DeliveryQueueOptions {
  readonly store: Store;
  readonly target: Target;
  /** Makes one attempt and records it with the decision that it resolves with; rejects if that cannot be recorded. */
  readonly deliver: (seq: Seq, request: CapturedRequest) => Promise<RetryDecision>;
  readonly policy: Pick<RetryPolicy, 'isExpired'>;
  /** Stops the deliveries while it is paused; absent: never. */
  readonly pauseSwitch?: PauseSwitch | undefined;
  /** Called with a problem of the store, in a sentence. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the deliveries. */
  readonly signal: AbortSignal;
}

/**
 * FIFO queue of pending deliveries of one target, kept in the store. They are made one at a time and by one process at
 * a time; while the target is down, its port is polled.
 */
export interface DeliveryQueue {
  /** True if a new request has to join the end: others wait or are being recorded, or forwarding is paused. */
  hasBacklog(): boolean;
  /**
   * Counts a request as backlog from now on, while it is being recorded as pending, and delivers it once `recording`
   * has settled; `targetIsDown` if an attempt has just shown that.
   */
  add(recording: Promise<unknown>, targetIsDown?: boolean): void;
  /** Polls the target's port now, if that is what the queue waits for. */
  targetMayBeUp(): void;
  /** Resolves when the deliveries have ended after the signal. */
  readonly over: Promise<void>;
}

/** The queue's own state; the store has the deliveries. */
interface QueueContext extends DeliveryQueueOptions {
  /** The target as the store knows it. */
  readonly to: string;
  readonly alarm: Alarm;
  /** Ends the wait before the next look at the target's port. */
  readonly upAlarm: Alarm;
  /** Requests that are being recorded as pending. */
  recording: number;
  /** Requests waited at the last look at the store, or were added since: every arriving request asks. */
  hasWaiting: boolean;
  targetIsDown: boolean;
  /** Times in a row that the target was down again although something listened there. */
  setbacks: number;
  /** The latest time that was seen, to notice that the clock was set back. */
  latest: number;
}

/** Between two looks at who has the claim, and for what other processes left. */
const claimMs = 5_000;
/** A clock that is only being adjusted goes back by less. */
const maxDriftMs = 1_000;
const probeMs = { timeout: 1_000, first: 250, longest: 5_000 };

/** Opens the queue and starts to deliver; the signal closes it. */
export function openDeliveryQueue(options: DeliveryQueueOptions): DeliveryQueue {
  const { store, target, pauseSwitch } = options;
  const queue: QueueContext = {
    ...options,
    to: target.href,
    alarm: createAlarm(),
    upAlarm: createAlarm(),
    recording: 0,
    hasWaiting: store.hasQueue(target.href),
    targetIsDown: false,
    setbacks: 0,
    latest: 0,
  };
  pauseSwitch?.onResume(queue.alarm.ring);
  return {
    hasBacklog: () => queue.recording > 0 || queue.hasWaiting || isPaused(queue),
    targetMayBeUp: queue.upAlarm.ring,
    add: (recording, targetIsDown = false) => void add(queue, recording, targetIsDown),
    over: keepDelivering(queue),
  };
}

async function add(queue: QueueContext, recording: Promise<unknown>, targetIsDown: boolean): Promise<void> {
  queue.recording++;
  try {
    await recording;
  } catch {
    // Whoever records it handles the failure; the next look at the store shows that nothing was added.
  } finally {
    queue.recording--;
    queue.hasWaiting = true;
    queue.targetIsDown ||= targetIsDown;
    queue.alarm.ring();
  }
}

function isPaused({ pauseSwitch }: QueueContext): boolean {
  return pauseSwitch?.paused ?? false;
}

async function keepDelivering(queue: QueueContext): Promise<void> {
  const { store, to, alarm, warn, clock, random, signal } = queue;
  const stopWatching = store.watch(alarm.ring);
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await store.holdAbandoned(to, clock.now());
      while (!signal.aborted) await deliverNext(queue);
    } catch (error) {
      const reason = messageOf(error);
      warn(`Requests held for ${to} could not be delivered; trying again: ${reason}.`);
      await clock.sleep(backOffMs(failures, random), signal);
    }
  }
  stopWatching();
  await store.releaseClaim(to).catch(() => {});
}

/** Delivers the next request, or waits until there may be one. */
async function deliverNext(queue: QueueContext): Promise<void> {
  const { store, to, clock } = queue;
  queue.hasWaiting = store.hasQueue(to);
  if (!(await store.claim(to, clock.now()))) return rest(queue, claimMs);
  await followClock(queue);
  if (queue.targetIsDown) {
    await untilUp(queue);
    queue.targetIsDown = false;
  }
  const seq = isPaused(queue) ? undefined : await nextToDeliver(queue);
  if (seq === undefined) await rest(queue, isPaused(queue) ? claimMs : untilDue(queue));
  else queue.targetIsDown = (await deliverHeld(queue, seq)) === 'queue';
  if (!queue.targetIsDown) queue.setbacks = 0;
}

function rest({ alarm, clock, signal }: QueueContext, ms: number): Promise<void> {
  return restUntilRung(alarm, ms, clock, signal);
}

/** The request whose turn it is, after closing those that are expired or must not be delivered. */
async function nextToDeliver({ store, to, policy, clock, warn }: QueueContext): Promise<Seq | undefined> {
  for (;;) {
    const now = clock.now();
    const seq = store.nextHeld(to, now);
    if (seq !== undefined && store.refusal(seq) !== null) {
      await store.closeDelivery(seq, to, 'dropped');
      continue;
    }
    const summary = seq === undefined ? undefined : store.summary(seq);
    if (!summary || !policy.isExpired(summary.receivedAt, now)) return seq;
    await store.closeDelivery(summary.seq, to, 'expired', 'too-old');
    warn(`${summary.id} is given up: it was held for ${to} for too long.`);
  }
}

/** A clock that was set back would make requests with a moment of their own wait for as long again. */
async function followClock(queue: QueueContext): Promise<void> {
  const { store, to, clock } = queue;
  const now = clock.now();
  if (now < queue.latest - maxDriftMs) await store.shiftDue(to, now - queue.latest);
  queue.latest = now;
}

function untilDue({ store, to, clock }: QueueContext): number {
  const dueAt = store.nextDueAt(to);
  return dueAt === undefined ? claimMs : Math.min(Math.max(dueAt - clock.now(), 0), claimMs);
}

async function deliverHeld({ store, deliver }: QueueContext, seq: Seq): Promise<RetryDecision['type']> {
  const request = store.request(seq);
  if (!request) return 'delivered'; // deleted a moment ago, with its pending deliveries
  return (await deliver(seq, request)).type;
}

/** Polls the target's port until something listens there; more slowly if that was not enough before. */
async function untilUp(queue: QueueContext): Promise<void> {
  const { store, target, to, upAlarm, clock, signal } = queue;
  for (let tries = queue.setbacks++; !signal.aborted; tries++) {
    await store.claim(to, clock.now());
    await nextToDeliver(queue);
    queue.hasWaiting = store.hasQueue(to);
    if (!queue.hasWaiting) return;
    const waitMs = Math.min(probeMs.first * 1.5 ** tries, probeMs.longest);
    await restUntilRung(upAlarm, waitMs, clock, signal);
    if (signal.aborted || (await isListening(target, probeMs.timeout))) return;
  }
}
