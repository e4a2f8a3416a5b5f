import { type Refusal, refusalReply } from '../capture/gate.ts';
import type { OnHangUp } from '../capture/listener.ts';
import type { Client } from '../deliver/client.ts';
import type { Attempt, SentRequest } from '../model/attempt.ts';
import { hopsOf, mostHops } from '../model/hops.ts';
import { newId } from '../model/id.ts';
import { noReply, type Reply } from '../model/reply.ts';
import { type Arrival, type CapturedRequest, captured } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import { type Store, StoreFailure } from '../store/store.ts';
import type { createBreakpoint, Way } from './breakpoint.ts';
import type { Courier } from './courier.ts';
import type { SessionEvent } from './events.ts';
import type { Replayable } from './replay.ts';
import {
  chosenReply,
  circleReply,
  heldReply,
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
  readonly couriersFor: (arrival: Arrival) => readonly Courier[];
  /** Stops a request before it is forwarded, where the user wants that. */
  readonly stop: ReturnType<typeof createBreakpoint>['stop'];
  readonly emit: (event: SessionEvent) => void;
}

const noCouriers: readonly Courier[] = [];

interface AfterStop extends Replayable {
  readonly couriers: readonly Courier[];
  readonly since: number;
}

/** The life of one request: recorded, told of, forwarded, answered. */
export function createPipeline(options: PipelineOptions) {
  const { store, client, mark, sessionId, name, couriersFor, stop, emit } = options;

  /** Records an arrival and, if it is whole and may come in, brings it to its targets. Never rejects. */
  async function receive(arrival: Arrival, onHangUp: OnHangUp, refusal?: Refusal): Promise<Reply> {
    const request = captured(arrival, newId(), name);
    const ownReply = ownReplyTo(request, refusal);
    const couriers = ownReply ? noCouriers : couriersFor(arrival);
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
      seq = await store.add(request, { sessionId, reply: summary, owedTo });
    } catch (error) {
      return unrecordable(error);
    } finally {
      for (const line of inLine) line?.joined(false);
    }
    const owed = owedTo.map(({ to }) => ({ to, state: 'open' as const }));
    emit({ type: 'request', seq, request, reply: summary, owed });
    const live = couriers.filter((_, index) => inLine[index] === undefined);
    const stopped = reply ? undefined : stop(seq, request, onHangUp);
    if (stopped) {
      const since = Date.now();
      return afterStop(await stopped, { seq, request, couriers: live, since });
    }
    const answers = live.map((courier) => courier.forward(seq, request, courier === couriers[0]));
    return reply ?? answers[0]!;
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

/** The listener's own reply to what goes no further, whatever the targets. */
function ownReplyTo(request: CapturedRequest, refusal: Refusal | undefined): Reply | undefined {
  if (refusal) return refusalReply(refusal);
  if (request.state === 'truncated') return tooLargeReply(request);
  // Nobody waits for it any more.
  if (request.state === 'aborted') return recordedReply(request);
  return hopsOf(request.headers) > mostHops ? circleReply(request) : undefined;
}
