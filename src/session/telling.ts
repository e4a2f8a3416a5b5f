import type { Outcome } from '../model/attempt.ts';
import type { SessionEvent, SessionListener } from './events.ts';

/** Tells whoever listens what a session does, and counts it. */
export interface Telling {
  emit(event: SessionEvent): void;
  /** Returns how to stop. */
  subscribe(listener: SessionListener): () => void;
  /** Requests recorded, attempts that failed, and messages refused, since it began. */
  readonly counts: { readonly received: number; readonly failed: number; readonly refused: number };
}

/** `first` is told of everything, from the beginning. */
export function createTelling(first: SessionListener | undefined): Telling {
  const listeners = new Set<SessionListener>(first ? [first] : []);
  const counts = { received: 0, failed: 0, refused: 0 };
  return {
    counts,
    emit(event) {
      if (event.type === 'request') counts.received++;
      else if (event.type === 'refused') counts.refused++;
      else if (event.type === 'attempt' && isFailure(event.attempt.outcome)) counts.failed++;
      for (const listener of listeners) tell(listener, event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What the user kept back did not fail. */
function isFailure(outcome: Outcome): boolean {
  return outcome.type === 'failed' && outcome.code !== 'withheld';
}

/** A listener that throws is told of where bugs are told of; what it was told of goes on. */
function tell(listener: SessionListener, event: SessionEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
