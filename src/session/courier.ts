import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../deliver/client.ts';
import type { Attempt, NewAttempt, Outcome, SentRequest, TargetResponse } from '../model/attempt.ts';
import { type HandledBy, noReply, type Reply, type ReplySummary } from '../model/reply.ts';
import type { CapturedRequest, OwedState } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { AttemptOptions, Store } from '../store/store.ts';
import type { SessionEvent } from './events.ts';
import { backOffMs, type Holding, owedAfter, type Verdict } from './holding.ts';
import { hostHint } from './host-hint.ts';
import { type Line, openLine } from './line.ts';
import { failureReply, heldReply, targetReply } from './replies.ts';
import { send } from './send.ts';

export interface CourierOptions {
  readonly store: Store;
  readonly client: Client;
  readonly target: Target;
  readonly holding: Holding;
  /** Tell the target the request's id and the number of the attempt. */
  readonly mark: boolean;
  readonly emit: (event: SessionEvent) => void;
  /** Whether everything has to wait in line now. */
  readonly isPaused: () => boolean;
  /** Ends the delivering of what waits. */
  readonly signal: AbortSignal;
}

/** Brings requests to one target, now or, where it holds them, when the target is back. */
export interface Courier {
  readonly target: Target;
  /** The requests that wait for this target; undefined where none are held. */
  readonly line: Line | undefined;
  /**
   * One live attempt, with `edit` in place of the request if that is given, recorded with what it means; resolves
   * with what the sender is answered because of it.
   */
  forward(seq: Seq, request: CapturedRequest, senderWaits: boolean, edit?: SentRequest): Promise<Reply>;
  /** Records that the target does not get a request, and why. */
  withhold(seq: Seq, request: CapturedRequest, withheld: Withheld): Promise<void>;
  /**
   * Has a request wait, in line or for a moment of its own (ms since the epoch); where the store can't take that, as
   * soon as it can. Never rejects.
   */
  hold(seq: Seq, retryAt?: number): Promise<void>;
  /** Resolves when nothing is delivered any more after the signal. */
  readonly over: Promise<void>;
}

/** Why a target does not get a request that was meant for it. */
export interface Withheld {
  /** When it was stopped, in ms since the epoch. */
  readonly since: number;
  readonly message: string;
  readonly closes: Exclude<OwedState, 'pending'>;
  /** What the sender is answered because of it, if this is the target that it waited for. */
  readonly reply?: ReplySummary | undefined;
  /** What answered the sender in place of the target. */
  readonly handledBy?: HandledBy | undefined;
}

