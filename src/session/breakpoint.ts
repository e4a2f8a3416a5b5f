import type { OnSenderDisconnect } from '../capture/intake.ts';
import type { SentRequest } from '../model/attempt.ts';
import type { Facts } from '../model/facts.ts';
import type { Filter } from '../model/filter.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';

/** A request whose sender waits while the user looks at it. */
export interface Stopped {
  readonly seq: Seq;
  readonly request: CapturedRequest;
  readonly facts: Facts;
  /** Since when, in ms since the epoch. */
  readonly since: number;
}

/** Stops requests that a filter means before they are forwarded, one after the other, while their senders wait. */
export interface Breakpoint {
  /** Whether requests are stopped. */
  readonly isSet: boolean;
  /** How many more it stops before it removes itself; undefined: any number. */
  readonly remaining: number | undefined;
  /** The one that was stopped first. */
  readonly stopped: Stopped | undefined;
  /** How many are stopped behind it. */
  readonly waiting: number;
  /**
   * Stops what the filter means from now on, only the next `most` of it if that is given; undefined: nothing any more,
   * and what is stopped goes on.
   */
  set(filter: Filter | undefined, most?: number): void;
  /** Stops only the next `most` requests from now on: of what the breakpoint stops, or of all if it is not set. */
  stopNext(most: number): void;
  /** Forwards the stopped request, in its place `edit` if that is given. False if there is none. */
  goOn(edit?: SentRequest): boolean;
  /** Forwards all that is stopped now; the breakpoint stays. How many there were. */
  resumeAll(): number;
  /**
   * Replies to its sender with this status, and with this body in place of ours; no target gets it. False if there is
   * none.
   */
  answer(status: number, body?: string): boolean;
}

/** What becomes of a request that was stopped. */
export type Way =
  | { readonly type: 'on'; readonly edit?: SentRequest | undefined }
  | { readonly type: 'answered'; readonly status: number; readonly body?: string }
  | { readonly type: 'left' };

interface Waiting extends Stopped {
  readonly letGo: (way: Way) => void;
}

/** `changed` is called when the breakpoint is set or taken off, stops a request or lets it go. */
export function createBreakpoint(changed: () => void) {
  let filter: Filter | undefined;
  let remaining: number | undefined;
  const waiting: Waiting[] = [];

  function letGo(way: Way): boolean {
    const first = waiting[0];
    first?.letGo(way);
    return first !== undefined;
  }

  function letAllGo(): number {
    const count = waiting.length;
    while (letGo({ type: 'on' }));
    return count;
  }

  /** The last one that was asked for removes the breakpoint, and stays stopped itself. */
  function countDown(): void {
    if (remaining === undefined) return;
    remaining--;
    if (remaining > 0) return;
    filter = undefined;
    remaining = undefined;
  }

  const breakpoint: Breakpoint = {
    get isSet() {
      return filter !== undefined;
    },
    get remaining() {
      return remaining;
    },
    get stopped() {
      return waiting[0];
    },
    get waiting() {
      return Math.max(0, waiting.length - 1);
    },
    set(wanted, most) {
      filter = wanted;
      remaining = wanted && most;
      if (!wanted) letAllGo();
      changed();
    },
    stopNext(most) {
      breakpoint.set(filter ?? (() => true), most);
    },
    goOn: (edit) => letGo({ type: 'on', edit }),
    resumeAll: letAllGo,
    answer: (status, body) => letGo({ type: 'answered', status, ...(body === undefined ? {} : { body }) }),
  };

  return {
    breakpoint,

    /** Resolves with what becomes of a request, when the user or its sender has decided; undefined: it is not stopped. */
    stop(found: Omit<Stopped, 'since'>, onHangUp: OnSenderDisconnect): Promise<Way> | undefined {
      if (!filter?.({ ...found.request, facts: found.facts })) return undefined;
      countDown();
      return new Promise((resolve) => {
        const stopListening = onHangUp(() => one.letGo({ type: 'left' }));
        const one: Waiting = {
          ...found,
          since: Date.now(),
          letGo(way) {
            waiting.splice(waiting.indexOf(one), 1);
            stopListening();
            resolve(way);
            changed();
          },
        };
        waiting.push(one);
        changed();
      });
    },
  };
}
