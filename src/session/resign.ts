import type { SentRequest } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import { type Assessor, incomingOf, largestVerifiedBytes } from '../providers/assess.ts';
import { withFreshId } from '../providers/fresh-id.ts';
import type { Provider } from '../providers/provider.ts';

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
  const incoming = incomingOf(request, options.url);
  const fresh = options.newId ? withFreshId(incoming, provider) : incoming;
  const signed = signedBy(provider, fresh, assessor, now, options.key);
  const { pathname, search } = new URL(signed.url);
  return {
    method: signed.method,
    requestTarget: signed.url === fresh.url ? request.requestTarget : pathname + search,
    headers: signed.headers,
    body: signed.body === incoming.body ? request.body : bodyOf(signed.body),
  };
}

/** A request with a fresh signature; throws a UserError that says what is missing. */
export function signedBy(
  provider: Provider,
  request: ReturnType<typeof incomingOf>,
  assessor: Assessor,
  now: number,
  key: string | undefined,
) {
  const { scheme, title, name } = provider;
  if (!scheme.sign) {
    throw new UserError(
      'failed',
      scheme.needs === 'nothing'
        ? `${title} does not sign its requests, so there is nothing to sign anew.`
        : `Requests of ${title} can't be signed here (${scheme.kind}).`,
      'replay without --resign sends it as it was.',
    );
  }
  const context = assessor.contextOf(provider, now);
  if (scheme.signsWith === 'key') {
    if (key === undefined) {
      throw new UserError(
        'secret-missing',
        `${title} alone has the private key that its requests are signed with (${scheme.kind}).`,
        'Sign with a test key of your own, --key env:NAME or file:PATH, and give your app its public half.',
      );
    }
    return scheme.sign(request, { ...context, secrets: [key] });
  }
  if (context.secrets.length === 0) {
    throw new UserError(
      'secret-missing',
      `No secret of ${title} is configured, so nothing can be signed.`,
      `Give it with --secret ${name}=env:NAME.`,
    );
  }
  return scheme.sign(request, context);
}
