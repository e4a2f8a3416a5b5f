/**
 * `unchecked` says nothing about the request: there was no secret, no signature, too much of it, or the network is
 * needed to tell.
 */
export const verificationResults = ['valid', 'invalid', 'unchecked'] as const;

export type VerificationResult = (typeof verificationResults)[number];

export interface Verification {
  readonly result: VerificationResult;
  /** The reason why it is not valid, in a few words; null if it is. */
  readonly reason: string | null;
}

/** The first word of the reason if a request came without any signature. */
export const unsignedMark = 'unsigned';

/** Properties that are derived from a request and not part of it: they can be computed again. */
export interface Classification {
  /** The name of the provider that sent it, or null if none is recognised. */
  readonly provider: string | null;
  /** The event, in the provider's words, such as `charge.succeeded`. */
  readonly event: string | null;
  /** The provider's own id of the delivery or of its event: the same on every redelivery. */
  readonly eventId: string | null;
  readonly verification: Verification;
  /** The time that the provider waits for a reply, in ms, if its documentation says so. */
  readonly replyDeadlineMs: number | null;
}

/** Of a request that no provider is recognised in. */
export const unclassified: Classification = {
  provider: null,
  event: null,
  eventId: null,
  verification: { result: 'unchecked', reason: 'unknown provider' },
  replyDeadlineMs: null,
};
