import { type Refusal, refusalReply } from '../capture/gate.ts';
import type { OnHangUp } from '../capture/listener.ts';
import type { Client } from '../deliver/client.ts';
import type { Attempt, SentRequest } from '../model/attempt.ts';
import { type Facts, noFacts, type Verification } from '../model/facts.ts';
import { hopsOf, mostHops } from '../model/hops.ts';
import { newId } from '../model/id.ts';
import { noReply, type Reply } from '../model/reply.ts';
import { type Arrival, type CapturedRequest, captured } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Assessment, Assessor } from '../providers/assess.ts';
import { type Store, StoreFailure } from '../store/store.ts';
import type { createBreakpoint, Way } from './breakpoint.ts';
import type { Courier } from './courier.ts';
import type { SessionEvent } from './events.ts';
import type { createHandshakes } from './handshakes.ts';
import type { Knowing } from './knowing.ts';
import type { Replayable } from './replay.ts';
import {
  chosenReply,
  circleReply,
  heldReply,
  notGenuineReply,
  recordedReply,
  storeFailureReply,
  tooLargeReply,
} from './replies.ts';
import { send } from './send.ts';

export interface PipelineOptions {
  readonly store: Store;
  readonly client: Client;
  /** Tell the target the request's id and the number of the attempt. */
  readonly mark: boolean;
  readonly sessionId: number;
  readonly name: string;
  /** Who brings a request to its targets; the first one's answer goes to the sender. None: it is only recorded. */
  readonly couriersFor: (request: CapturedRequest, facts: Facts) => readonly Courier[];
  /** Who sent a request, and whether it is genuine. */
  readonly knowing: Knowing;
  /** The listener's reply to a call that sets a webhook up, where it is the one to answer. */
  readonly handshakes: ReturnType<typeof createHandshakes>;
  /** Let only what is known to be genuine go on to a target. */
  readonly requireSignature: boolean;
  /** Called with a handshake that was answered, once it is recorded. */
  readonly shaken: (reading: Assessment['reading']) => Promise<void>;
  /** Stops a request before it is forwarded, where the user wants that. */
  readonly stop: ReturnType<typeof createBreakpoint>['stop'];
  readonly emit: (event: SessionEvent) => void;
}

const noCouriers: readonly Courier[] = [];

interface Judged {
  readonly facts: Facts;
  /** The listener's reply, where no target's is wanted. */
  readonly ownReply: Reply | undefined;
  readonly couriers: readonly Courier[];
  /** A call that sets a webhook up and was answered as one. */
  readonly handshake: Assessment['reading'] | undefined;
}

interface AfterStop extends Replayable {
  readonly couriers: readonly Courier[];
  readonly since: number;
}

/** The life of one request: recorded, told of, forwarded, answered. */
export function createPipeline(options: PipelineOptions) {
  const { store, client, mark, sessionId, name, knowing, stop, emit } = options;

  /** Records an arrival and, if it is whole and may come in, brings it to its targets. Never rejects. */
  async function receive(arrival: Arrival, onHangUp: OnHangUp, refusal?: Refusal): Promise<Reply> {
    const request = captured(arrival, newId(), name);
    const { facts, ownReply, couriers, handshake } = judge(request, refusal, await knowing());
    // Whoever waits for a target waits in line: a new request has to join its end.
    const inLine = couriers.map(({ line }) => (line?.hasBacklog() ? line : undefined));
    const reply =
      couriers.length === 0
        ? (ownReply ?? recordedReply(request))
        : inLine[0]
          ? heldReply(request)
          : undefined;
    const summary = reply && arrival.state !== 'aborted' ? { status: reply.status, by: reply.by } : noReply;
    const owedTo = couriers.map(({ target }, index) => ({
      to: target.href,
      isHeld: inLine[index] !== undefined,
    }));
    let seq: Seq;
    for (const line of inLine) line?.joining();
    try {
      seq = await store.add(request, { sessionId, reply: summary, facts, owedTo });
    } catch (error) {
      return unrecordable(error);
    } finally {
      for (const line of inLine) line?.joined(false);
    }
    const owed = owedTo.map(({ to }) => ({ to, state: 'open' as const }));
    emit({
      type: 'request',
      seq,
      request,
      reply: summary,
      facts,
      redeliveryOf: firstDelivery(seq, facts),
      owed,
    });
    if (handshake) void options.shaken(handshake);
    const live = couriers.filter((_, index) => inLine[index] === undefined);
    const atBreakpoint = reply ? undefined : stop({ seq, request, facts }, onHangUp);
    if (atBreakpoint) {
      const since = Date.now();
      return afterStop(await atBreakpoint, { seq, request, couriers: live, since });
    }
    const answers = live.map((courier) => courier.forward(seq, request, courier === couriers[0]));
    return reply ?? answers[0]!;
  }

  /** Who sent it and what that means for it: who is to get it, or what the listener answers by itself. */
  function judge(
    request: CapturedRequest,
    refusal: Refusal | undefined,
    assessor: Assessor | undefined,
  ): Judged {
    const assessment = assessor?.assess(request, request.receivedAt);
    const facts = assessment?.facts ?? noFacts;
    const stopped = stoppingReply(request, refusal);
    const called = stopped ? noCouriers : options.couriersFor(request, facts);
    const shaken = stopped || !assessment ? undefined : options.handshakes(assessment, called.length > 0);
    const ownReply = stopped ?? shaken ?? unproven(request, facts.verification);
    const couriers = ownReply ? noCouriers : called;
    // What was read of it is let go of: it would keep the body in memory for as long as the target thinks.
    return { facts, ownReply, couriers, handshake: shaken && assessment?.reading };
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
  async function afterStop(way: Way, { seq, request, couriers, since }: AfterStop): Promise<Reply> {
    if (way.type === 'on') {
      const answers = couriers.map((courier, index) => courier.forward(seq, request, index === 0, way.edit));
      return answers[0]!;
    }
    const chosen = way.type === 'answered';
    const reply = chosen ? chosenReply(request, way.status) : recordedReply(request);
    const why = chosen ? `answered ${way.status}, and nothing was sent on` : 'its sender hung up';
    await Promise.all(
      couriers.map((courier, index) =>
        courier.withhold(seq, request, {
          since,
          message: `stopped at the breakpoint: ${why}`,
          closes: chosen ? 'dropped' : 'failed',
          reply: chosen && index === 0 ? { status: reply.status, by: reply.by } : undefined,
        }),
      ),
    );
    return reply;
  }

  /** The reply to what is not known to be genuine, where only that goes on. */
  function unproven(request: CapturedRequest, verification: Verification): Reply | undefined {
    return options.requireSignature && verification.result !== 'valid'
      ? notGenuineReply(request, verification)
      : undefined;
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

/** The listener's reply to what goes no further, whoever sent it. */
function stoppingReply(request: CapturedRequest, refusal: Refusal | undefined): Reply | undefined {
  if (refusal) return refusalReply(refusal);
  if (request.state === 'truncated') return tooLargeReply(request);
  // Nobody waits for it any more.
  if (request.state === 'aborted') return recordedReply(request);
  return hopsOf(request.headers) > mostHops ? circleReply(request) : undefined;
}
