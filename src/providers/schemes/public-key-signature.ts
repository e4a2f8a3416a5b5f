import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Context, Scheme } from '../core/scheme.ts';
import { invalid, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { withValueAt } from '../request/locator.ts';
import { type Incoming, type Reading, readingOf } from '../request/parsed-request.ts';
import { filledBytes, type Template } from '../request/template.ts';
import { bytesOf, type Encoding, encoded } from '../signature/encoding.ts';
import {
  type ProofPlace,
  placesWithProof,
  proofsIn,
  signedAtOf,
  withProof,
} from '../signature/extract-signatures.ts';
import { fetchingFrom, type KeySource, keyTexts, withoutKey } from '../signature/key-source.ts';
import { ed25519PrivateKey, ed25519PublicKey, privateKey, publicKeys } from '../signature/public-key.ts';
import { outOfTime, timestampOf } from '../signature/timestamp-policy.ts';

/** A vendor's own way with Ed25519, RSA (PKCS #1 v1.5) or ECDSA (DER). */
export interface PublicKeySignature extends Omit<ProofPlace, 'needsTimestamp'> {
  readonly algorithm: 'ed25519' | `${'rsa' | 'ecdsa'}-${'sha1' | 'sha256' | 'sha512'}`;
  readonly encoding: Encoding;
  /** What is signed, as with HMAC; a function gets the timestamp, and returns undefined where there is no such text. */
  readonly message?: Template | ((reading: Reading, timestamp: string) => readonly Uint8Array[] | undefined);
  readonly signsUrl?: boolean;
  /** Where the vendor publishes its keys. */
  readonly keys?: KeySource;
}

/** A signature with the vendor's private key over a template of the request. */
export function publicKeySignature(how: PublicKeySignature): Scheme {
  const needsTimestamp = typeof how.message === 'string' && how.message.includes('{timestamp}');
  const where = { ...how, needsTimestamp };
  const { clock, keys } = how;
  return {
    kind: kindOf(how),
    needs: 'public key',
    proof: [how.at, ...(how.orAt ?? [])],
    signsUrl: how.signsUrl ?? (typeof how.message === 'string' && /\{(url|path)\}/.test(how.message)),
    toleranceMs: clock?.tolerance === undefined ? undefined : clock.tolerance * 1000,
    signsWith: 'key',
    signedAt: (reading) => signedAtOf(reading, where),
    verify: (reading, context) => verified(reading, where, context),
    sign: (request, context) => signed(request, where, context),
    ...(keys && fetchingFrom(keys)),
  };
}

type Way = PublicKeySignature & ProofPlace;

function kindOf({ algorithm }: PublicKeySignature): string {
  if (algorithm === 'ed25519') return 'Ed25519';
  return algorithm.toUpperCase().replace('-SHA', '-SHA');
}

function verified(reading: Reading, way: Way, context: Context): Verdict {
  const proofs = proofsIn(reading, way);
  if ('result' in proofs) return proofs;
  const texts = keyTexts(context, way.keys);
  if (texts.length === 0) return withoutKey(reading, context, way.keys);
  let usable = false;
  for (const { text, secretIndex } of texts) {
    for (const key of keysOf(text, way, way.keys?.keyId?.(reading))) {
      usable = true;
      for (const { signature, timestamp } of proofs) {
        const message = messageOf(reading, way, timestamp ?? '');
        if (!message) return invalid('malformed', 'it lacks what its signature covers');
        if (holds(way, message, key, bytesOf(signature, way.encoding))) {
          return (way.clock && outOfTime(timestamp, way.clock, context.now)) ?? valid(secretIndex);
        }
      }
    }
  }
  if (!usable) return unchecked('bad-secret', `the key is no public key for ${kindOf(way)}`);
  return invalid('mismatch', 'the signature does not match');
}

function keysOf(text: string, { algorithm }: Way, keyId: string | undefined): readonly KeyObject[] {
  if (algorithm === 'ed25519') {
    const key = ed25519PublicKey(text);
    if (key) return [key];
  }
  const type = algorithm === 'ed25519' ? 'ed25519' : algorithm.startsWith('rsa') ? 'rsa' : 'ec';
  return publicKeys(text, keyId).filter((key) => key.asymmetricKeyType === type);
}

function messageOf(reading: Reading, { message = '{body}' }: Way, timestamp: string): Uint8Array | undefined {
  const parts =
    typeof message === 'string' ? filledBytes(reading, message, { timestamp }) : message(reading, timestamp);
  return parts && Buffer.concat(parts);
}

function digestOf({ algorithm }: Way): string | null {
  return algorithm === 'ed25519' ? null : algorithm.slice(algorithm.indexOf('-') + 1);
}

function holds(way: Way, message: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verifyBytes(digestOf(way), message, key, signature);
  } catch {
    return false;
  }
}

function signed(request: Incoming, way: Way, { secrets, now }: Context): Incoming {
  const timestamp = timestampOf(now, way.clock?.unit ?? 's');
  const dated = way.clock?.at === undefined ? request : withValueAt(request, way.clock.at, timestamp);
  const places = [way.at, ...(way.orAt ?? [])];
  const present = placesWithProof(readingOf(dated), way);
  return (present.length === 0 ? [way.at] : present).reduce((signing, place) => {
    const secret = secrets[places.indexOf(place)] ?? secrets[0] ?? '';
    const key = way.algorithm === 'ed25519' ? ed25519PrivateKey(secret) : privateKey(secret);
    if (!key) throw new UserError('secret-missing', `The secret is no private key for ${kindOf(way)}.`);
    const message = messageOf(readingOf(signing), way, timestamp);
    if (!message) throw new UserError('failed', 'The request lacks what its signature covers.');
    const signature = encoded(signBytes(digestOf(way), message, key), way.encoding);
    return withProof(signing, { ...way, at: place }, signature, timestamp);
  }, dated);
}
