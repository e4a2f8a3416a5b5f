import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { decodeBase64, decodeHex } from './key.ts';

/** The DER before the 32 bytes of an Ed25519 key (RFC 8410). */
const ed25519PublicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const ed25519PrivatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Parses an Ed25519 public key: PEM, 64 hex digits, or base64 of 32 bytes, with or without the prefix `whpk_`. */
export function parseEd25519PublicKey(text: string): KeyObject | undefined {
  const bytes = rawKey(text.replace(/^whpk_/, ''));
  if (bytes?.length === 32) {
    return createPublicKey({ key: Buffer.concat([ed25519PublicPrefix, bytes]), format: 'der', type: 'spki' });
  }
  return parsePublicKey(text);
}

/** Parses an Ed25519 private key: PEM, 64 hex digits, or base64 of 32 bytes (64 with the public key), with or without `whsk_`. */
export function parseEd25519PrivateKey(text: string): KeyObject | undefined {
  const bytes = rawKey(text.replace(/^whsk_/, ''));
  if (bytes?.length === 32 || bytes?.length === 64) {
    const key = Buffer.concat([ed25519PrivatePrefix, bytes.subarray(0, 32)]);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  }
  return parsePrivateKey(text);
}

function rawKey(text: string): Uint8Array | undefined {
  return decodeHex(text) ?? decodeBase64(text);
}

/**
 * Parses every public key in a text: a single key, several PEM blocks, a JWK set, or JSON with PEM
 * texts anywhere in it. Of a set, only keys with this id are returned, if there are any.
 */
export function parsePublicKeys(text: string, keyId?: string): readonly KeyObject[] {
  const json = text.trimStart().startsWith('{')
    ? valueOrUndefined(() => JSON.parse(text) as unknown)
    : undefined;
  if (json !== undefined && !Object.hasOwn(json as object, 'kty')) {
    const found = keysIn(json, keyId);
    const expected = found.filter((each) => each.hasKeyId);
    return (expected.length > 0 ? expected : found).map(({ key }) => key);
  }
  const parts = text.match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g);
  return (parts ?? [text]).flatMap((each) => parsePublicKey(each) ?? []);
}

interface FoundKey {
  readonly key: KeyObject;
  readonly hasKeyId: boolean;
}

function keysIn(value: unknown, keyId: string | undefined, name?: string): FoundKey[] {
  if (typeof value === 'string') {
    const key = value.includes('-----BEGIN ') ? parsePublicKey(value) : undefined;
    return key ? [{ key, hasKeyId: name === keyId }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  if ('kty' in value) {
    const key = parsePublicKey(JSON.stringify(value));
    return key ? [{ key, hasKeyId: 'kid' in value && value.kid === keyId }] : [];
  }
  return Object.entries(value).flatMap(([each, below]) => keysIn(below, keyId, each));
}

/** Parses a public key: PEM of a key or certificate, a JWK, or base64 of its DER. A private key gives its public key. */
export function parsePublicKey(text: string): KeyObject | undefined {
  return valueOrUndefined(() => {
    if (text.includes('BEGIN CERTIFICATE')) return new X509Certificate(normalizePem(text)).publicKey;
    if (text.trimStart().startsWith('{')) return createPublicKey({ key: JSON.parse(text), format: 'jwk' });
    if (text.includes('BEGIN ')) return createPublicKey(normalizePem(text));
    const key = decodeBase64(text.replace(/\s/g, ''));
    return key && createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
  });
}

/** Parses a private key: PEM, a JWK, or base64 of its PKCS #8. */
export function parsePrivateKey(text: string): KeyObject | undefined {
  return valueOrUndefined(() => {
    if (text.trimStart().startsWith('{')) return createPrivateKey({ key: JSON.parse(text), format: 'jwk' });
    if (text.includes('BEGIN ')) return createPrivateKey(normalizePem(text));
    const key = decodeBase64(text.replace(/\s/g, ''));
    return key && createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' });
  });
}

/** Restores the line breaks of PEM, which get lost in JSON and environment variables. */
function normalizePem(text: string): string {
  const match = /(-----BEGIN [^-]+-----)([\s\S]+?)(-----END [^-]+-----)/.exec(text.replaceAll('\\n', '\n'));
  if (!match) return text;
  const lines = match[2]!.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
  return [match[1], ...lines, match[3], ''].join('\n');
}

function valueOrUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
