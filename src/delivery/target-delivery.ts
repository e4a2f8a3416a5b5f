import type { Client } from '../deliver/client.ts';
import type { Attempt, NewAttempt, Outcome, SentRequest, TargetResponse } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import { phraseText } from '../model/phrase.ts';
import { type HandledBy, noReply, type Reply, type ReplySummary } from '../model/reply.ts';
import type { CapturedRequest, DeliveryState } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { AttemptOptions, Store } from '../store/store.ts';
import { makeAttempt } from './attempt.ts';
import { hostHint } from './host-hint.ts';
import type { PauseSwitch } from './pause-switch.ts';
import { type DeliveryQueue, openDeliveryQueue } from './queue.ts';
import { failureReply, heldReply, targetReply } from './replies.ts';
import { backOffMs, deliveryAfter, type RetryDecision, type RetryPolicy } from './retry-policy.ts';

/** The target of a delivery, and the parts of a session that it uses. */
export interface TargetDeliveryOptions {
  readonly store: Store;
  readonly client: Client;
  readonly target: Target;
  readonly policy: RetryPolicy;
  /** Send the request's id and the attempt's number in two headers of our own. */
  readonly idHeaders: boolean;
  readonly emit: (event: SessionEvent) => void;
  /** Queues every request while it is paused; absent: never. */
  readonly pauseSwitch?: PauseSwitch | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the deliveries of what is queued. */
  readonly signal: AbortSignal;
}

/** Delivers requests to one target: now, or from its queue. */
export interface TargetDelivery {
  readonly target: Target;
  /** True if a new request has to be queued: others wait for this target, or forwarding is paused. */
  hasBacklog(): boolean;
  /** Queues a request that is being recorded as held for this target; it counts as backlog from now on. */
  enqueue(recording: Promise<unknown>): void;
  /** Holds a recorded request and queues it. Never rejects: if the store fails, it is held as soon as it can be. */
  holdAndEnqueue(seq: Seq): Promise<void>;
  /** Holds a request that is about to be delivered, for whoever finds it undelivered at a moment (ms since the epoch). */
  holdUntil(seq: Seq, retryAt: number): Promise<void>;
  /** Makes one live attempt and records it with its consequence; resolves with the reply that it means. */
  deliver(delivery: LiveDelivery): Promise<Reply>;
  /** Records that the target does not get a request, and why. */
  withhold(seq: Seq, request: CapturedRequest, withheld: Withheld): Promise<void>;
  /** Delivers what is queued at once if the target is up again, without waiting for the next look at its port. */
  targetMayBeUp(): void;
  /** Resolves when the deliveries have ended after the signal. */
  readonly over: Promise<void>;
}

/** A recorded request to deliver now. */
export interface LiveDelivery {
  readonly seq: Seq;
  readonly request: CapturedRequest;
  /** The sender waits for the reply that this attempt means. */
  readonly senderWaits: boolean;
  /** Sent in place of the request. */
  readonly edit?: SentRequest | undefined;
  /** It may have been sent to this target before: its attempts are counted. Reading the store for each arrival would cost. */
  readonly isRepeat?: boolean | undefined;
}

/** The reason why a target does not get a request that was meant for it. */
export interface Withheld {
  /** When it was intercepted, in ms since the epoch. */
  readonly since: number;
  readonly message: string;
  readonly closes: Exclude<DeliveryState, 'pending'>;
  /** The reply to the sender, if this is the target that it waited for. */
  readonly reply?: ReplySummary | undefined;
  /** The part that replied to the sender instead of the target. */
  readonly handledBy?: HandledBy | undefined;
}

interface DeliveryContext extends TargetDeliveryOptions {
  gaveHostHint: boolean;
}

/** Opens the delivery to one target and starts to deliver what is held for it; the signal closes it. */
export function openTargetDelivery(options: TargetDeliveryOptions): TargetDelivery {
  const context: DeliveryContext = { ...options, gaveHostHint: false };
  const queue = options.policy.holds
    ? openDeliveryQueue({
        ...options,
        deliver: (seq, request) => retry(context, seq, request),
        warn: (message) => warn(context, message),
      })
    : undefined;
  return {
    target: options.target,
    hasBacklog: () => queue?.hasBacklog() ?? false,
    targetMayBeUp: () => queue?.targetMayBeUp(),
    enqueue: (recording) => queue?.add(recording),
    async holdAndEnqueue(seq) {
      const holding = hold(context, seq);
      queue?.add(holding);
      await holding;
    },
    holdUntil: (seq, retryAt) => hold(context, seq, retryAt),
    deliver: (delivery) => deliver(context, queue, delivery),
    withhold: (seq, request, withheld) => withhold(context, seq, request, withheld),
    over: queue?.over ?? Promise.resolve(),
  };
}

/** Opens one delivery for each target, by the target's one spelling, however many routes lead to it. */
export function openTargetDeliveries(
  targets: readonly Target[],
  options: Omit<TargetDeliveryOptions, 'target'>,
): ReadonlyMap<string, TargetDelivery> {
  const byHref = new Map(targets.map((target) => [target.href, target]));
  return new Map([...byHref].map(([href, target]) => [href, openTargetDelivery({ ...options, target })]));
}

