import { createHash } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { type Locator, locatorText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { canonicalText, type Encoding, encodeBytes } from '../signature/encoding.ts';
import {
  createJws,
  type JwsAlgorithm,
  type JwsToken,
  keyKind,
  parseJws,
  verifyJws,
} from '../signature/jws.ts';
import { type KeySource, keySourceMethods, keyTexts, missingKeyVerdict } from '../signature/key-source.ts';
import { parsePublicKeys } from '../signature/public-key.ts';
import { checkTimestamp, type TimestampPolicy } from '../signature/timestamp-policy.ts';

/** A JSON Web Token (RFC 7519) in the request, and the parts of the request that its claims cover. */
export interface JwtSpec {
  readonly at: Locator;
  /** Prefix of the token, such as `Bearer `. */
  readonly prefix?: string;
  /** The algorithms allowed: the token does not choose. The first one signs. */
  readonly algorithms: readonly [JwsAlgorithm, ...JwsAlgorithm[]];
  readonly issuer?: string;
  /** The claim with the SHA-256 of the body. */
  readonly bodyHash?: { readonly claim: string; readonly encoding: Encoding };
  /** The claim with the URL, or with its SHA-256 in hex. */
  readonly url?: {
    readonly claim: string;
    readonly hashed?: boolean;
    /** The option with the expected value of the claim, if it is not the URL. */
    readonly option?: string;
  };
  /** Maximum age of a token in seconds. */
  readonly tolerance?: number;
  /** Allowed clock skew for `exp` and `nbf` in seconds. */
  readonly leeway?: number;
  /** Lifetime in seconds of tokens that we sign, if they expire. */
  readonly life?: number;
  readonly keys?: KeySource;
}

/** Scheme for a JWT that covers the body, the URL or only a time. */
export function jwt(spec: JwtSpec): Scheme {
  const shared = spec.algorithms[0].startsWith('HS');
  const { keys } = spec;
  return {
    kind: `JWT (${spec.algorithms.join(', ')})`,
    needs: shared ? 'secret' : 'public key',
    signatureAt: [spec.at],
    signsUrl: spec.url !== undefined,
    toleranceMs: spec.tolerance === undefined ? undefined : spec.tolerance * 1000,
    signsWith: shared ? 'secret' : 'key',
    signedAt(parsed) {
      const issued = parseToken(parsed, spec)?.payload?.iat;
      return typeof issued === 'number' ? issued * 1000 : undefined;
    },
    verify: (parsed, context) => verifyJwt(parsed, spec, context),
    sign: (request, context) => signJwt(request, spec, context),
    ...(keys && keySourceMethods(keys)),
  };
}

/** Returns the token of a request, if it has one. */
export function parseToken(
  parsed: ParsedRequest,
  { at, prefix = '' }: Pick<JwtSpec, 'at' | 'prefix'>,
): JwsToken | undefined {
  const value = valueAt(parsed, at)?.trim();
  const starts = value?.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
  return starts ? parseJws(value!.slice(prefix.length)) : undefined;
}

function verifyJwt(parsed: ParsedRequest, spec: JwtSpec, context: SchemeContext): Verdict {
  const values = valuesAt(parsed, spec.at);
  if ((values[0] ?? '') === '') return noSignature(`no token in ${locatorText(spec.at)}`);
  if (values.length > 1) return invalid('duplicate-signature', `${locatorText(spec.at)} appears twice`);
  const token = parseToken(parsed, spec);
  if (!token?.payload) return invalid('malformed', `${locatorText(spec.at)} is not a JWT`);
  const algorithm = spec.algorithms.find((each) => each === token.header.alg);
  if (!algorithm) return invalid('malformed', `the algorithm is not ${spec.algorithms.join(' or ')}`);
  const texts = keyTexts(context, spec.keys);
  if (texts.length === 0) {
    return algorithm.startsWith('HS')
      ? unchecked('no-secret', 'no secret is configured')
      : missingKeyVerdict(parsed, context, spec.keys);
  }
  // Anyone could sign with a public key that is used as a shared secret.
  const mayHavePublicKeys = spec.algorithms.some((each) => !each.startsWith('HS'));
  let usable = false;
  for (const { text, secretIndex } of texts) {
    if (algorithm.startsWith('HS') && mayHavePublicKeys && parsePublicKeys(text).length > 0) continue;
    const isValid = verifyJws(algorithm, token.signedText, token.signature, text, token.header.kid);
    if (isValid) return checkClaims(parsed, token.payload, spec, context) ?? valid(secretIndex);
    usable ||= isValid === false;
  }
  if (!usable) return unchecked('bad-secret', `the secret is not ${keyKind(algorithm)}`);
  return invalid('mismatch', 'the signature of the token does not match');
}

type Claims = Readonly<Record<string, unknown>>;

function checkClaims(
  parsed: ParsedRequest,
  claims: Claims,
  spec: JwtSpec,
  context: SchemeContext,
): Verdict | undefined {
  const { issuer, bodyHash, url } = spec;
  if (issuer !== undefined && claims.iss !== issuer)
    return invalid('mismatch', `the issuer of the token is not ${issuer}`);
  if (bodyHash) {
    const { claim, encoding } = bodyHash;
    const claimed = claims[claim];
    const missing = claimed === undefined && parsed.body.length === 0;
    if (
      !missing &&
      (typeof claimed !== 'string' ||
        canonicalText(claimed, encoding) !== canonicalText(hashOf(parsed.body, encoding), encoding))
    ) {
      return invalid('mismatch', 'the signature is valid, but for another body');
    }
  }
  if (url) {
    const expected = urlClaim(parsed.url, url, context);
    const claimed = claims[url.claim];
    if (![claimed].flat().includes(expected))
      return invalid('mismatch', 'the signature is valid, but for another URL');
  }
  return checkTimes(claims, spec, context.now);
}

function urlClaim(
  address: string,
  { hashed, option }: NonNullable<JwtSpec['url']>,
  { options }: SchemeContext,
): string {
  const expected = (option && options[option]) ?? address;
  return hashed ? hashOf(Buffer.from(expected, 'utf8'), 'hex') : expected;
}

function checkTimes(claims: Claims, { tolerance, leeway = 0 }: JwtSpec, now: number): Verdict | undefined {
  const clock: TimestampPolicy = { unit: 's', ...(tolerance !== undefined && { tolerance }) };
  const fault = checkTimestamp(claims.iat === undefined ? undefined : String(claims.iat), clock, now);
  if (fault) return fault;
  if (typeof claims.exp === 'number' && now > (claims.exp + leeway) * 1000) {
    return invalid('too-old', 'the signature is valid, but the token has expired');
  }
  if (typeof claims.nbf === 'number' && now < (claims.nbf - leeway) * 1000) {
    return invalid('in-the-future', 'the signature is valid, but the token is not valid yet');
  }
  return undefined;
}

function hashOf(bytes: Uint8Array, encoding: Encoding): string {
  return encodeBytes(createHash('sha256').update(bytes).digest(), encoding);
}

/** Keeps the claims of the existing token and renews those that are verified. */
function signJwt(request: SignableRequest, spec: JwtSpec, context: SchemeContext): SignableRequest {
  const [secret = ''] = context.secrets;
  const { now } = context;
  const parsed = parseLazily(request);
  const before = parseToken(parsed, spec);
  const seconds = Math.floor(now / 1000);
  const { issuer, bodyHash, url, life } = spec;
  const had = before?.payload ?? {};
  const claims: Record<string, unknown> = {
    ...had,
    ...(issuer !== undefined && { iss: issuer }),
    iat: seconds,
    ...((life !== undefined || had.exp !== undefined) && { exp: seconds + (life ?? 300) }),
    ...(had.nbf !== undefined && { nbf: seconds }),
    ...(bodyHash && { [bodyHash.claim]: hashOf(request.body, bodyHash.encoding) }),
    ...(url && { [url.claim]: urlClaim(request.url, url, context) }),
  };
  const [algorithm] = spec.algorithms;
  const token = createJws({ typ: 'JWT', ...before?.header, alg: algorithm }, claims, algorithm, secret);
  if (token === undefined) throw new UserError('secret-missing', `The secret is not ${keyKind(algorithm)}.`);
  return withValueAt(request, spec.at, (spec.prefix ?? '') + token);
}
