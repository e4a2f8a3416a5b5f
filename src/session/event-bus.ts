import type { Outcome } from '../model/attempt.ts';
import type { SessionEvent, SessionListener } from '../model/events.ts';

/** Passes the events of a session to its subscribers, and counts them. */
export interface EventBus {
  emit(event: SessionEvent): void;
  /** Calls `listener` with every event from now on; returns how to unsubscribe. */
  subscribe(listener: SessionListener): () => void;
  /** Requests recorded, attempts failed and messages refused since the session began. */
  readonly counts: { readonly received: number; readonly failed: number; readonly refused: number };
}

/** Creates an event bus; `first` is subscribed from the beginning. */
export function createEventBus(first: SessionListener | undefined): EventBus {
  const listeners = new Set<SessionListener>(first ? [first] : []);
  const counts = { received: 0, failed: 0, refused: 0 };
  return {
    counts,
    emit(event) {
      if (event.type === 'request') counts.received++;
      else if (event.type === 'refused') counts.refused++;
      else if (event.type === 'attempt' && isFailure(event.attempt.outcome)) counts.failed++;
      for (const listener of listeners) notify(listener, event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** An attempt that the user withheld did not fail. */
function isFailure(outcome: Outcome): boolean {
  return outcome.type === 'failed' && outcome.code !== 'withheld';
}

/** Rethrow listener errors as uncaught exceptions, so that a faulty subscriber cannot stop the request. */
function notify(listener: SessionListener, event: SessionEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
