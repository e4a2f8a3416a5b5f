import type { Rejection } from '../capture/access-control.ts';
import type { Sender } from '../capture/intake.ts';
import type { Client } from '../deliver/client.ts';
import type { Attempt, SentRequest } from '../model/attempt.ts';
import { type Facts, noFacts } from '../model/facts.ts';
import { newId } from '../model/id.ts';
import { noReply, type Reply } from '../model/reply.ts';
import { type Arrival, type CapturedRequest, captured, notWithheld } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Assessor } from '../providers/assess.ts';
import type { Reading } from '../providers/incoming.ts';
import { type Store, StoreFailure } from '../store/store.ts';
import type { createBreakpoint, Way } from './breakpoint.ts';
import type { Courier } from './courier.ts';
import type { SessionEvent } from './events.ts';
import type { Knowing } from './knowing.ts';
import type { Replayable } from './replay.ts';
import { chosenReply, heldReply, recordedReply, storeFailureReply } from './replies.ts';
import { type Decision, decide, type PlannedDelivery, type RuleOptions } from './rules.ts';
import { send } from './send.ts';

export interface PipelineOptions extends RuleOptions {
  readonly store: Store;
  readonly client: Client;
  /** Tell the target the request's id and the number of the attempt. */
  readonly mark: boolean;
  readonly sessionId: number;
  readonly name: string;
  /** Who sent a request, and whether it is genuine. */
  readonly knowing: Knowing;
  /** Called with a handshake that was answered, once it is recorded. */
  readonly shaken: (reading: Reading) => Promise<void>;
  /** Stops a request before it is forwarded, where the user wants that. */
  readonly stop: ReturnType<typeof createBreakpoint>['stop'];
  readonly emit: (event: SessionEvent) => void;
}

const noDeliveries: readonly PlannedDelivery[] = [];

interface Judged {
  readonly facts: Facts;
  readonly decision: Decision;
}

interface Intercepted extends Replayable {
  readonly deliveries: readonly PlannedDelivery[];
  readonly since: number;
}

