import type { Rejection } from '../capture/access-control.ts';
import type { Sender } from '../capture/intake.ts';
import { chosenReply, heldReply, recordedReply, storeFailureReply } from '../delivery/replies.ts';
import type { TargetDelivery } from '../delivery/target-delivery.ts';
import type { SentRequest } from '../model/attempt.ts';
import { type Classification, unclassified } from '../model/classification.ts';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import { newId } from '../model/id.ts';
import { noReply, type Reply, type ReplySummary } from '../model/reply.ts';
import {
  type Arrival,
  type CapturedRequest,
  captured,
  notWithheld,
  type Withholding,
} from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Assessor } from '../providers/assess.ts';
import type { AssessorLoader } from '../providers/lazy-assessor.ts';
import type { ParsedRequest } from '../providers/request/parsed-request.ts';
import { type Store, StoreFailure } from '../store/store.ts';
import type { BreakpointAction, Intercept } from './breakpoint.ts';
import { type Decision, decide, type PlannedDelivery, type Rules } from './rules.ts';

/** The parts of a session that a request passes. */
export interface PipelineContext {
  readonly store: Store;
  readonly sessionId: number;
  /** The session's name, recorded with every request. */
  readonly name: string;
  readonly loadAssessor: AssessorLoader;
  readonly rules: Rules;
  readonly intercept: Intercept;
  /** Called with a handshake that got its reply, once it is recorded. */
  readonly onHandshakeAnswered: (handshake: ParsedRequest) => Promise<void>;
  readonly emit: (event: SessionEvent) => void;
  readonly clock: Clock;
}

/** A request that is decided on and not yet recorded. */
interface DecidedRequest {
  readonly request: CapturedRequest;
  readonly classification: Classification;
  readonly decision: Decision;
  /** The reply, unless it takes a target's response to know it. */
  readonly reply: Reply | undefined;
  readonly replySummary: ReplySummary;
}

interface RecordedRequest extends DecidedRequest {
  readonly seq: Seq;
}

/**
 * The life of one request: received → classified → decided on → recorded → emitted → carried out. Resolves with the
 * reply to its sender; never rejects.
 */
export async function receive(
  context: PipelineContext,
  arrival: Arrival,
  sender: Sender,
  refusal?: Rejection,
): Promise<Reply> {
  const request = captured(arrival, newId(), context.name);
  const decided = classifyAndDecide(context, request, refusal, await context.loadAssessor());
  let seq: Seq;
  try {
    seq = await record(context, decided);
  } catch (error) {
    // The sender keeps the request and tries again.
    return unrecordable(context, error);
  }
  const recorded = { ...decided, seq };
  sender.onMissed((afterMs) => void recordDisconnect(context, recorded, afterMs));
  announce(context, recorded);
  return carryOut(context, recorded, sender);
}

/**
 * Classifies a request and decides on it. A function of its own, so that the parsed request is released: it would keep
 * the body in memory for as long as the target takes.
 */
function classifyAndDecide(
  { rules }: PipelineContext,
  request: CapturedRequest,
  refusal: Rejection | undefined,
  assessor: Assessor | undefined,
): DecidedRequest {
  const assessment = assessor?.assess(request, request.receivedAt);
  const classification = assessment?.classification ?? unclassified;
  const decision = decide(request, { classification, assessment, refusal }, rules);
  const reply = decision.type === 'reply' ? decision.reply : replyIfQueued(decision.deliveries, request);
  // The sender of an aborted request gets none.
  const isSent = reply !== undefined && request.state !== 'aborted';
  const replySummary = isSent ? { status: reply.status, by: reply.by } : noReply;
  return { request, classification, decision, reply, replySummary };
}

/** Held for the first target, the request has its reply before it is delivered. */
function replyIfQueued([first]: readonly PlannedDelivery[], request: CapturedRequest): Reply | undefined {
  return first?.when === 'queued' ? heldReply(request) : undefined;
}

/** Writes the request with its pending deliveries; rejects if the store fails. */
function record({ store, sessionId }: PipelineContext, decided: DecidedRequest): Promise<Seq> {
  const { request, classification, decision, replySummary: reply } = decided;
  const deliveries = deliveriesOf(decision);
  const newDeliveries = deliveries.map(({ delivery, when }) => ({
    target: delivery.target.href,
    isHeld: when === 'queued',
  }));
  const recording = store.add(request, {
    sessionId,
    reply,
    classification,
    withholding: withholdingOf(decision),
    deliveries: newDeliveries,
  });
  for (const { delivery, when } of deliveries) if (when === 'queued') delivery.enqueue(recording);
  return recording;
}

