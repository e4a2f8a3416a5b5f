import type { Body } from './body.ts';
import type { HeaderList } from './headers.ts';
import type { ReplySummary } from './reply.ts';
import type { Seq } from './seq.ts';

/** Why an attempt was made: live, later because it was owed, or because the user asked. */
export type AttemptKind = 'forward' | 'retry' | 'replay';

/** Why a target gave no whole answer. */
export type FailureCode =
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'not-found'
  | 'unreachable'
  | 'tls'
  | 'bad-response'
  | 'response-cut'
  | 'not-sendable'
  | 'interrupted'
  | 'withheld'
  | 'store';

/** A target's answer. */
export interface TargetResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly trailers: HeaderList;
  readonly body: Body;
}

/** How an attempt ended. A 500 is a response, a refused connection is not. */
export type Outcome =
  | { readonly type: 'response'; readonly response: TargetResponse }
  | {
      readonly type: 'failed';
      readonly code: FailureCode;
      readonly message: string;
      /** What had come of an answer that broke off (code `response-cut`). */
      readonly response?: TargetResponse;
    };

/** What was sent where it was not exactly the request. */
export interface SentRequest {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: HeaderList;
  readonly body: Body;
}

/** One try at delivering a request to a target, before the store has numbered it. */
export interface NewAttempt {
  readonly kind: AttemptKind;
  /** The target in its one spelling, such as `http://localhost:3000`. */
  readonly to: string;
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
  /** What the sender was answered because of this attempt; nobody waits for a replay. */
  readonly reply: ReplySummary;
}
