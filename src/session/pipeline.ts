import type { Client } from '../deliver/client.ts';
import type { Attempt, NewAttempt, TargetResponse } from '../model/attempt.ts';
import { newId } from '../model/id.ts';
import { noReply, type Reply, type ReplySummary } from '../model/reply.ts';
import { type Arrival, type CapturedRequest, captured } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { AttemptOptions, Store } from '../store/store.ts';
import type { SessionEvent } from './events.ts';
import { hostHint } from './host-hint.ts';
import type { Replayable } from './replay.ts';
import { failureReply, recordedReply, storeFailureReply, targetReply, tooLargeReply } from './replies.ts';
import { send } from './send.ts';

export interface PipelineOptions {
  readonly store: Store;
  readonly client: Client;
  readonly sessionId: number;
  readonly name: string;
  readonly target: Target | undefined;
  readonly emit: (event: SessionEvent) => void;
  /** Ends attempts that are under way: their outcome is `interrupted`. */
  readonly signal: AbortSignal;
}

export type Pipeline = ReturnType<typeof createPipeline>;

/** The life of one request: recorded, told of, forwarded, answered. Every request and every replay goes this way. */
export function createPipeline({ store, client, sessionId, name, target, emit, signal }: PipelineOptions) {
  let hostRemarked = false;

  /** Records an arrival and, if it is whole and there is a target, forwards it. Never rejects. */
  async function receive(arrival: Arrival): Promise<Reply> {
    const request = captured(arrival, newId(), name);
    const forwardTo = arrival.state === 'complete' ? target : undefined;
    const reply = forwardTo ? undefined : immediateReply(request);
    const summary = reply && arrival.state !== 'aborted' ? summaryOf(reply) : noReply;
    let seq: Seq;
    try {
      seq = await store.add(request, {
        sessionId,
        reply: summary,
        ...(forwardTo ? { owedTo: [forwardTo.href] } : {}),
      });
    } catch (error) {
      return unrecordable(error);
    }
    const owed = forwardTo ? [{ to: forwardTo.href, state: 'open' as const }] : [];
    emit({ type: 'request', seq, request, reply: summary, owed });
    return reply ?? forward(seq, request, forwardTo!);
  }

  /** Sends a request that its sender waits for; the answer is recorded before it is passed on. */
  async function forward(seq: Seq, request: CapturedRequest, to: Target): Promise<Reply> {
    const tried = await send(client, request, to, 'forward', signal);
    const { outcome } = tried;
    const reply = outcome.type === 'response' ? targetReply(outcome.response) : failureReply(outcome, to);
    if (outcome.type === 'response') remarkOnHost(outcome.response);
    const closes =
      outcome.type === 'response' ? 'delivered' : outcome.code === 'interrupted' ? undefined : 'failed';
    await record(seq, request, tried, { reply: summaryOf(reply), ...(closes ? { closes } : {}) });
    return reply;
  }

  function remarkOnHost(response: TargetResponse): void {
    if (hostRemarked) return;
    const hint = hostHint(response);
    if (hint === undefined) return;
    hostRemarked = true;
    warn(hint);
  }

  /** Sends a recorded request again. */
  async function replay({ seq, request }: Replayable, to: Target): Promise<Attempt> {
    return record(seq, request, await send(client, request, to, 'replay', signal), {});
  }

  /** An attempt that can't be recorded is still told of, and what the target is owed stays open. */
  async function record(
    seq: Seq,
    request: CapturedRequest,
    tried: NewAttempt,
    options: AttemptOptions,
  ): Promise<Attempt> {
    try {
      const attempt = await store.addAttempt(seq, request.id, tried, options);
      emit({ type: 'attempt', seq, request, attempt, recorded: true });
      return attempt;
    } catch (error) {
      warn(`The attempt to ${tried.to} with ${request.id} was not recorded: ${messageOf(error)}.`);
      const attempt = { ...tried, seq: 0, requestId: request.id, number: 0, reply: options.reply ?? noReply };
      emit({ type: 'attempt', seq, request, attempt, recorded: false });
      return attempt;
    }
  }

  /** The reply where the store failed: the sender keeps the request and tries again. */
  function unrecordable(error: unknown): Reply {
    warn(`A request was refused with 503, because it could not be recorded: ${messageOf(error)}.`);
    return storeFailureReply();
  }

  function warn(message: string): void {
    emit({ type: 'warning', message });
  }

  return { receive, replay, unrecordable };
}

function immediateReply(request: CapturedRequest): Reply {
  return request.state === 'truncated' ? tooLargeReply(request) : recordedReply(request);
}

function summaryOf({ status, by }: Reply): ReplySummary {
  return { status, by };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
