import type { OnSenderDisconnect } from '../capture/intake.ts';
import type { SentRequest } from '../model/attempt.ts';
import type { Classification } from '../model/classification.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import type { Filter } from '../model/filter.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';

/** A request whose sender waits until the user resumes it or replies. */
export interface InterceptedRequest {
  readonly seq: Seq;
  readonly request: CapturedRequest;
  readonly classification: Classification;
  /** The moment of its interception, in ms since the epoch. */
  readonly since: number;
}

/** Intercepts requests that match a filter before they are forwarded, while their senders wait. */
export interface Breakpoint {
  /** True while requests are intercepted. */
  readonly isSet: boolean;
  /** The number of requests to intercept before it removes itself; undefined: no limit. */
  readonly remaining: number | undefined;
  /** The oldest intercepted request: the one that `resume` and `reply` act on. */
  readonly stopped: InterceptedRequest | undefined;
  /** The number of intercepted requests behind it. */
  readonly waiting: number;
  /**
   * Intercepts the requests that match from now on, only the next `most` of them if that is given. Undefined removes
   * the breakpoint and resumes all intercepted requests.
   */
  set(filter: Filter | undefined, most?: number): void;
  /** Intercepts only the next `most` requests: those that match the current filter, or any if there is none. */
  stopNext(most: number): void;
  /** Forwards the oldest intercepted request, or `edit` in its place. False if there is none. */
  resume(edit?: SentRequest): boolean;
  /** Forwards all intercepted requests and keeps the breakpoint; returns their number. */
  resumeAll(): number;
  /**
   * Replies to the sender of the oldest intercepted request with this status, and with this body in place of ours; no
   * target gets the request. False if there is none.
   */
  reply(status: number, body?: string): boolean;
}

/** The end of an interception: the user resumed the request or replied, or its sender disconnected. */
export type BreakpointAction =
  | { readonly type: 'resume'; readonly edit?: SentRequest | undefined }
  | { readonly type: 'reply'; readonly status: number; readonly body?: string }
  | { readonly type: 'disconnected' };

/**
 * Intercepts a request if the breakpoint matches it, and resolves with what the user or the sender did; undefined if it
 * does not match.
 */
export type Intercept = (
  found: Omit<InterceptedRequest, 'since'>,
  onDisconnect: OnSenderDisconnect,
) => Promise<BreakpointAction> | undefined;

interface Waiting extends InterceptedRequest {
  readonly end: (action: BreakpointAction) => void;
}

interface BreakpointState {
  filter: Filter | undefined;
  remaining: number | undefined;
  /** Oldest first. */
  readonly waiting: Waiting[];
  readonly changed: () => void;
  readonly clock: Clock;
}

/** Creates a breakpoint, not set. `changed` is called when it is set or removed, and intercepts or ends a request. */
export function createBreakpoint(
  changed: () => void,
  clock: Clock = systemClock,
): { readonly breakpoint: Breakpoint; readonly intercept: Intercept } {
  const state: BreakpointState = { filter: undefined, remaining: undefined, waiting: [], changed, clock };
  const breakpoint: Breakpoint = {
    get isSet() {
      return state.filter !== undefined;
    },
    get remaining() {
      return state.remaining;
    },
    get stopped() {
      return state.waiting[0];
    },
    get waiting() {
      return Math.max(0, state.waiting.length - 1);
    },
    set: (filter, most) => set(state, filter, most),
    stopNext: (most) => set(state, state.filter ?? (() => true), most),
    resume: (edit) => endOldest(state, { type: 'resume', edit }),
    resumeAll: () => resumeAll(state),
    reply: (status, body) =>
      endOldest(state, { type: 'reply', status, ...(body === undefined ? {} : { body }) }),
  };
  return { breakpoint, intercept: (found, onDisconnect) => intercept(state, found, onDisconnect) };
}

function set(state: BreakpointState, filter: Filter | undefined, most: number | undefined): void {
  state.filter = filter;
  state.remaining = filter && most;
  if (!filter) resumeAll(state);
  state.changed();
}

function endOldest({ waiting: [oldest] }: BreakpointState, action: BreakpointAction): boolean {
  oldest?.end(action);
  return oldest !== undefined;
}

function resumeAll(state: BreakpointState): number {
  const count = state.waiting.length;
  while (endOldest(state, { type: 'resume' }));
  return count;
}

function intercept(
  state: BreakpointState,
  found: Omit<InterceptedRequest, 'since'>,
  onDisconnect: OnSenderDisconnect,
): Promise<BreakpointAction> | undefined {
  if (!state.filter?.({ ...found.request, classification: found.classification })) return undefined;
  countDown(state);
  return new Promise((resolve) => {
    const stopListening = onDisconnect(() => one.end({ type: 'disconnected' }));
    const one: Waiting = {
      ...found,
      since: state.clock.now(),
      end(action) {
        state.waiting.splice(state.waiting.indexOf(one), 1);
        stopListening();
        resolve(action);
        state.changed();
      },
    };
    state.waiting.push(one);
    state.changed();
  });
}

/** The last request of a limited number removes the breakpoint, and stays intercepted itself. */
function countDown(state: BreakpointState): void {
  if (state.remaining === undefined) return;
  state.remaining--;
  if (state.remaining > 0) return;
  state.filter = undefined;
  state.remaining = undefined;
}