/** The life of one request: classified, decided on, recorded, told of, carried out. */
export function createPipeline(options: PipelineOptions) {
  const { store, client, mark, sessionId, name, knowing, stop, emit } = options;

  /** Records an arrival and does what the rules decide. Never rejects. */
  async function receive(arrival: Arrival, sender: Sender, refusal?: Rejection): Promise<Reply> {
    const request = captured(arrival, newId(), name);
    const { facts, decision } = judge(request, refusal, await knowing());
    const deliveries = decision.type === 'deliver' ? decision.deliveries : noDeliveries;
    const reply = knownReply(decision, request);
    const summary = reply && arrival.state !== 'aborted' ? { status: reply.status, by: reply.by } : noReply;
    const withholding = decision.type === 'reply' ? decision : notWithheld;
    const owedTo = deliveries.map(({ courier, when }) => ({
      to: courier.target.href,
      isHeld: when === 'queued',
    }));
    const queued = deliveries.flatMap(({ courier, when }) =>
      when === 'queued' && courier.line ? [courier.line] : [],
    );
    let seq: Seq;
    for (const line of queued) line.joining();
    try {
      seq = await store.add(request, { sessionId, reply: summary, facts, withholding, owedTo });
    } catch (error) {
      return unrecordable(error);
    } finally {
      for (const line of queued) line.joined(false);
    }
    sender.onMissed((afterMs) => void recordMissed(seq, request, afterMs));
    emit({
      type: 'request',
      seq,
      request,
      reply: summary,
      facts,
      redeliveryOf: firstDelivery(seq, facts),
      refusal: withholding.refusal,
      handledBy: withholding.handledBy,
      owed: owedTo.map(({ to }) => ({ to, state: 'open' as const })),
    });
    if (decision.type === 'reply' && decision.handshake) void options.shaken(decision.handshake);
    const intercepts = decision.type === 'deliver' && decision.intercept;
    const atBreakpoint = intercepts ? stop({ seq, request, facts }, sender.onDisconnect) : undefined;
    if (atBreakpoint) {
      const since = Date.now();
      return afterStop(await atBreakpoint, { seq, request, deliveries, since });
    }
    const answers = deliverNow(deliveries, seq, request);
    return reply ?? answers[0]!;
  }

  /** The sender was gone before it had its reply. */
  async function recordMissed(seq: Seq, { id }: CapturedRequest, afterMs: number): Promise<void> {
    try {
      await store.replyMissed(seq, id, afterMs);
      emit({ type: 'disconnected', requestId: id, afterMs });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      emit({ type: 'warning', message: `That the sender of ${id} hung up was not recorded: ${reason}.` });
    }
  }

  /** What was read of a request is let go of: it would keep the body in memory for as long as the target thinks. */
  function judge(
    request: CapturedRequest,
    refusal: Rejection | undefined,
    assessor: Assessor | undefined,
  ): Judged {
    const assessment = assessor?.assess(request, request.receivedAt);
    const facts = assessment?.facts ?? noFacts;
    return { facts, decision: decide({ request, facts, assessment, refusal }, options) };
  }

  /** Starts the deliveries that are due now; the replies that they lead to, the sender's first where it waits. */
  function deliverNow(
    deliveries: readonly PlannedDelivery[],
    seq: Seq,
    request: CapturedRequest,
    edit?: SentRequest,
  ): Promise<Reply>[] {
    const firstCourier = deliveries[0]?.courier;
    return dueNow(deliveries).map((courier) => courier.forward(seq, request, courier === firstCourier, edit));
  }

  function firstDelivery(seq: Seq, facts: Facts): string | undefined {
    try {
      return store.redeliveryOf(seq, facts);
    } catch {
      // The request is recorded; that it came before can be seen when the database can be read again.
      return undefined;
    }
  }

  /** What the user decided at the breakpoint, or the sender by hanging up. */
  async function afterStop(way: Way, { seq, request, deliveries, since }: Intercepted): Promise<Reply> {
    if (way.type === 'on') return deliverNow(deliveries, seq, request, way.edit)[0]!;
    const chosen = way.type === 'answered';
    const reply = chosen ? chosenReply(request, way) : recordedReply(request);
    const why = chosen ? `answered ${way.status}, and nothing was sent on` : 'its sender hung up';
    if (chosen) void dropQueued(deliveries, seq);
    await Promise.all(
      dueNow(deliveries).map((courier, index) =>
        courier.withhold(seq, request, {
          since,
          message: `stopped at the breakpoint: ${why}`,
          closes: chosen ? 'dropped' : 'failed',
          reply: chosen && index === 0 ? { status: reply.status, by: reply.by } : undefined,
          handledBy: chosen ? 'breakpoint' : undefined,
        }),
      ),
    );
    return reply;
  }

  /** No target gets what the user answered, nor those for which it waits. */
  async function dropQueued(deliveries: readonly PlannedDelivery[], seq: Seq): Promise<void> {
    for (const { courier, when } of deliveries) {
      if (when === 'now') continue;
      const { href } = courier.target;
      await store.closeOwed(seq, href, 'dropped').catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        emit({ type: 'warning', message: `What ${href} was to get later could not be dropped: ${reason}.` });
      });
    }
  }

  /** Sends a recorded request again. */
  async function replay({ seq, request }: Replayable, to: Target, edit?: SentRequest): Promise<Attempt> {
    const markWith = mark ? store.attemptCount(seq, to.href) + 1 : undefined;
    const tried = await send(request, to, { client, kind: 'replay', markWith, edit });
    const attempt = await store.addAttempt(seq, request.id, tried);
    emit({ type: 'attempt', seq, request, attempt, recorded: true });
    return attempt;
  }

  /** The reply where the store failed: the sender keeps the request and tries again. */
  function unrecordable(error: unknown): Reply {
    const reason = error instanceof StoreFailure ? error.message : String(error);
    emit({
      type: 'warning',
      message: `A request was refused with 503, because it could not be recorded: ${reason}.`,
    });
    return storeFailureReply();
  }

  return { receive, replay, unrecordable };
}

/** The reply where it does not take a target's response to know it. */
function knownReply(decision: Decision, request: CapturedRequest): Reply | undefined {
  if (decision.type === 'reply') return decision.reply;
  return decision.deliveries[0]!.when === 'queued' ? heldReply(request) : undefined;
}

function dueNow(deliveries: readonly PlannedDelivery[]): Courier[] {
  return deliveries.flatMap(({ courier, when }) => (when === 'now' ? [courier] : []));
}
