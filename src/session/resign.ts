import type { SentRequest } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { type CapturedRequest, requestTargetOf } from '../model/request.ts';
import { pathOfTarget } from '../model/request-target.ts';
import { type Assessor, incomingOf, largestVerifiedBytes } from '../providers/assess.ts';
import { withFreshId } from '../providers/core/fresh-id.ts';
import type { Provider } from '../providers/core/provider.ts';
import { valuesAt } from '../providers/request/locator.ts';
import { readingOf } from '../providers/request/parsed-request.ts';
import { obstacleToSigning, signedBy } from './signing.ts';

export interface ResignOptions {
  /** Who sends it, where that is not to be found out. */
  readonly provider?: Provider | undefined;
  /** Give it a delivery id of its own, so that it is no redelivery. */
  readonly newId?: boolean | undefined;
  /** A private key of one's own, for schemes whose key the vendor alone has. */
  readonly key?: string | undefined;
  /** The address that is signed, where it is not the one that was called. */
  readonly url?: string | undefined;
}

/**
 * A recorded request as its provider would send it now: signed at `now`, with the secret that is configured.
 * Throws a UserError where no provider is known, its scheme can't sign, or the secret is not there.
 */
export function resigned(
  request: CapturedRequest,
  assessor: Assessor,
  now: number,
  options: ResignOptions = {},
): SentRequest {
  const { provider } = assessor.assess(request, now, options);
  if (!provider) {
    throw new UserError(
      'failed',
      `${request.id} can't be signed: no provider is known for it.`,
      'Name one with --provider.',
    );
  }
  if (request.body.size > largestVerifiedBytes) {
    throw new UserError('failed', `${request.id} can't be signed: its body is larger than 25 MB.`);
  }
  const target = pathOfTarget(request.requestTarget);
  if ('fault' in target) throw new UserError('failed', `${request.id} can't be sent: ${target.fault}.`);
  const incoming = incomingOf(request, options.url);
  const fresh = options.newId ? withFreshId(incoming, provider) : incoming;
  const signed = signedBy(provider, fresh, assessor, now, options.key);
  return {
    method: signed.method,
    requestTarget: signed.url === fresh.url ? request.requestTarget : requestTargetOf(signed.url),
    headers: signed.headers,
    body: signed.body === incoming.body ? request.body : bodyOf(signed.body),
  };
}

/**
 * An edit of a recorded request with a signature made at `now`; undefined where it is to be sent as it was edited: no
 * secret is configured, the request was not signed, the user wrote a signature, or it can't be signed.
 */
export function signedEdit(
  request: CapturedRequest,
  edit: SentRequest,
  assessor: Assessor,
  now: number,
): SentRequest | undefined {
  const { provider } = assessor.assess(request, now);
  // A shared token is right for any bytes.
  if (!provider || provider.scheme.proofIsSecret) return undefined;
  const edited = { ...request, ...edit };
  const [before, after] = [request, edited].map((each) => proofOf(each, provider));
  if (before === '' || before !== after) return undefined;
  if (obstacleToSigning(provider, assessor.contextOf(provider, now).secrets)) return undefined;
  try {
    return resigned(edited, assessor, now, { provider });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** What proves the sender of a request, as text; empty: nothing does. */
function proofOf(request: CapturedRequest, { scheme }: Provider): string {
  const reading = readingOf(incomingOf(request));
  return scheme.proof.flatMap((place) => valuesAt(reading, place)).join('\n');
}
