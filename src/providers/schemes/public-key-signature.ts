import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { withValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { renderBytes, type Template } from '../request/template.ts';
import { decodeBytes, type Encoding, encodeBytes } from '../signature/encoding.ts';
import {
  extractSignatures,
  locatorsWithSignature,
  type SignatureLocation,
  signedAt,
  withSignature,
} from '../signature/extract-signatures.ts';
import { type KeySource, keySourceMethods, keyTexts, missingKeyVerdict } from '../signature/key-source.ts';
import {
  parseEd25519PrivateKey,
  parseEd25519PublicKey,
  parsePrivateKey,
  parsePublicKeys,
} from '../signature/public-key.ts';
import { checkTimestamp, formatTimestamp } from '../signature/timestamp-policy.ts';

/** A provider's variant of Ed25519, RSA (PKCS #1 v1.5) or ECDSA (DER). */
export interface PublicKeySpec extends Omit<SignatureLocation, 'needsTimestamp'> {
  readonly algorithm: 'ed25519' | `${'rsa' | 'ecdsa'}-${'sha1' | 'sha256' | 'sha512'}`;
  readonly encoding: Encoding;
  /** The signed text, as in `HmacSpec`; a function gets the timestamp and returns undefined if there is no such text. */
  readonly message?:
    | Template
    | ((parsed: ParsedRequest, timestamp: string) => readonly Uint8Array[] | undefined);
  readonly signsUrl?: boolean;
  /** The vendor's published keys. */
  readonly keys?: KeySource;
}

/** Scheme for a signature with the vendor's private key over a template of the request. */
export function publicKeySignature(spec: PublicKeySpec): Scheme {
  const needsTimestamp = typeof spec.message === 'string' && spec.message.includes('{timestamp}');
  const location = { ...spec, needsTimestamp };
  const { clock, keys } = spec;
  return {
    kind: kindOf(spec),
    needs: 'public key',
    signatureAt: [spec.at, ...(spec.orAt ?? [])],
    signsUrl: spec.signsUrl ?? (typeof spec.message === 'string' && /\{(url|path)\}/.test(spec.message)),
    toleranceMs: clock?.tolerance === undefined ? undefined : clock.tolerance * 1000,
    signsWith: 'key',
    signedAt: (parsed) => signedAt(parsed, location),
    verify: (parsed, context) => verifyPublicKeySignature(parsed, location, context),
    sign: (request, context) => signWithPrivateKey(request, location, context),
    ...(keys && keySourceMethods(keys)),
  };
}

type SignatureVariant = PublicKeySpec & SignatureLocation;

function kindOf({ algorithm }: PublicKeySpec): string {
  if (algorithm === 'ed25519') return 'Ed25519';
  return algorithm.toUpperCase().replace('-SHA', '-SHA');
}

function verifyPublicKeySignature(
  parsed: ParsedRequest,
  variant: SignatureVariant,
  context: SchemeContext,
): Verdict {
  const signatures = extractSignatures(parsed, variant);
  if ('result' in signatures) return signatures;
  const texts = keyTexts(context, variant.keys);
  if (texts.length === 0) return missingKeyVerdict(parsed, context, variant.keys);
  let usable = false;
  for (const { text, secretIndex } of texts) {
    for (const key of keysOf(text, variant, variant.keys?.keyId?.(parsed))) {
      usable = true;
      for (const { signature, timestamp } of signatures) {
        const message = messageOf(parsed, variant, timestamp ?? '');
        if (!message) return invalid('malformed', 'a part that the signature covers is missing');
        if (signatureMatches(variant, message, key, decodeBytes(signature, variant.encoding))) {
          return (
            (variant.clock && checkTimestamp(timestamp, variant.clock, context.now)) ?? valid(secretIndex)
          );
        }
      }
    }
  }
  if (!usable) return unchecked('bad-secret', `the key is not a public key for ${kindOf(variant)}`);
  return invalid('mismatch', 'the signature does not match');
}

function keysOf(
  text: string,
  { algorithm }: SignatureVariant,
  keyId: string | undefined,
): readonly KeyObject[] {
  if (algorithm === 'ed25519') {
    const key = parseEd25519PublicKey(text);
    if (key) return [key];
  }
  const type = algorithm === 'ed25519' ? 'ed25519' : algorithm.startsWith('rsa') ? 'rsa' : 'ec';
  return parsePublicKeys(text, keyId).filter((key) => key.asymmetricKeyType === type);
}

function messageOf(
  parsed: ParsedRequest,
  { message = '{body}' }: SignatureVariant,
  timestamp: string,
): Uint8Array | undefined {
  const parts =
    typeof message === 'string' ? renderBytes(parsed, message, { timestamp }) : message(parsed, timestamp);
  return parts && Buffer.concat(parts);
}

function digestOf({ algorithm }: SignatureVariant): string | null {
  return algorithm === 'ed25519' ? null : algorithm.slice(algorithm.indexOf('-') + 1);
}

function signatureMatches(
  variant: SignatureVariant,
  message: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): boolean {
  try {
    return verifyBytes(digestOf(variant), message, key, signature);
  } catch {
    return false;
  }
}

function signWithPrivateKey(
  request: SignableRequest,
  variant: SignatureVariant,
  { secrets, now }: SchemeContext,
): SignableRequest {
  const timestamp = formatTimestamp(now, variant.clock?.unit ?? 's');
  const dated = variant.clock?.at === undefined ? request : withValueAt(request, variant.clock.at, timestamp);
  const locators = [variant.at, ...(variant.orAt ?? [])];
  const present = locatorsWithSignature(parseLazily(dated), variant);
  return (present.length === 0 ? [variant.at] : present).reduce((signing, locator) => {
    const secret = secrets[locators.indexOf(locator)] ?? secrets[0] ?? '';
    const key = variant.algorithm === 'ed25519' ? parseEd25519PrivateKey(secret) : parsePrivateKey(secret);
    if (!key)
      throw new UserError('secret-missing', `The secret is not a private key for ${kindOf(variant)}.`);
    const message = messageOf(parseLazily(signing), variant, timestamp);
    if (!message) throw new UserError('failed', 'The request lacks a part that the signature covers.');
    const signature = encodeBytes(signBytes(digestOf(variant), message, key), variant.encoding);
    return withSignature(signing, { ...variant, at: locator }, signature, timestamp);
  }, dated);
}
