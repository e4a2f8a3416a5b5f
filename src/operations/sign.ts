import { UserError } from '../model/errors.ts';
import { option, type Phrase, phrase } from '../model/phrase.ts';
import type { Assessor } from '../providers/assess.ts';
import type { Provider } from '../providers/core/provider.ts';
import type { SignableRequest } from '../providers/request/parsed-request.ts';

/** A reason why a request cannot be signed. */
export interface Obstacle {
  /** The reason, to be used within a sentence. */
  readonly why: string;
  /** The option to give, in a sentence; undefined if none would help. */
  readonly hint: Phrase | undefined;
  /** It could be signed if a secret of the provider were configured. */
  readonly needsSecret?: true;
}

/** The reason why requests of a provider cannot be signed; undefined if they can. `key` is a private test key. */
export function obstacleToSigning(
  { name, title, scheme }: Provider,
  secrets: readonly string[],
  key?: string | undefined,
): Obstacle | undefined {
  if (scheme.needs === 'nothing') return { why: `${title} does not sign its requests`, hint: undefined };
  if (!scheme.sign) {
    return { why: `requests of ${title} cannot be signed here (${scheme.kind})`, hint: undefined };
  }
  if (scheme.signsWith === 'key') {
    if (key !== undefined) return undefined;
    return {
      why: `only ${title} has the private key that its requests are signed with (${scheme.kind})`,
      hint: phrase`Sign with a test key of your own, ${option('key', 'env:NAME')} or file:PATH, and give your app its public half.`,
    };
  }
  if (secrets.length > 0) return undefined;
  return {
    why: `no secret of ${title} is configured`,
    hint: phrase`Give it with ${option('secret', `${name}=env:NAME`)}.`,
    needsSecret: true,
  };
}

/** Signs a request at `now`; throws a UserError that names what is missing. */
export function signedBy(
  provider: Provider,
  request: SignableRequest,
  assessor: Assessor,
  now: number,
  key: string | undefined,
): SignableRequest {
  const context = assessor.contextOf(provider, now);
  const obstacle = obstacleToSigning(provider, context.secrets, key);
  if (obstacle) {
    const { why, hint } = obstacle;
    throw new UserError(
      hint === undefined ? 'failed' : 'secret-missing',
      `${why[0]!.toUpperCase()}${why.slice(1)}, so nothing can be signed.`,
      hint ?? phrase`A replay without ${option('resign')} sends it as it was.`,
    );
  }
  const secrets = provider.scheme.signsWith === 'key' ? [key!] : context.secrets;
  return provider.scheme.sign!(request, { ...context, secrets });
}
