import type { SentRequest } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import { type Assessor, signableRequestOf } from '../providers/assess.ts';
import type { Provider } from '../providers/core/provider.ts';
import { valuesAt } from '../providers/request/locator.ts';
import { parseLazily } from '../providers/request/parsed-request.ts';
import type { Store } from '../store/store.ts';
import { type ForwardedTargets, heldTarget } from './replay-target.ts';
import { type RequestRef, seqOf } from './request-ref.ts';
import { resigned } from './resign.ts';
import { obstacleToSigning } from './sign.ts';

/** The parts that signing an edit uses. */
export interface SignEditContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly loadAssessor: () => Promise<Assessor>;
}

/** An edit of a recorded request that is about to be sent. */
export interface SignEditInput {
  readonly ref: RequestRef;
  readonly edit: SentRequest;
  /** The session that sends it: a signature is made only for its targets. */
  readonly forwarded: ForwardedTargets;
}

/**
 * Signs an edit of a recorded request with its provider's configured secret. Resolves with undefined if the edit is to
 * be sent as it is: it cannot or should not be signed, or the session does not forward to the request's target.
 */
export async function signEdit(
  { store, clock, loadAssessor }: SignEditContext,
  { ref, edit, forwarded: { defaultTarget, targets } }: SignEditInput,
): Promise<SentRequest | undefined> {
  const seq = seqOf(store, ref);
  const request = store.request(seq);
  const to = heldTarget(store, seq) ?? defaultTarget ?? store.latestTarget(seq);
  const isForeign = to !== undefined && to !== defaultTarget && !targets.includes(to);
  if (!request || isForeign) return undefined;
  return signedEdit(request, edit, await loadAssessor(), clock.now());
}

/**
 * Signs an edit of a recorded request at `now`. Undefined if the edit is to be sent as it is: no secret is configured,
 * the request was not signed, the user edited the signature, or it cannot be signed.
 */
export function signedEdit(
  request: CapturedRequest,
  edit: SentRequest,
  assessor: Assessor,
  now: number,
): SentRequest | undefined {
  const { provider } = assessor.assess(request, now);
  // A shared token is valid for any bytes.
  if (!provider || provider.scheme.signatureIsSecret) return undefined;
  const edited = { ...request, ...edit };
  const [before, after] = [request, edited].map((each) => proofOf(each, provider));
  if (before === '' || before !== after) return undefined;
  if (obstacleToSigning(provider, assessor.contextOf(provider, now).secrets)) return undefined;
  try {
    return { ...resigned(edited, assessor, now, { provider }), change: 'edited and re-signed' };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The signature of a request as text; empty if it has none. */
function proofOf(request: CapturedRequest, { scheme }: Provider): string {
  const reading = parseLazily(signableRequestOf(request));
  return scheme.signatureAt.flatMap((place) => valuesAt(reading, place)).join('\n');
}