function announce({ store, emit }: PipelineContext, recorded: RecordedRequest): void {
  const { seq, request, classification, decision, replySummary: reply } = recorded;
  emit({
    type: 'request',
    seq,
    request,
    reply,
    classification,
    redeliveryOf: firstDelivery(store, seq, classification),
    refusal: withholdingOf(decision).refusal,
    handledBy: withholdingOf(decision).handledBy,
    deliveries: deliveriesOf(decision).map(({ delivery, when }) => ({
      target: delivery.target.href,
      state: 'pending' as const,
      reason: null,
      held: when === 'queued',
      retryAt: null,
    })),
  });
}

/** Does what was decided; resolves with the reply to the sender. */
async function carryOut(context: PipelineContext, recorded: RecordedRequest, sender: Sender): Promise<Reply> {
  const { seq, request, classification, decision, reply } = recorded;
  if (decision.type === 'reply') {
    if (decision.handshake) void context.onHandshakeAnswered(decision.handshake);
    return decision.reply;
  }
  const interception = decision.intercept
    ? context.intercept({ seq, request, classification }, sender.onDisconnect)
    : undefined;
  if (!interception) {
    const replies = deliverNow(recorded);
    return reply ?? replies[0]!;
  }
  const since = context.clock.now();
  return afterBreakpoint(context, recorded, await interception, since);
}

/** Starts the deliveries that are due now; the replies that they mean, the sender's first if it waits for one. */
function deliverNow({ seq, request, decision }: RecordedRequest, edit?: SentRequest): Promise<Reply>[] {
  const first = deliveriesOf(decision)[0]?.delivery;
  return dueNow(decision).map((delivery) =>
    delivery.deliver({ seq, request, senderWaits: delivery === first, edit }),
  );
}

/** Carries on with an intercepted request as its user or its sender wants. */
async function afterBreakpoint(
  context: PipelineContext,
  recorded: RecordedRequest,
  action: BreakpointAction,
  since: number,
): Promise<Reply> {
  if (action.type === 'resume') return deliverNow(recorded, action.edit)[0]!;
  const { seq, request, decision } = recorded;
  const isReply = action.type === 'reply';
  const reply = isReply ? chosenReply(request, action) : recordedReply(request);
  const why = isReply ? `replied ${action.status}, not forwarded` : 'its sender disconnected';
  if (isReply) void dropQueued(context, recorded);
  await Promise.all(
    dueNow(decision).map((delivery, index) =>
      delivery.withhold(seq, request, {
        since,
        message: `intercepted at the breakpoint: ${why}`,
        closes: isReply ? 'dropped' : 'failed',
        reply: isReply && index === 0 ? { status: reply.status, by: reply.by } : undefined,
        handledBy: isReply ? 'breakpoint' : undefined,
      }),
    ),
  );
  return reply;
}

/** A reply by the user also drops the request for the targets that it is queued for. */
async function dropQueued(
  { store, emit }: PipelineContext,
  { seq, request, decision }: RecordedRequest,
): Promise<void> {
  for (const { delivery, when } of deliveriesOf(decision)) {
    if (when === 'now') continue;
    const { href } = delivery.target;
    await store.closeDelivery(seq, href, 'dropped', 'user').catch((error: unknown) => {
      const message = `${request.id} could not be dropped for ${href}: ${messageOf(error)}.`;
      emit({ type: 'warning', message });
    });
  }
}

/** The sender had disconnected before its reply. */
async function recordDisconnect(
  { store, emit }: PipelineContext,
  { seq, request: { id } }: RecordedRequest,
  afterMs: number,
): Promise<void> {
  try {
    await store.replyMissed(seq, id, afterMs);
    emit({ type: 'disconnected', requestId: id, afterMs });
  } catch (error) {
    const message = `The disconnect of the sender of ${id} was not recorded: ${messageOf(error)}.`;
    emit({ type: 'warning', message });
  }
}

function firstDelivery(store: Store, seq: Seq, classification: Classification): string | undefined {
  try {
    return store.redeliveryOf(seq, classification);
  } catch {
    // The request is recorded; an earlier delivery shows when the database can be read again.
    return undefined;
  }
}

/** The reply to a request that the store could not take, with a warning to the user. */
export function unrecordable({ emit }: Pick<PipelineContext, 'emit'>, error: unknown): Reply {
  const reason = error instanceof StoreFailure ? error.message : String(error);
  emit({
    type: 'warning',
    message: `A request was refused with 503, because it could not be recorded: ${reason}.`,
  });
  return storeFailureReply();
}

function withholdingOf(decision: Decision): Withholding {
  return decision.type === 'reply' ? decision : notWithheld;
}

function deliveriesOf(decision: Decision): readonly PlannedDelivery[] {
  return decision.type === 'deliver' ? decision.deliveries : [];
}

function dueNow(decision: Decision): TargetDelivery[] {
  return deliveriesOf(decision).flatMap(({ delivery, when }) => (when === 'now' ? [delivery] : []));
}
