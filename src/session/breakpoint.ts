import type { OnHangUp } from '../capture/listener.ts';
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
  /** The one that was stopped first. */
  readonly stopped: Stopped | undefined;
  /** How many are stopped behind it. */
  readonly waiting: number;
  /** Stops what the filter means from now on; undefined: nothing any more, and what is stopped goes on. */
  set(filter: Filter | undefined): void;
  /** Forwards the stopped request, in its place `edit` if that is given. False if there is none. */
  goOn(edit?: SentRequest): boolean;
  /** Answers its sender with this status; no target gets it. False if there is none. */
  answer(status: number): boolean;
}

/** What becomes of a request that was stopped. */
export type Way =
  | { readonly type: 'on'; readonly edit?: SentRequest | undefined }
  | { readonly type: 'answered'; readonly status: number }
  | { readonly type: 'left' };

interface Waiting extends Stopped {
  readonly letGo: (way: Way) => void;
}

/** `changed` is called when the breakpoint is set or taken off, stops a request or lets it go. */
export function createBreakpoint(changed: () => void) {
  let filter: Filter | undefined;
  const waiting: Waiting[] = [];

  function letGo(way: Way): boolean {
    const first = waiting[0];
    first?.letGo(way);
    return first !== undefined;
  }

  const breakpoint: Breakpoint = {
    get isSet() {
      return filter !== undefined;
    },
    get stopped() {
      return waiting[0];
    },
    get waiting() {
      return Math.max(0, waiting.length - 1);
    },
    set(wanted) {
      filter = wanted;
      if (!wanted) while (letGo({ type: 'on' }));
      changed();
    },
    goOn: (edit) => letGo({ type: 'on', edit }),
    answer: (status) => letGo({ type: 'answered', status }),
  };

  return {
    breakpoint,

    /** Resolves with what becomes of a request, when the user or its sender has decided; undefined: it is not stopped. */
    stop(found: Omit<Stopped, 'since'>, onHangUp: OnHangUp): Promise<Way> | undefined {
      if (!filter?.({ ...found.request, facts: found.facts })) return undefined;
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
