import { createHash } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Context, Scheme } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { type Place, placeText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { type Incoming, type Reading, readingOf } from '../request/parsed-request.ts';
import { type Encoding, encoded, sameEncoded } from '../signature/encoding.ts';
import {
  type JwsAlgorithm,
  type JwsToken,
  jwsHolds,
  jwsParts,
  jwsSigned,
  keyKind,
} from '../signature/jws.ts';
import { fetchingFrom, type KeySource, keyTexts, withoutKey } from '../signature/key-source.ts';
import { publicKeys } from '../signature/public-key.ts';
import { type Clock, outOfTime } from '../signature/timestamp-policy.ts';

/** A JSON Web Token (RFC 7519) that comes with the request, and what its claims bind. */
export interface Jwt {
  readonly at: Place;
  /** What stands before the token, such as `Bearer `. */
  readonly prefix?: string;
  /** The algorithms allowed: the token does not choose. The first one signs. */
  readonly algorithms: readonly [JwsAlgorithm, ...JwsAlgorithm[]];
  readonly issuer?: string;
  /** The claim with the SHA-256 of the body. */
  readonly bodyHash?: { readonly claim: string; readonly encoding: Encoding };
  /** The claim with the address, or with the hex SHA-256 of it. */
  readonly url?: {
    readonly claim: string;
    readonly hashed?: boolean;
    /** The option that says what the claim has to be, where it need not be the address. */
    readonly option?: string;
  };
  /** Refuses tokens issued longer ago, in seconds. */
  readonly tolerance?: number;
  /** What `exp` and `nbf` may be off, in seconds. */
  readonly leeway?: number;
  /** The life of a token that we sign, in seconds, where these tokens have an end. */
  readonly life?: number;
  readonly keys?: KeySource;
}

/** A JWT that binds the body, the address or only a time. */
export function jwt(how: Jwt): Scheme {
  const shared = how.algorithms[0].startsWith('HS');
  const { keys } = how;
  return {
    kind: `JWT (${how.algorithms.join(', ')})`,
    needs: shared ? 'secret' : 'public key',
    proof: [how.at],
    signsUrl: how.url !== undefined,
    toleranceMs: how.tolerance === undefined ? undefined : how.tolerance * 1000,
    signsWith: shared ? 'secret' : 'key',
    signedAt(reading) {
      const issued = tokenIn(reading, how)?.payload?.iat;
      return typeof issued === 'number' ? issued * 1000 : undefined;
    },
    verify: (reading, context) => verified(reading, how, context),
    sign: (request, context) => signed(request, how, context),
    ...(keys && fetchingFrom(keys)),
  };
}

/** The token of a request, if there is one. */
export function tokenIn(
  reading: Reading,
  { at, prefix = '' }: Pick<Jwt, 'at' | 'prefix'>,
): JwsToken | undefined {
  const value = valueAt(reading, at)?.trim();
  const starts = value?.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
  return starts ? jwsParts(value!.slice(prefix.length)) : undefined;
}

function verified(reading: Reading, how: Jwt, context: Context): Verdict {
  const values = valuesAt(reading, how.at);
  if ((values[0] ?? '') === '') return noSignature(`there is no token in ${placeText(how.at)}`);
  if (values.length > 1) return invalid('doubled', `${placeText(how.at)} came twice`);
  const token = tokenIn(reading, how);
  if (!token?.payload) return invalid('malformed', `${placeText(how.at)} is not a JWT`);
  const algorithm = how.algorithms.find((each) => each === token.header.alg);
  if (!algorithm) return invalid('malformed', `its algorithm is not ${how.algorithms.join(' or ')}`);
  const texts = keyTexts(context, how.keys);
  if (texts.length === 0) {
    return algorithm.startsWith('HS')
      ? unchecked('no-secret', 'no secret is configured')
      : withoutKey(reading, context, how.keys);
  }
  // Anyone can sign with a public key, if it is taken for a shared secret.
  const mayHavePublicKeys = how.algorithms.some((each) => !each.startsWith('HS'));
  let usable = false;
  for (const { text, secretIndex } of texts) {
    if (algorithm.startsWith('HS') && mayHavePublicKeys && publicKeys(text).length > 0) continue;
    const held = jwsHolds(algorithm, token.signedText, token.signature, text, token.header.kid);
    if (held) return claimFault(reading, token.payload, how, context) ?? valid(secretIndex);
    usable ||= held === false;
  }
  if (!usable) return unchecked('bad-secret', `the secret is not ${keyKind(algorithm)}`);
  return invalid('mismatch', 'the signature of its token does not match');
}

type Claims = Readonly<Record<string, unknown>>;

function claimFault(reading: Reading, claims: Claims, how: Jwt, context: Context): Verdict | undefined {
  const { issuer, bodyHash, url } = how;
  if (issuer !== undefined && claims.iss !== issuer)
    return invalid('mismatch', `its issuer is not ${issuer}`);
  if (bodyHash) {
    const { claim, encoding } = bodyHash;
    const said = claims[claim];
    const missing = said === undefined && reading.body.length === 0;
    if (
      !missing &&
      (typeof said !== 'string' ||
        sameEncoded(said, encoding) !== sameEncoded(hashOf(reading.body, encoding), encoding))
    ) {
      return invalid('mismatch', 'the signature holds, but of another body');
    }
  }
  if (url) {
    const meant = addressClaim(reading.url, url, context);
    const said = claims[url.claim];
    if (![said].flat().includes(meant))
      return invalid('mismatch', 'the signature holds, but of another address');
  }
  return timeFault(claims, how, context.now);
}

function addressClaim(
  address: string,
  { hashed, option }: NonNullable<Jwt['url']>,
  { options }: Context,
): string {
  const meant = (option && options[option]) ?? address;
  return hashed ? hashOf(Buffer.from(meant, 'utf8'), 'hex') : meant;
}

function timeFault(claims: Claims, { tolerance, leeway = 0 }: Jwt, now: number): Verdict | undefined {
  const clock: Clock = { unit: 's', ...(tolerance !== undefined && { tolerance }) };
  const fault = outOfTime(claims.iat === undefined ? undefined : String(claims.iat), clock, now);
  if (fault) return fault;
  if (typeof claims.exp === 'number' && now > (claims.exp + leeway) * 1000) {
    return invalid('too-old', 'the signature holds, but its token has run out');
  }
  if (typeof claims.nbf === 'number' && now < (claims.nbf - leeway) * 1000) {
    return invalid('in-the-future', 'the signature holds, but its token is not valid yet');
  }
  return undefined;
}

function hashOf(bytes: Uint8Array, encoding: Encoding): string {
  return encoded(createHash('sha256').update(bytes).digest(), encoding);
}

/** Keeps the claims of the token that was there, and renews those that bind. */
function signed(request: Incoming, how: Jwt, context: Context): Incoming {
  const [secret = ''] = context.secrets;
  const { now } = context;
  const reading = readingOf(request);
  const before = tokenIn(reading, how);
  const seconds = Math.floor(now / 1000);
  const { issuer, bodyHash, url, life } = how;
  const had = before?.payload ?? {};
  const claims: Record<string, unknown> = {
    ...had,
    ...(issuer !== undefined && { iss: issuer }),
    iat: seconds,
    ...((life !== undefined || had.exp !== undefined) && { exp: seconds + (life ?? 300) }),
    ...(had.nbf !== undefined && { nbf: seconds }),
    ...(bodyHash && { [bodyHash.claim]: hashOf(request.body, bodyHash.encoding) }),
    ...(url && { [url.claim]: addressClaim(request.url, url, context) }),
  };
  const [algorithm] = how.algorithms;
  const token = jwsSigned({ typ: 'JWT', ...before?.header, alg: algorithm }, claims, algorithm, secret);
  if (token === undefined) throw new UserError('secret-missing', `The secret is not ${keyKind(algorithm)}.`);
  return withValueAt(request, how.at, (how.prefix ?? '') + token);
}
