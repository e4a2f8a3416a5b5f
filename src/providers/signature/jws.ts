import { createHmac, type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { equalInConstantTime } from './constant-time.ts';
import { parsePrivateKey, parsePublicKeys } from './public-key.ts';

/** Signature algorithms of RFC 7518 (EdDSA: RFC 8037). */
export type JwsAlgorithm = `${'HS' | 'RS' | 'ES'}${'256' | '384' | '512'}` | 'EdDSA';

type Claims = Readonly<Record<string, unknown>>;

/** A compact JWS (RFC 7515), parsed but not verified. */
export interface JwsToken {
  readonly header: Claims & { readonly alg?: unknown; readonly kid?: unknown };
  /** Undefined if it is not a JSON object, or detached. */
  readonly payload: Claims | undefined;
  readonly signature: string;
  /** Header and payload in the form that is signed. */
  readonly signedText: string;
}

/** Parses a compact JWS; undefined if the text is none. */
export function parseJws(text: string): JwsToken | undefined {
  const parts = text.split('.');
  const [head = '', payload = '', signature = ''] = parts;
  const header = claimsOf(head);
  if (parts.length !== 3 || !header || signature === '') return undefined;
  return { header, payload: claimsOf(payload), signature, signedText: `${head}.${payload}` };
}

function claimsOf(base64url: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** The kind of secret that an algorithm needs, for people. */
export function keyKind(algorithm: JwsAlgorithm): string {
  if (algorithm.startsWith('HS')) return 'a shared secret';
  return algorithm === 'EdDSA' ? 'an Ed25519 key' : algorithm.startsWith('RS') ? 'an RSA key' : 'an EC key';
}

/** Verifies a signature with a secret or any public key in `keyText`; undefined if it contains no suitable key. */
export function verifyJws(
  algorithm: JwsAlgorithm,
  signedText: string | Uint8Array,
  signature: string,
  keyText: string,
  keyId: unknown,
): boolean | undefined {
  const bytes = Buffer.from(signature, 'base64url');
  if (algorithm.startsWith('HS')) {
    return equalInConstantTime(
      signature,
      createHmac(digestOf(algorithm)!, keyText).update(signedText).digest('base64url'),
    );
  }
  const keys = parsePublicKeys(keyText, typeof keyId === 'string' ? keyId : undefined).filter((key) =>
    keyFits(key, algorithm),
  );
  if (keys.length === 0) return undefined;
  return keys.some((key) => verifiesWith(algorithm, signedText, key, bytes));
}

function keyFits({ asymmetricKeyType }: KeyObject, algorithm: JwsAlgorithm): boolean {
  if (algorithm === 'EdDSA') return asymmetricKeyType === 'ed25519';
  return asymmetricKeyType === (algorithm.startsWith('RS') ? 'rsa' : 'ec');
}

function verifiesWith(
  algorithm: JwsAlgorithm,
  text: string | Uint8Array,
  key: KeyObject,
  signature: Buffer,
): boolean {
  try {
    const shape = algorithm.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
    return verifyBytes(digestOf(algorithm), Buffer.from(text), shape, signature);
  } catch {
    return false;
  }
}

function digestOf(algorithm: JwsAlgorithm): string | null {
  return algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
}

/** Returns a signature in base64url; undefined if the secret is not a key for the algorithm. */
export function signJws(
  algorithm: JwsAlgorithm,
  signedText: string | Uint8Array,
  secret: string,
): string | undefined {
  if (algorithm.startsWith('HS')) {
    return createHmac(digestOf(algorithm)!, secret).update(signedText).digest('base64url');
  }
  const key = parsePrivateKey(secret);
  if (!key || !keyFits(key, algorithm)) return undefined;
  const shape = algorithm.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  return signBytes(digestOf(algorithm), Buffer.from(signedText), shape).toString('base64url');
}

/** Returns a compact JWS; undefined if the secret is not a key for the algorithm. */
export function createJws(
  header: Claims,
  payload: Claims,
  algorithm: JwsAlgorithm,
  secret: string,
): string | undefined {
  const text = `${encodeJsonPart(header)}.${encodeJsonPart(payload)}`;
  const signature = signJws(algorithm, text, secret);
  return signature === undefined ? undefined : `${text}.${signature}`;
}

/** Encodes JSON as a part of a JWS. */
export function encodeJsonPart(value: Claims): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
