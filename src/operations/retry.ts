import { isListening } from '../deliver/port-probe.ts';
import { type AttemptContext, makeAttempt } from '../delivery/attempt.ts';
import { createRetryPolicy, deliveryAfter, type RetryPolicy } from '../delivery/retry-policy.ts';
import type { Attempt } from '../model/attempt.ts';
import type { HeldStanding } from '../model/held.ts';
import { phrase } from '../model/phrase.ts';
import type { DeliveryState } from '../model/request.ts';
import { parseTarget } from '../model/target.ts';
import type { HeldDelivery } from '../store/store.ts';
import { type HeldInput, heldDeliveries, refusedBefore } from './held.ts';
import { moveHeld } from './move-held.ts';
import { requestDeleted } from './request-ref.ts';

/** Selects the requests to retry. */
export type RetryInput = HeldInput & {
  /** Move them to this target first. */
  readonly to?: string | undefined;
  /** The longest wait for a result by a running process that has the queue of the target, in ms. */
  readonly waitMs?: number | undefined;
};

/** The result of retrying one held delivery. */
export interface Retried {
  readonly held: HeldDelivery;
  /** The attempt, by this process or the one that has the queue; undefined: none was made. */
  readonly attempt: Attempt | undefined;
  readonly state: DeliveryState;
  /** How it stands in the queue; undefined if it is not held any more. */
  readonly standing: HeldStanding | undefined;
}

interface RetryContext {
  readonly attempts: AttemptContext;
  readonly signal: AbortSignal;
  /** Looks at the store while a running process has the queue, before the wait is over. */
  readonly maxPolls: number;
  /** Targets that are down, or whose running process gave no result: the next request would fare no better. */
  readonly stalled: Set<string>;
  /** Targets whose queue this process has claimed. */
  readonly claimed: Set<string>;
}

interface Waiting {
  readonly held: HeldDelivery;
  /** Number of attempts before this retry. */
  readonly attemptsBefore: number;
}

const pollMs = 200;
const defaultWaitMs = 35_000;
/** While there is no result, it looks once a second whether the target is down. */
const pollsPerProbe = 5;
const probeTimeoutMs = 1_000;

/**
 * Retries held requests at once, oldest first, and yields each result when it is recorded. What a running process
 * delivers is left to it, and its result is waited for. Rejects with a UserError if none of the refs is held, or a
 * request was refused or deleted; the signal ends it before the next request.
 */
export async function* retryRequests(
  attempts: AttemptContext,
  input: RetryInput,
  signal: AbortSignal,
): AsyncGenerator<Retried, void> {
  const { store } = attempts;
  const selected = await heldDeliveries(store, input, phrase` Use replay for the others.`);
  const { to, waitMs = defaultWaitMs } = input;
  const held = to === undefined ? selected : await moveHeld({ store }, { held: selected, to });
  const context: RetryContext = {
    attempts,
    signal,
    maxPolls: Math.ceil(waitMs / pollMs),
    stalled: new Set(),
    claimed: new Set(),
  };
  const waiting = held.map((each) => ({ held: each, attemptsBefore: attemptCount(context, each) }));
  try {
    await queueForRunning(context, held);
    for (const each of waiting) {
      if (signal.aborted) return;
      yield await retryOne(context, each);
    }
  } finally {
    for (const target of context.claimed) await store.releaseClaim(target).catch(() => {});
  }
}

function attemptCount({ attempts: { store } }: RetryContext, { seq, target }: HeldDelivery): number {
  return store.attemptCount(seq, target);
}

/** Queued again, it is due: the process that has the queue sees the change. */
async function queueForRunning(
  { attempts: { store, clock } }: RetryContext,
  held: readonly HeldDelivery[],
): Promise<void> {
  const running = new Set(
    [...new Set(held.map(({ target }) => target))].filter(
      (target) => store.claimHolder(target, clock.now()) !== undefined,
    ),
  );
  const theirs = held.filter(({ target }) => running.has(target));
  await Promise.all(theirs.map(({ seq, target }) => store.requeue(seq, target)));
}

/** Makes the attempt if this process gets the queue; otherwise waits for the result of the process that has it. */
async function retryOne(context: RetryContext, waiting: Waiting): Promise<Retried> {
  const { attempts, signal, maxPolls, stalled, claimed } = context;
  const { store, clock } = attempts;
  const { held } = waiting;
  for (let polls = 1; ; polls++) {
    const result = resultOf(context, waiting);
    const isOver = result.state !== 'pending' || result.attempt !== undefined;
    if (isOver || stalled.has(held.target) || signal.aborted) return result;
    if (await store.claim(held.target, clock.now())) {
      claimed.add(held.target);
      return retryNow(context, waiting);
    }
    if (polls >= maxPolls || (polls % pollsPerProbe === 0 && (await isDown(held)))) stalled.add(held.target);
    else await clock.sleep(pollMs, signal);
  }
}

async function isDown({ target }: HeldDelivery): Promise<boolean> {
  return !(await isListening(parseTarget(target), probeTimeoutMs));
}

/** The result as the store has it: without an attempt and pending, there is none yet. */
function resultOf({ attempts: { store, clock } }: RetryContext, { held, attemptsBefore }: Waiting): Retried {
  const { seq, target } = held;
  const delivery = store.deliveriesOf(seq).find((each) => each.target === target);
  if (!delivery) throw requestDeleted(seq);
  const isTried = store.attemptCount(seq, target) > attemptsBefore || delivery.state === 'delivered';
  const ofTarget = isTried ? store.record(seq)?.attempts.filter((each) => each.target === target) : undefined;
  const standing = store.standings(seq, clock.now()).find((each) => each.target === target);
  return { held, attempt: ofTarget?.at(-1), state: delivery.state, standing };
}

async function retryNow(context: RetryContext, waiting: Waiting): Promise<Retried> {
  const { attempts, stalled } = context;
  const { store, clock } = attempts;
  const { seq, target: to } = waiting.held;
  const refusal = store.refusal(seq);
  if (refusal !== null) throw refusedBefore(store, seq, refusal);
  const request = store.request(seq);
  if (!request) throw requestDeleted(seq);
  const made = await makeAttempt(attempts, { seq, request, target: parseTarget(to), kind: 'retry' });
  const { outcome } = made.attempt;
  const { receivedAt } = request;
  const decision = patientPolicy().classify({ outcome, number: made.number, receivedAt }, clock.now());
  await store.addAttempt(seq, request.id, made.attempt, deliveryAfter(decision));
  if (decision.type === 'queue') stalled.add(to);
  return resultOf(context, waiting);
}

/** Gives no request up for its age: its user has just asked for it. */
function patientPolicy(): RetryPolicy {
  return createRetryPolicy({ giveUpAfterMs: Number.POSITIVE_INFINITY });
}
