import type { SentRequest } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import { type CapturedRequest, requestTargetOf } from '../model/request.ts';
import { pathOfTarget } from '../model/request-target.ts';
import { type Assessor, maxVerifiedBytes, signableRequestOf } from '../providers/assess.ts';
import { withFreshId } from '../providers/core/fresh-id.ts';
import type { Provider } from '../providers/core/provider.ts';
import { signedBy } from './sign.ts';

/** Options of signing a recorded request again. */
export interface ResignOptions {
  /** The provider to sign as; detected unless given. */
  readonly provider?: Provider | undefined;
  /** Give the request a new delivery id, so that it is not a redelivery. */
  readonly newId?: boolean | undefined;
  /** A private test key, for schemes whose own key only the provider has. */
  readonly key?: string | undefined;
  /** The URL to sign; the one that was called unless given. */
  readonly url?: string | undefined;
}

/**
 * Signs a recorded request again, as its provider would at `now`, with the configured secret. Throws a UserError if no
 * provider is known, its scheme cannot sign, or the secret is missing.
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
      `${request.id} cannot be signed: its provider is not known.`,
      phrase`Name one with ${option('provider')}.`,
    );
  }
  if (request.body.size > maxVerifiedBytes) {
    throw new UserError('failed', `${request.id} cannot be signed: its body is larger than 25 MB.`);
  }
  const target = pathOfTarget(request.requestTarget);
  if ('fault' in target) throw new UserError('failed', `${request.id} cannot be sent: ${target.fault}.`);
  const incoming = signableRequestOf(request, options.url);
  const fresh = options.newId ? withFreshId(incoming, provider) : incoming;
  const signed = signedBy(provider, fresh, assessor, now, options.key);
  return {
    method: signed.method,
    requestTarget: signed.url === fresh.url ? request.requestTarget : requestTargetOf(signed.url),
    headers: signed.headers,
    body: signed.body === incoming.body ? request.body : bodyOf(signed.body),
    change: 're-signed',
  };
}
