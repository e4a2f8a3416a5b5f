import { type Rejection, rejectionReply } from '../capture/access-control.ts';
import type { Facts } from '../model/facts.ts';
import { hopsOf, mostHops } from '../model/hops.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { HandledBy, Reply } from '../model/reply.ts';
import type { CapturedRequest } from '../model/request.ts';
import { hasDotSegment, isMalformedTarget } from '../model/request-target.ts';
import type { Assessment } from '../providers/assess.ts';
import type { Reading } from '../providers/incoming.ts';
import type { Courier } from './courier.ts';
import type { createHandshakes } from './handshakes.ts';
import {
  circleReply,
  dotSegmentReply,
  malformedReply,
  notGenuineReply,
  recordedReply,
  tooLargeReply,
} from './replies.ts';

/** What becomes of a request: the listener replies by itself, or targets get it. */
export type Decision =
  | {
      readonly type: 'reply';
      readonly reply: Reply;
      /** Why it must not be delivered, now or later; null: it may be. */
      readonly refusal: RefusalCode | null;
      readonly handledBy: HandledBy | null;
      /** What was read of a handshake that was answered. */
      readonly handshake?: Reading | undefined;
    }
  | {
      readonly type: 'deliver';
      /** At least one; the first one's decides the reply. */
      readonly deliveries: readonly PlannedDelivery[];
      /** Ask the breakpoint before what is due now is delivered: the sender still waits for its reply. */
      readonly intercept: boolean;
    };

export type ReplyDecision = Extract<Decision, { type: 'reply' }>;

export interface PlannedDelivery {
  readonly courier: Courier;
  /** `queued`: other requests wait for this target, or forwarding is paused. */
  readonly when: 'now' | 'queued';
}

/** What the rules look at. */
export interface Subject {
  readonly request: CapturedRequest;
  readonly facts: Facts;
  /** Undefined where the catalogue of providers could not be read. */
  readonly assessment: Assessment | undefined;
  /** Why it was turned away at the gate; undefined: it was not. */
  readonly refusal: Rejection | undefined;
}

interface RoutedSubject extends Subject {
  readonly couriers: readonly Courier[];
}

/** What a session's options mean for the rules. */
export interface RuleOptions {
  /** The targets that routes choose for a request; none: it is only recorded. */
  readonly couriersFor: (request: CapturedRequest, facts: Facts) => readonly Courier[];
  /** Whether the route that chose the targets goes by the path. */
  readonly isRoutedByPath?: ((request: CapturedRequest, facts: Facts) => boolean) | undefined;
  /** The listener's reply to a call that sets a webhook up, where it is the one to answer. */
  readonly handshakes: ReturnType<typeof createHandshakes>;
  /** Deliver only what is verified. */
  readonly requireSignature: boolean;
}

type Rule<S extends Subject> = (subject: S, options: RuleOptions) => Decision | undefined;

/** Asked before routes choose the targets: what goes nowhere, whoever sent it. */
const beforeRouting: readonly Rule<Subject>[] = [refused, aborted, tooLarge, malformed, loop];

/** Asked once the targets are known. */
const afterRouting: readonly Rule<RoutedSubject>[] = [dotSegment, handshake, requireSignature, recordOnly];

/** Decides what becomes of a request: the first rule that applies, else its targets get it. */
export function decide(subject: Subject, options: RuleOptions): Decision {
  const early = first(beforeRouting, subject, options);
  if (early) return early;
  const couriers = options.couriersFor(subject.request, subject.facts);
  return first(afterRouting, { ...subject, couriers }, options) ?? deliver(couriers);
}

function first<S extends Subject>(
  rules: readonly Rule<S>[],
  subject: S,
  options: RuleOptions,
): Decision | undefined {
  for (const rule of rules) {
    const decision = rule(subject, options);
    if (decision) return decision;
  }
  return undefined;
}

function refused({ refusal }: Subject): Decision | undefined {
  return refusal && refusedWith(refusal.code, rejectionReply(refusal));
}

/** Nobody waits for the reply any more. */
function aborted({ request }: Subject): Decision | undefined {
  return request.state === 'aborted' ? refusedWith('aborted', recordedReply(request)) : undefined;
}

function tooLarge({ request }: Subject): Decision | undefined {
  return request.state === 'truncated' ? refusedWith('too-large', tooLargeReply(request)) : undefined;
}

/** A request target that is neither a path nor an address that there can be. */
function malformed({ request }: Subject): Decision | undefined {
  return isMalformedTarget(request.requestTarget)
    ? refusedWith('malformed', malformedReply(request))
    : undefined;
}

function loop({ request }: Subject): Decision | undefined {
  return hopsOf(request.headers) > mostHops ? refusedWith('loop', circleReply(request)) : undefined;
}

/** A path that could lead out of the base path, or past the route, that its target was chosen with. */
function dotSegment(
  { request, facts, couriers }: RoutedSubject,
  { isRoutedByPath }: RuleOptions,
): Decision | undefined {
  if (!hasDotSegment(request.requestTarget)) return undefined;
  const hasBasePath = couriers.some(({ target }) => target.basePath !== '');
  if (!hasBasePath && !isRoutedByPath?.(request, facts)) return undefined;
  return refusedWith('path', dotSegmentReply(request));
}

/** A handshake of someone who is not verified where that is required, or was turned down, is refused like any request. */
function handshake(
  { facts, assessment, couriers }: RoutedSubject,
  options: RuleOptions,
): Decision | undefined {
  const reply = assessment && options.handshakes(assessment, couriers.length > 0);
  if (!reply) return undefined;
  const unproven = options.requireSignature && facts.verification.result !== 'valid';
  const refusal = unproven || reply.status >= 400 ? 'signature' : null;
  return { type: 'reply', reply, refusal, handledBy: 'handshake', handshake: assessment.reading };
}

function requireSignature(
  { request, facts }: RoutedSubject,
  { requireSignature }: RuleOptions,
): Decision | undefined {
  if (!requireSignature || facts.verification.result === 'valid') return undefined;
  return refusedWith('signature', notGenuineReply(request, facts.verification));
}

function recordOnly({ request, couriers }: RoutedSubject): Decision | undefined {
  if (couriers.length > 0) return undefined;
  return { type: 'reply', reply: recordedReply(request), refusal: null, handledBy: null };
}

/** A target with a backlog, or all of them while forwarding is paused, get the request in its turn. */
function deliver(couriers: readonly Courier[]): Decision {
  const deliveries = couriers.map((courier) => ({
    courier,
    when: courier.line?.hasBacklog() ? ('queued' as const) : ('now' as const),
  }));
  return { type: 'deliver', deliveries, intercept: deliveries[0]!.when === 'now' };
}

function refusedWith(refusal: RefusalCode, reply: Reply): ReplyDecision {
  return { type: 'reply', reply, refusal, handledBy: null };
}