export function createCourier(options: CourierOptions): Courier {
  const { store, client, target, holding, mark, emit, isPaused, signal } = options;
  let hostRemarked = false;
  const line = holding.holds
    ? openLine({ store, target, deliver: retry, isTooOld: holding.isTooOld, isPaused, warn, signal })
    : undefined;

  async function forward(
    seq: Seq,
    request: CapturedRequest,
    senderWaits: boolean,
    edit?: SentRequest,
  ): Promise<Reply> {
    const tried = await send(request, target, {
      client,
      kind: 'forward',
      markWith: mark ? 1 : undefined,
      edit,
    });
    const verdict = holding.judge(tried.outcome, 1, request.receivedAt, Date.now());
    const reply = replyTo(request, tried.outcome, verdict);
    if (tried.outcome.type === 'response') remarkOnHost(tried.outcome.response);
    const isHeld = verdict.type === 'in-line' || verdict.type === 'later';
    if (isHeld) line?.joining();
    const summary = senderWaits ? { reply: { status: reply.status, by: reply.by } } : {};
    const recorded = await record(seq, request, tried, { ...summary, ...owedAfter(verdict) });
    if (recorded && isHeld) line?.joined(verdict.type === 'in-line');
    else if (isHeld) void hold(seq).finally(() => line?.joined(verdict.type === 'in-line'));
    return reply;
  }

  async function withhold(seq: Seq, request: CapturedRequest, withheld: Withheld): Promise<void> {
    const { since, message, closes, reply, handledBy } = withheld;
    const tried: NewAttempt = {
      kind: 'forward',
      to: target.href,
      startedAt: since,
      ms: Date.now() - since,
      outcome: { type: 'failed', code: 'withheld', message },
    };
    await record(seq, request, tried, {
      closes,
      ...(closes === 'dropped' ? { reason: 'user' as const } : {}),
      handledBy,
      ...(reply ? { reply } : {}),
    });
  }

  /** What is not held when the signal comes is found by whoever drains the line next. */
  async function hold(seq: Seq, retryAt?: number): Promise<void> {
    for (let failures = 1; !signal.aborted && mayWait(seq); failures++) {
      try {
        await store.hold(seq, target.href, retryAt);
        return;
      } catch (error) {
        if (failures === 1) warn(`A request can't be held for ${target.href} yet: ${messageOf(error)}.`);
        await wait(backOffMs(failures), undefined, { signal }).catch(() => {});
      }
    }
  }

  /** It was not deleted or dropped meanwhile. */
  function mayWait(seq: Seq): boolean {
    const state = store.owed(seq).find(({ to }) => to === target.href)?.state ?? 'pending';
    return state === 'pending' && store.summary(seq) !== undefined;
  }

  /** Sends a request that has waited; its sender was answered long ago. */
  async function retry(seq: Seq, request: CapturedRequest): Promise<Verdict> {
    const attempts = store.attemptCount(seq, target.href) + 1;
    const markWith = mark ? attempts : undefined;
    const tried = await send(request, target, { client, kind: 'retry', markWith });
    const verdict = holding.judge(tried.outcome, attempts, request.receivedAt, Date.now());
    if (await record(seq, request, tried, owedAfter(verdict))) return verdict;
    throw new Error(`the attempt with ${request.id} could not be recorded`);
  }

  /** An attempt that can't be recorded is still told of, and what the target is owed stays as it was. */
  async function record(
    seq: Seq,
    request: CapturedRequest,
    tried: NewAttempt,
    more: AttemptOptions,
  ): Promise<boolean> {
    try {
      const attempt = await store.addAttempt(seq, request.id, tried, more);
      emit({ type: 'attempt', seq, request, attempt, recorded: true });
      return true;
    } catch (error) {
      warn(`The attempt to ${tried.to} with ${request.id} was not recorded: ${messageOf(error)}.`);
      const attempt: Attempt = {
        ...tried,
        seq: 0,
        requestId: request.id,
        number: 0,
        reply: more.reply ?? noReply,
      };
      emit({ type: 'attempt', seq, request, attempt, recorded: false });
      return false;
    }
  }

  /** The target's answer where it counts as one; else that the request waits, or why it does not. */
  function replyTo(request: CapturedRequest, outcome: Outcome, verdict: Verdict): Reply {
    if (verdict.type === 'in-line' || verdict.type === 'later') return heldReply(request);
    return outcome.type === 'response' ? targetReply(outcome.response) : failureReply(outcome, target);
  }

  function remarkOnHost(response: TargetResponse): void {
    if (hostRemarked) return;
    const hint = hostHint(response);
    if (hint === undefined) return;
    hostRemarked = true;
    warn(hint);
  }

  function warn(message: string): void {
    emit({ type: 'warning', message });
  }

  return { target, line, forward, withhold, hold, over: line?.over ?? Promise.resolve() };
}

/** A courier for each target, by its one spelling, however many routes lead to it. */
export function openCouriers(
  targets: readonly Target[],
  options: Omit<CourierOptions, 'target'>,
): ReadonlyMap<string, Courier> {
  const byHref = new Map(targets.map((target) => [target.href, target]));
  return new Map([...byHref].map(([href, target]) => [href, createCourier({ ...options, target })]));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