async function deliver(
  context: DeliveryContext,
  queue: DeliveryQueue | undefined,
  { seq, request, senderWaits, edit, isRepeat }: LiveDelivery,
): Promise<Reply> {
  const { target, policy, clock } = context;
  const input = { seq, request, target, kind: 'forward', edit, number: isRepeat ? undefined : 1 } as const;
  const { attempt, number } = await makeAttempt(context, input);
  const { outcome } = attempt;
  const { receivedAt } = request;
  const decision = policy.classify({ outcome, number, receivedAt }, clock.now());
  const isHeld = decision.type === 'queue' || decision.type === 'retry-at';
  const reply = isHeld ? heldReply(request) : replyTo(outcome, target);
  if (outcome.type === 'response') giveHostHint(context, outcome.response);
  const summary = senderWaits ? { reply: { status: reply.status, by: reply.by } } : {};
  const recording = record(context, seq, request, attempt, { ...summary, ...deliveryAfter(decision) });
  if (isHeld) {
    const holding = heldOnceRecorded(context, seq, recording);
    queue?.add(holding, decision.type === 'queue');
  }
  await recording;
  return reply;
}

/** The delivery stays pending even if the attempt could not be recorded. */
async function heldOnceRecorded(
  context: DeliveryContext,
  seq: Seq,
  recording: Promise<boolean>,
): Promise<void> {
  if (!(await recording)) await hold(context, seq);
}

/** Sends a request that was held; its sender had its reply long ago. */
async function retry(context: DeliveryContext, seq: Seq, request: CapturedRequest): Promise<RetryDecision> {
  const { target, policy, clock } = context;
  const { attempt, number } = await makeAttempt(context, { seq, request, target, kind: 'retry' });
  const { receivedAt } = request;
  const decision = policy.classify({ outcome: attempt.outcome, number, receivedAt }, clock.now());
  if (await record(context, seq, request, attempt, deliveryAfter(decision))) return decision;
  throw new Error(`the attempt with ${request.id} could not be recorded`);
}

async function withhold(
  context: DeliveryContext,
  seq: Seq,
  request: CapturedRequest,
  withheld: Withheld,
): Promise<void> {
  const { since, message, closes, reply, handledBy } = withheld;
  const attempt: NewAttempt = {
    kind: 'forward',
    target: context.target.href,
    startedAt: since,
    ms: context.clock.now() - since,
    outcome: { type: 'failed', code: 'withheld', message },
  };
  await record(context, seq, request, attempt, {
    closes,
    ...(closes === 'dropped' ? { reason: 'user' as const } : {}),
    handledBy,
    ...(reply ? { reply } : {}),
  });
}

/** A request that is not held when the signal aborts is found by the next process that takes the queue. */
async function hold(context: DeliveryContext, seq: Seq, retryAt?: number): Promise<void> {
  const { store, target, clock, random, signal } = context;
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      if (mayBeHeld(context, seq)) await store.hold(seq, target.href, retryAt);
      return;
    } catch (error) {
      if (failures === 1) {
        warn(
          context,
          `A request could not be held for ${target.href} yet; trying again: ${messageOf(error)}.`,
        );
      }
      await clock.sleep(backOffMs(failures, random), signal);
    }
  }
}

/** It was not deleted or dropped meanwhile. */
function mayBeHeld({ store, target }: DeliveryContext, seq: Seq): boolean {
  const state = store.deliveriesOf(seq).find(({ target: to }) => to === target.href)?.state ?? 'pending';
  return state === 'pending' && store.summary(seq) !== undefined;
}

/** Resolves with false for an attempt that cannot be recorded: it is emitted all the same, its delivery is unchanged. */
async function record(
  { store, emit }: DeliveryContext,
  seq: Seq,
  request: CapturedRequest,
  made: NewAttempt,
  options: AttemptOptions,
): Promise<boolean> {
  try {
    const attempt = await store.addAttempt(seq, request.id, made, options);
    emit({ type: 'attempt', seq, request, attempt, recorded: true });
    return true;
  } catch (error) {
    const message = `The attempt to send ${request.id} to ${made.target} was not recorded: ${messageOf(error)}.`;
    emit({ type: 'warning', message });
    const reply = options.reply ?? noReply;
    const attempt: Attempt = { ...made, seq: 0, requestId: request.id, number: 0, reply };
    emit({ type: 'attempt', seq, request, attempt, recorded: false });
    return false;
  }
}

function replyTo(outcome: Outcome, target: Target): Reply {
  return outcome.type === 'response' ? targetReply(outcome.response) : failureReply(outcome, target);
}

/** Once for each target: a dev server that refuses one Host refuses all. */
function giveHostHint(context: DeliveryContext, response: TargetResponse): void {
  if (context.gaveHostHint) return;
  const hint = hostHint(response);
  if (hint === undefined) return;
  context.gaveHostHint = true;
  context.emit({ type: 'warning', message: phraseText(hint), said: hint });
}

function warn({ emit }: DeliveryContext, message: string): void {
  emit({ type: 'warning', message });
}
