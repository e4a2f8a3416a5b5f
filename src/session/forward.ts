import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';
import { type Courier, createCourier } from './courier.ts';
import type { SessionListener } from './events.ts';
import { createHolding, type HoldingOptions } from './holding.ts';
import { defaultTimeoutMs, openClient, type SendingOptions } from './sending.ts';

export interface ForwardOptions extends SendingOptions, HoldingOptions {
  readonly store: Store;
  readonly target: Target;
  /** Deliver what is recorded after this place; what comes later is delivered as it is recorded. */
  readonly after: Seq;
  /** Of the backlog, only what arrived at or after this moment (ms since the epoch). */
  readonly since?: number | undefined;
  /** Only requests of sessions with this name. */
  readonly name?: string | undefined;
  /** Deliver what a handshake, a rule or the breakpoint answered, too. */
  readonly handled: boolean;
  /** Send what this target has answered before, too. */
  readonly again: boolean;
  /** Told of every attempt, and of what goes wrong in the store. */
  readonly onEvent: SessionListener;
  /** Ends the forwarding: attempts that are under way are interrupted. */
  readonly signal: AbortSignal;
}

const pageSize = 100;

/** So long after an attempt must have ended, nobody makes it any more. */
const abandonedMs = 5_000;

/** As many live requests may be under way at once; the backlog goes one at a time, oldest first. */
const mostUnderWay = 16;

/**
 * Delivers requests to a target as they are recorded, whoever records them, until the signal aborts. What the target
 * does not take is held for it, and what was held before is delivered, too.
 */
export async function forward(options: ForwardOptions): Promise<void> {
  const { store, target, signal } = options;
  const client = openClient(store, options, signal);
  const courier = createCourier({
    store,
    client,
    target,
    holding: createHolding(options),
    mark: options.mark ?? false,
    emit: options.onEvent,
    isPaused: () => false,
    signal,
  });
  // None may wait for a connection: the moment at which another process takes it over would come meanwhile.
  const mostLive = Math.min(mostUnderWay, options.maxConnections ?? mostUnderWay);
  const underWay = new Set<Promise<unknown>>();
  const backlogEnd = store.highestSeq();
  const alarm = createAlarm(signal);
  const stopWatching = store.watch(alarm.ring);
  let cursor = options.after;
  try {
    while (!signal.aborted) {
      const page = store.page({ after: cursor, limit: pageSize, name: options.name });
      for (const summary of page) {
        if (signal.aborted) break;
        cursor = summary.seq;
        const isBacklog = summary.seq <= backlogEnd;
        if (isBacklog && options.since !== undefined && summary.receivedAt < options.since) continue;
        if (!isDue(summary, options)) continue;
        const delivery = deliver(summary.seq, courier, isBacklog, options).finally(() =>
          underWay.delete(delivery),
        );
        underWay.add(delivery);
        if (underWay.size >= (isBacklog ? 1 : mostLive)) await Promise.race(underWay);
      }
      if (page.length < pageSize) await alarm.rung();
    }
  } finally {
    stopWatching();
    await Promise.all([...underWay, courier.over]);
    await client.close();
  }
}

/**
 * Whole requests that were not refused, that this target has no answer for, that do not wait for it, and that no
 * listen delivers to it now.
 */
function isDue(summary: RequestSummary, { store, target, handled, again }: ForwardOptions): boolean {
  if (summary.state !== 'complete' || summary.refusal !== null) return false;
  if (summary.handledBy !== null && !handled) return false;
  const isOwed = store.owed(summary.seq).some(({ to, state }) => to === target.href && state === 'pending');
  return !isOwed && (again || !store.hasResponse(summary.seq, target.href));
}

async function deliver(
  seq: Seq,
  courier: Courier,
  isBacklog: boolean,
  options: ForwardOptions,
): Promise<void> {
  const { store } = options;
  const request = store.request(seq);
  if (!request) return;
  const { line } = courier;
  if (!line?.hasBacklog()) {
    // Killed before the answer is recorded, this process leaves it to the next one; what is backlog, that one finds.
    if (!isBacklog)
      await courier.hold(seq, Date.now() + (options.timeoutMs ?? defaultTimeoutMs) + abandonedMs);
    await courier.forward(seq, request, false);
    return;
  }
  line.joining();
  await courier.hold(seq);
  line.joined(false);
}

/** Waits for a ring that may have come before: none is missed, several count as one. */
function createAlarm(signal: AbortSignal) {
  let rings = false;
  let wake: (() => void) | undefined;
  function ring(): void {
    rings = true;
    wake?.();
  }
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    async rung(): Promise<void> {
      // Watching the database keeps no process alive; waiting for what it brings does.
      const alive = setInterval(() => {}, 2 ** 30);
      if (!rings) await new Promise<void>((resolve) => (wake = resolve));
      clearInterval(alive);
      rings = false;
      wake = undefined;
    },
  };
}
