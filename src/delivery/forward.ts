import { type Clock, systemClock, type TimeSources } from '../model/clock.ts';
import { defaults } from '../model/defaults.ts';
import type { SessionListener } from '../model/events.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { openClient, type TargetClientOptions } from './client-options.ts';
import { createRetryPolicy, type RetryOptions } from './retry-policy.ts';
import { openTargetDelivery, type TargetDelivery } from './target-delivery.ts';

/** Options of `forward`. */
export interface ForwardOptions extends TargetClientOptions, RetryOptions, TimeSources {
  readonly store: Store;
  readonly target: Target;
  /** Deliver the requests recorded after this place; later ones are delivered as they are recorded. */
  readonly after: Seq;
  /** Of the backlog, only requests that arrived at or after this moment (ms since the epoch). */
  readonly since?: number | undefined;
  /** Only requests of this project. */
  readonly project?: string | undefined;
  /** Also deliver requests that a handshake, a rule or the breakpoint replied to. */
  readonly handled: boolean;
  /** Also deliver requests that this target has responded to before. */
  readonly again: boolean;
  /** Receives attempts, and warnings of the store. */
  readonly onEvent: SessionListener;
  /** Ends the forwarding: attempts that are under way are interrupted. */
  readonly signal: AbortSignal;
}

interface ForwardContext {
  readonly options: ForwardOptions;
  readonly delivery: TargetDelivery;
  readonly clock: Clock;
  /** The newest request at the start: up to it requests are backlog. */
  readonly backlogEnd: Seq;
  readonly maxLive: number;
  readonly underWay: Set<Promise<void>>;
  readonly alarm: Alarm;
  /** Errors of deliveries that could not be made, as when the store cannot be read. */
  readonly errors: unknown[];
}

const pageSize = 100;

/** Time after the end of an attempt at which no process is making it any more. */
const abandonedMs = 5_000;

/** Live requests that may be under way at once; the backlog goes one at a time, oldest first. */
const maxUnderWay = 16;

/**
 * Delivers requests to a target as they are recorded, by any process, until the signal aborts. Requests that the target
 * does not take are held for it, and those that were held before are delivered too.
 */
export async function forward(options: ForwardOptions): Promise<void> {
  const { store, target, clock = systemClock, random = Math.random } = options;
  // Also ends the deliveries if the loop throws.
  const interrupt = new AbortController();
  const signal = AbortSignal.any([options.signal, interrupt.signal]);
  const client = openClient(store, options, signal);
  const delivery = openTargetDelivery({
    store,
    client,
    target,
    policy: createRetryPolicy(options, random),
    idHeaders: options.idHeaders ?? false,
    emit: options.onEvent,
    clock,
    random,
    signal,
  });
  const underWay = new Set<Promise<void>>();
  // None may wait for a connection: the moment at which another process takes it over would come meanwhile.
  const maxLive = Math.min(maxUnderWay, options.maxConnections ?? maxUnderWay);
  const backlogEnd = store.highestSeq();
  try {
    const alarm = createAlarm();
    await follow({ options, delivery, clock, backlogEnd, maxLive, underWay, alarm, errors: [] });
  } finally {
    interrupt.abort();
    await Promise.all([...underWay, delivery.over]);
    await client.close();
  }
}

/** Goes through the requests in the order of recording, and waits for new ones; rejects with the error of a delivery. */
async function follow(context: ForwardContext): Promise<void> {
  const { alarm, errors } = context;
  const { store, signal, project, after } = context.options;
  const stopWatching = store.watch(alarm.ring);
  signal.addEventListener('abort', alarm.ring, { once: true });
  let cursor = after;
  try {
    while (!signal.aborted) {
      const page = store.page({ after: cursor, limit: pageSize, project });
      for (const summary of page) {
        if (signal.aborted || errors.length > 0) break;
        cursor = summary.seq;
        await start(context, summary);
      }
      if (page.length < pageSize && errors.length === 0) await keepAlive(alarm.rung());
      if (errors.length > 0) throw errors[0];
    }
  } finally {
    signal.removeEventListener('abort', alarm.ring);
    stopWatching();
  }
}

/** Starts the delivery of a request if it is due; resolves when there is room for the next one. */
async function start(context: ForwardContext, summary: RequestSummary): Promise<void> {
  const { options, backlogEnd, maxLive, underWay, alarm, errors } = context;
  const isBacklog = summary.seq <= backlogEnd;
  if (isBacklog && options.since !== undefined && summary.receivedAt < options.since) return;
  if (!isDue(summary, options)) return;
  const delivery = deliver(context, summary.seq, isBacklog)
    .catch((error: unknown) => {
      errors.push(error);
      alarm.ring();
    })
    .finally(() => underWay.delete(delivery));
  underWay.add(delivery);
  if (underWay.size >= (isBacklog ? 1 : maxLive)) await Promise.race(underWay);
}

/**
 * True for whole requests that were not refused, that this target has not responded to, that are not held for it, and
 * that no session is delivering to it now.
 */
function isDue(summary: RequestSummary, { store, target, handled, again }: ForwardOptions): boolean {
  if (summary.state !== 'complete' || summary.refusal !== null) return false;
  if (summary.handledBy !== null && !handled) return false;
  const isOwed = store
    .deliveriesOf(summary.seq)
    .some(({ target: to, state }) => to === target.href && state === 'pending');
  return !isOwed && (again || !store.hasResponse(summary.seq, target.href));
}

async function deliver(
  { options, delivery, clock }: ForwardContext,
  seq: Seq,
  isBacklog: boolean,
): Promise<void> {
  const request = options.store.request(seq);
  if (!request) return;
  if (delivery.hasBacklog()) return delivery.holdAndEnqueue(seq);
  // If this process is killed before the response is recorded, the next one takes over; backlog it finds by itself.
  if (!isBacklog) {
    await delivery.holdUntil(seq, clock.now() + (options.timeoutMs ?? defaults.timeoutMs) + abandonedMs);
  }
  await delivery.deliver({ seq, request, senderWaits: false, isRepeat: true });
}

/** Watching the database keeps no process alive; waiting for a new request does. */
async function keepAlive(waiting: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, 2 ** 30);
  await waiting;
  clearInterval(timer);
}
