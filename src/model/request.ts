import type { Attempt } from './attempt.ts';
import type { Body } from './body.ts';
import type { Classification } from './classification.ts';
import type { HeaderList } from './headers.ts';
import type { HeldStanding } from './held.ts';
import type { RefusalCode } from './refusal.ts';
import type { HandledBy, ReplySummary } from './reply.ts';
import type { Seq } from './seq.ts';

/** The part of a request that arrived: only complete ones are ever sent on. */
export const requestStates = ['complete', 'truncated', 'aborted'] as const;

export type RequestState = (typeof requestStates)[number];

/** A request as it comes from the socket, before it has an id. */
export interface Arrival {
  /** Milliseconds since the epoch, when the head had arrived. */
  readonly receivedAt: number;
  /** Milliseconds from the head to the end of the body. */
  readonly ms: number;
  readonly method: string;
  /** The request target as it stood in the request line, latin1. */
  readonly requestTarget: string;
  /** Scheme and authority the sender called, such as `https://calm-fox-41.loca.lt`. */
  readonly origin: string;
  readonly httpVersion: string;
  readonly headers: HeaderList;
  readonly trailers: HeaderList;
  readonly body: Body;
  /** The sender's address; of what came through a tunnel the one that it passes on, if the sender can't make that up. */
  readonly remoteAddress: string;
  readonly state: RequestState;
}

/** One HTTP request as it arrived; immutable; has the id that users type. */
export interface CapturedRequest extends Arrival {
  readonly id: string;
  /** The name of the session that recorded it. */
  readonly project: string;
}

/**
 * State of a delivery: `pending` until its target has responded (`delivered`), the last attempt failed for good
 * (`failed`), it became too old (`expired`), or the user dropped it (`dropped`).
 */
export const deliveryStates = ['pending', 'delivered', 'failed', 'expired', 'dropped'] as const;

export type DeliveryState = (typeof deliveryStates)[number];

/** Reasons that a delivery ended without a response: the user dropped it, it went to another target, or a limit was reached. */
export const deliveryReasons = ['user', 'moved', 'max-attempts', 'too-old'] as const;

export type DeliveryReason = (typeof deliveryReasons)[number];

/** One request that one target must get. */
export interface Delivery {
  readonly target: string;
  readonly state: DeliveryState;
  /** Null while it is pending, once it is delivered, and where the reason was not recorded. */
  readonly reason: DeliveryReason | null;
  /** It is queued, and no attempt is under way. */
  readonly held: boolean;
  /** When it is tried next out of its order, in ms since the epoch; null: in its order. */
  readonly retryAt: number | null;
}

/** The reasons that keep a recorded request from being delivered by itself. */
export interface Withholding {
  /** The reason why it must not be delivered; null: it may be. Replaying it by hand is possible all the same. */
  readonly refusal: RefusalCode | null;
  /** The part of the session that replied in place of a target; null: none did. `forward --all` delivers it. */
  readonly handledBy: HandledBy | null;
}

export const notWithheld: Withholding = { refusal: null, handledBy: null };

/** A request without its bytes, small enough to list by the thousand. */
export interface RequestSummary extends Withholding {
  readonly seq: Seq;
  readonly id: string;
  readonly project: string;
  readonly receivedAt: number;
  readonly ms: number;
  readonly method: string;
  readonly requestTarget: string;
  readonly origin: string;
  readonly httpVersion: string;
  readonly remoteAddress: string;
  readonly state: RequestState;
  readonly bodySize: number;
  readonly reply: ReplySummary;
  readonly classification: Classification;
  /** The id of the first request with this event id, if this one is not the first. */
  readonly redeliveryOf: string | undefined;
  readonly attemptCount: number;
  /** The newest attempt, without headers and body. */
  readonly lastAttempt: AttemptSummary | undefined;
  /** It waits for a target. */
  readonly isHeld: boolean;
}

/** An attempt as a list shows it. */
export interface AttemptSummary {
  readonly kind: Attempt['kind'];
  readonly target: string;
  readonly startedAt: number;
  readonly ms: number;
  /** The status of the response, or undefined if there was none. */
  readonly status: number | undefined;
  /** The reason why there was no response, or undefined if there was one. */
  readonly errorCode: string | undefined;
  readonly bodySize: number | undefined;
}

/** All that the store knows of one request. */
export interface RequestRecord extends Withholding {
  readonly seq: Seq;
  readonly request: CapturedRequest;
  readonly reply: ReplySummary;
  readonly classification: Classification;
  /** The id of the first request with this event id, if this one is not the first. */
  readonly redeliveryOf: string | undefined;
  readonly deliveries: readonly Delivery[];
  /** How its held deliveries stood when it was read; absent where nobody looked. */
  readonly standings?: readonly HeldStanding[] | undefined;
  readonly attempts: readonly Attempt[];
}

/** A complete arrival of which no more is known than this. */
export function arrivalOf(
  known: Pick<Arrival, 'receivedAt' | 'method' | 'requestTarget' | 'origin' | 'headers' | 'body'>,
): Arrival {
  return { ms: 0, httpVersion: '1.1', trailers: [], remoteAddress: '', state: 'complete', ...known };
}

/** An arrival with its id and project. The spread comes last: first, it would cost 3 us a request instead of 0.2. */
export function captured(arrival: Arrival, id: string, project: string): CapturedRequest {
  return { id, project, ...arrival };
}

/**
 * An address as a request calls it: scheme and authority, and what stands in the request line. The path stays as it is
 * written, because it may be a captured one.
 */
export function calledBy(url: string): Pick<Arrival, 'origin' | 'requestTarget'> {
  const [, authority, rest = ''] = /^(https?:\/\/[^/\\?#]+)(.*)$/is.exec(url) ?? [];
  if (authority === undefined) {
    const { origin, pathname, search } = new URL(url);
    return { origin, requestTarget: pathname + search };
  }
  return { origin: new URL(authority).origin, requestTarget: requestTargetOf(rest) };
}

/** The request target for an address, or for what follows its host, without its fragment. */
export function requestTargetOf(url: string): string {
  const [path = ''] = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split('#', 1);
  return path.startsWith('/') ? path : `/${path}`;
}

/** The address as the sender called it; an absolute-form target is one already (RFC 9112 3.2.2). */
export function urlOf(request: Pick<Arrival, 'origin' | 'requestTarget'>): string {
  return request.requestTarget.startsWith('/') ? request.origin + request.requestTarget : absolute(request);
}

function absolute({ origin, requestTarget }: Pick<Arrival, 'origin' | 'requestTarget'>): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(requestTarget) ? requestTarget : `${origin}/`;
}
