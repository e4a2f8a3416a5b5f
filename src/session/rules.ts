import { type Rejection, rejectionReply } from '../capture/access-control.ts';
import {
  dotSegmentReply,
  loopReply,
  malformedReply,
  recordedReply,
  signatureRequiredReply,
  tooLargeReply,
} from '../delivery/replies.ts';
import type { TargetDelivery } from '../delivery/target-delivery.ts';
import type { Classification } from '../model/classification.ts';
import { hopsOf, mostHops } from '../model/hops.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { HandledBy, Reply } from '../model/reply.ts';
import type { CapturedRequest } from '../model/request.ts';
import { hasDotSegment, isMalformedTarget } from '../model/request-target.ts';
import type { Assessment } from '../providers/assess.ts';
import type { ParsedRequest } from '../providers/request/parsed-request.ts';
import type { HandshakeReplier } from './handshakes.ts';

/** The listener replies by itself, or targets get the request. */
export type Decision =
  | {
      readonly type: 'reply';
      readonly reply: Reply;
      /** The reason why it must not be delivered, now or later; null: it may be. */
      readonly refusal: RefusalCode | null;
      readonly handledBy: HandledBy | null;
      /** The parsed request, if it is a handshake that gets its reply. */
      readonly handshake?: ParsedRequest | undefined;
    }
  | {
      readonly type: 'deliver';
      /** At least one; the first one decides the reply. */
      readonly deliveries: readonly PlannedDelivery[];
      /** Ask the breakpoint before the deliveries that are due now: the sender still waits for its reply. */
      readonly intercept: boolean;
    };

/** The decision that the listener replies by itself. */
export type ReplyDecision = Extract<Decision, { type: 'reply' }>;

/** One target that gets the request. */
export interface PlannedDelivery {
  readonly delivery: TargetDelivery;
  /** `queued`: other requests wait for this target, or forwarding is paused. */
  readonly when: 'now' | 'queued';
}

/** The classification that rules decide by, besides the request. */
export interface Classified {
  readonly classification: Classification;
  /** Undefined while the catalogue of providers cannot be read. */
  readonly assessment: Assessment | undefined;
  /** The reason why the request was turned away before its body was read, if it was. */
  readonly refusal: Rejection | undefined;
}

/** The session's settings that rules apply. */
export interface Rules {
  /** The targets that routes choose for a request; none: it is only recorded. */
  readonly deliveriesFor: (
    request: CapturedRequest,
    classification: Classification,
  ) => readonly TargetDelivery[];
  /** True if the route that chose the targets matches by path. */
  readonly isRoutedByPath?:
    | ((request: CapturedRequest, classification: Classification) => boolean)
    | undefined;
  readonly handshakes: HandshakeReplier;
  /** Deliver only requests with a valid signature. */
  readonly requireSignature: boolean;
}

interface Subject extends Classified {
  readonly request: CapturedRequest;
}

interface RoutedSubject extends Subject {
  readonly deliveries: readonly TargetDelivery[];
}

type Rule<S extends Subject> = (subject: S, rules: Rules) => Decision | undefined;

/** Applied before routes choose the targets: these requests go nowhere. */
const beforeRouting: readonly Rule<Subject>[] = [refused, aborted, tooLarge, malformed, loop];

/** Applied once the targets are known. */
const afterRouting: readonly Rule<RoutedSubject>[] = [dotSegment, handshake, requireSignature, recordOnly];

/** Decides by the first rule that applies; if none does, the targets get the request. */
export function decide(request: CapturedRequest, classified: Classified, rules: Rules): Decision {
  const subject = { ...classified, request };
  const early = first(beforeRouting, subject, rules);
  if (early) return early;
  const deliveries = rules.deliveriesFor(request, classified.classification);
  return first(afterRouting, { ...subject, deliveries }, rules) ?? deliver(deliveries);
}

function first<S extends Subject>(list: readonly Rule<S>[], subject: S, rules: Rules): Decision | undefined {
  for (const rule of list) {
    const decision = rule(subject, rules);
    if (decision) return decision;
  }
  return undefined;
}

function refused({ refusal }: Subject): Decision | undefined {
  return refusal && refuse(refusal.code, rejectionReply(refusal));
}

/** Nobody waits for the reply any more. */
function aborted({ request }: Subject): Decision | undefined {
  return request.state === 'aborted' ? refuse('aborted', recordedReply(request)) : undefined;
}

function tooLarge({ request }: Subject): Decision | undefined {
  return request.state === 'truncated' ? refuse('too-large', tooLargeReply(request)) : undefined;
}

/** The request target is neither a path nor a valid URL. */
function malformed({ request }: Subject): Decision | undefined {
  return isMalformedTarget(request.requestTarget) ? refuse('malformed', malformedReply(request)) : undefined;
}

function loop({ request }: Subject): Decision | undefined {
  return hopsOf(request.headers) > mostHops ? refuse('loop', loopReply(request)) : undefined;
}

/** A path that could lead out of the base path, or past the route, that its target was chosen by. */
function dotSegment(
  { request, classification, deliveries }: RoutedSubject,
  { isRoutedByPath }: Rules,
): Decision | undefined {
  if (!hasDotSegment(request.requestTarget)) return undefined;
  const hasBasePath = deliveries.some(({ target }) => target.basePath !== '');
  if (!hasBasePath && !isRoutedByPath?.(request, classification)) return undefined;
  return refuse('path', dotSegmentReply(request));
}

/** A handshake that is rejected, or not valid although a signature is required, is refused like any request. */
function handshake(
  { classification, assessment, deliveries }: RoutedSubject,
  rules: Rules,
): Decision | undefined {
  const reply = assessment && rules.handshakes(assessment, deliveries.length > 0);
  if (!reply) return undefined;
  const isUnproven = rules.requireSignature && classification.verification.result !== 'valid';
  const refusal = isUnproven || reply.status >= 400 ? 'signature' : null;
  return { type: 'reply', reply, refusal, handledBy: 'handshake', handshake: assessment.request };
}

function requireSignature({ request, classification }: RoutedSubject, rules: Rules): Decision | undefined {
  if (!rules.requireSignature || classification.verification.result === 'valid') return undefined;
  return refuse('signature', signatureRequiredReply(request, classification.verification));
}

function recordOnly({ request, deliveries }: RoutedSubject): Decision | undefined {
  if (deliveries.length > 0) return undefined;
  return { type: 'reply', reply: recordedReply(request), refusal: null, handledBy: null };
}

/** A target with a backlog, or every target while forwarding is paused, gets the request in its turn. */
function deliver(targets: readonly TargetDelivery[]): Decision {
  const deliveries = targets.map((delivery) => ({
    delivery,
    when: delivery.hasBacklog() ? ('queued' as const) : ('now' as const),
  }));
  return { type: 'deliver', deliveries, intercept: deliveries[0]!.when === 'now' };
}

function refuse(refusal: RefusalCode, reply: Reply): ReplyDecision {
  return { type: 'reply', reply, refusal, handledBy: null };
}
