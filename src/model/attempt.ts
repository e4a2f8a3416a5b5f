import type { Body } from './body.ts';
import type { HeaderList } from './headers.ts';
import type { ReplySummary } from './reply.ts';
import type { Seq } from './seq.ts';

/** The kind of an attempt: live, later from the queue, or because the user asked. */
export const attemptKinds = ['forward', 'retry', 'replay'] as const;

export type AttemptKind = (typeof attemptKinds)[number];

/** The reason why a target returned no whole response. */
export const failureCodes = [
  'refused',
  'reset',
  'timeout',
  'not-found',
  'unreachable',
  'tls',
  'bad-response',
  'response-cut',
  'not-sendable',
  'interrupted',
  'withheld',
  'store',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** A target's response. */
export interface TargetResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly trailers: HeaderList;
  readonly body: Body;
}

/** The outcome of an attempt. A 500 is a response, a refused connection is not. */
export type Outcome =
  | { readonly type: 'response'; readonly response: TargetResponse }
  | {
      readonly type: 'failed';
      readonly code: FailureCode;
      readonly message: string;
      /** The part of a response that broke off (code `response-cut`). */
      readonly response?: TargetResponse;
    };

/** What was changed before a request was sent: its content by the user, its signature by us, or both. */
export const sentChanges = ['edited', 're-signed', 'edited and re-signed'] as const;

export type SentChange = (typeof sentChanges)[number];

/** The request as it was sent, if that was not exactly the request. */
export interface SentRequest {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: HeaderList;
  readonly body: Body;
  /** `edited` unless given. */
  readonly change?: SentChange;
}

/** One try at delivering a request to a target, before the store has numbered it. */
export interface NewAttempt {
  readonly kind: AttemptKind;
  /** The target in its one spelling, such as `http://localhost:3000`. */
  readonly target: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly ms: number;
  readonly outcome: Outcome;
  /** Undefined: exactly the request. */
  readonly sent?: SentRequest;
}

/** A recorded attempt: `number` counts the attempts of one request from 1. */
export interface Attempt extends NewAttempt {
  readonly seq: Seq;
  readonly requestId: string;
  readonly number: number;
  /** The reply to the sender because of this attempt; nobody waits for a replay. */
  readonly reply: ReplySummary;
}
