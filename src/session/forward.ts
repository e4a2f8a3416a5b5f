import type { Client } from '../deliver/client.ts';
import type { Attempt } from '../model/attempt.ts';
import type { CapturedRequest, RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';
import { send } from './send.ts';
import { openClient, type SendingOptions } from './sending.ts';

export interface ForwardOptions extends SendingOptions {
  readonly store: Store;
  readonly target: Target;
  /** Deliver what is recorded after this place; what comes later is delivered as it is recorded. */
  readonly after: Seq;
  /** Of the backlog, only what arrived at or after this moment (ms since the epoch). */
  readonly since?: number | undefined;
  /** Only requests of sessions with this name. */
  readonly name?: string | undefined;
  /** Send what this target has answered before, too. */
  readonly again: boolean;
  /** Told of every attempt. */
  readonly onAttempt: (attempt: Attempt, request: CapturedRequest) => void;
  /** Told of an attempt that was made but could not be recorded. */
  readonly onUnrecorded: (request: CapturedRequest, error: unknown) => void;
  /** Ends the forwarding: attempts that are under way are interrupted. */
  readonly signal: AbortSignal;
}

const pageSize = 100;

/** As many live requests may be under way at once; the backlog goes one at a time, oldest first. */
const mostUnderWay = 16;

/** Delivers requests to a target as they are recorded, whoever records them, until the signal aborts. */
export async function forward(options: ForwardOptions): Promise<void> {
  const { store, signal } = options;
  const client = openClient(store, options);
  const underWay = new Set<Promise<void>>();
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
        const delivery = deliver(summary.seq, client, options).finally(() => underWay.delete(delivery));
        underWay.add(delivery);
        if (underWay.size >= (isBacklog ? 1 : mostUnderWay)) await Promise.race(underWay);
      }
      if (page.length < pageSize) await alarm.rung();
    }
  } finally {
    stopWatching();
    await Promise.all(underWay);
    await client.close();
  }
}

/** Whole requests that this target has no answer for, and that no listen is delivering to it now. */
function isDue(summary: RequestSummary, { store, target, again }: ForwardOptions): boolean {
  if (summary.state !== 'complete') return false;
  const isUnderWay = () =>
    store.owed(summary.seq).some(({ to, state }) => to === target.href && state === 'open') &&
    store.liveSessions().some((session) => session.target === target.href);
  return !isUnderWay() && (again || !store.hasResponse(summary.seq, target.href));
}

async function deliver(seq: Seq, client: Client, options: ForwardOptions): Promise<void> {
  const request = options.store.request(seq);
  if (!request) return;
  const tried = await send(client, request, options.target, 'forward', options.signal);
  try {
    const closes = tried.outcome.type === 'response' ? ({ closes: 'delivered' } as const) : {};
    options.onAttempt(await options.store.addAttempt(seq, request.id, tried, closes), request);
  } catch (error) {
    options.onUnrecorded(request, error);
  }
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
