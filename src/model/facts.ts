/**
 * `unchecked` says nothing about the request: there was no secret, no signature, too much of it, or the network is
 * needed to tell.
 */
export type VerificationResult = 'valid' | 'invalid' | 'unchecked';

export interface Verification {
  readonly result: VerificationResult;
  /** Why it is not valid, in a few words; null if it is. */
  readonly reason: string | null;
}

/** What the reason of a request that came without any signature begins with. */
export const unsignedMark = 'unsigned';

/** What is read from a request and not part of it: it can be computed again. */
export interface Facts {
  /** The name of the provider that sent it, or null where none is recognised. */
  readonly provider: string | null;
  /** What happened, in the provider's words, such as `charge.succeeded`. */
  readonly event: string | null;
  /** The provider's own id of the delivery or of its event: the same on every redelivery. */
  readonly eventId: string | null;
  readonly verification: Verification;
  /** How long the provider waits for an answer, in ms, where its documentation says so. */
  readonly replyDeadlineMs: number | null;
}

/** Of a request that no provider is recognised in. */
export const noFacts: Facts = {
  provider: null,
  event: null,
  eventId: null,
  verification: { result: 'unchecked', reason: 'unknown provider' },
  replyDeadlineMs: null,
};
