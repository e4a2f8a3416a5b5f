import { createHash, createHmac } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Context, Scheme } from '../core/scheme.ts';
import { invalid, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { withValueAt } from '../request/locator.ts';
import { type Incoming, type Reading, readingOf } from '../request/parsed-request.ts';
import { filledBytes, type Template } from '../request/template.ts';
import { sameText } from '../signature/constant-time.ts';
import { type Encoding, encoded, sameEncoded } from '../signature/encoding.ts';
import {
  type ProofPlace,
  placesWithProof,
  proofsIn,
  signedAtOf,
  withProof,
} from '../signature/extract-signatures.ts';
import { type KeyForm, keyBytes } from '../signature/key.ts';
import { outOfTime, timestampOf } from '../signature/timestamp-policy.ts';

/** A vendor's own way with HMAC, or with a plain hash over text that the secret is a part of. */
export interface Hmac extends Omit<ProofPlace, 'needsTimestamp'> {
  readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
  /** A plain hash: the message has the secret in it. */
  readonly hash?: boolean;
  readonly encoding: Encoding;
  /**
   * What is signed, the body alone unless given: `{body}`, `{timestamp}`, `{secret}`, `{header:X-Name}`, `{url}` …
   * Or a function, for what no template says; undefined: this request has no such message.
   */
  readonly message?: Message;
  readonly key?: KeyForm | ((secret: string) => Uint8Array | undefined);
  /** A function as message covers the address. */
  readonly signsUrl?: boolean;
  /**
   * Other ways, the strongest first: an older header, which counts only where none before it came, or another form of
   * the message or key at the same place. Signing renews each header that came.
   */
  readonly legacy?: readonly Hmac[];
  /** Never accepted, because it is too weak or in another vendor's header; renewed where it came. */
  readonly renewOnly?: boolean;
}

export type Message = Template | ((reading: Reading, named: Named) => readonly Uint8Array[] | undefined);

export interface Named {
  readonly timestamp: string | undefined;
  readonly secret: string;
}

/** HMAC over a template of the request: what most vendors do. */
export function hmac(how: Hmac): Scheme {
  const algorithm = how.algorithm ?? 'sha256';
  const name = algorithm.toUpperCase().replace(/^SHA(\d)/, 'SHA$1');
  const { clock } = how;
  const ways = [how, ...(how.legacy ?? [])].map((way) => ({ ...way, needsTimestamp: needsTimestamp(way) }));
  return {
    kind: how.hash ? name : `HMAC-${name}`,
    needs: 'secret',
    proof: [...new Set(ways.flatMap(({ at, orAt = [] }) => [at, ...orAt]))],
    signsUrl: how.signsUrl ?? (typeof how.message === 'string' && /\{(url|path)\}/.test(how.message)),
    toleranceMs: clock?.tolerance === undefined ? undefined : clock.tolerance * 1000,
    signsWith: 'secret',
    signedAt: (reading) => signedAtOf(reading, ways.find((way) => isIn(reading, way)) ?? ways[0]!),
    verify: (reading, context) => verified(reading, ways, context),
    sign: (request, context) => signed(request, ways, context),
  };
}

type Way = Hmac & ProofPlace;

function isIn(reading: Reading, way: Way): boolean {
  return placesWithProof(reading, way).length > 0;
}

/** The verdict of the first way that holds at the strongest place where a signature came, else of the first there. */
function verified(reading: Reading, ways: readonly Way[], context: Context): Verdict {
  const accepted = ways.filter(({ renewOnly }) => !renewOnly);
  const strongest = accepted.find((way) => isIn(reading, way)) ?? accepted[0]!;
  let first: Verdict | undefined;
  for (const way of accepted.filter(({ at }) => at === strongest.at)) {
    const verdict = verifiedWay(reading, way, context);
    // Told of its age, a signature has held.
    if (verdict.result === 'valid' || verdict.code === 'too-old' || verdict.code === 'in-the-future') {
      return verdict;
    }
    first ??= verdict;
  }
  return first!;
}

function verifiedWay(reading: Reading, way: Way, { secrets, now }: Context): Verdict {
  const proofs = proofsIn(reading, way);
  if ('result' in proofs) return proofs;
  if (secrets.length === 0) return unchecked('no-secret', 'no secret is configured');
  let usable = false;
  for (const [index, secret] of secrets.entries()) {
    for (const { signature, timestamp } of proofs) {
      const expected = macOf(reading, way, { timestamp, secret });
      if (expected === undefined) continue;
      usable = true;
      if (sameText(sameEncoded(signature, way.encoding), sameEncoded(expected, way.encoding))) {
        return (way.clock && outOfTime(timestamp, way.clock, now)) ?? valid(index);
      }
    }
  }
  if (!usable) return unchecked('bad-secret', `the secret is not ${formText(way)}`);
  return invalid('mismatch', 'the signature does not match');
}

function formText({ key }: Hmac): string {
  return typeof key === 'string' ? key : 'a key of this form';
}

function needsTimestamp({ message, envelope }: Hmac): boolean {
  if (typeof message === 'string' && message.includes('{timestamp}')) return true;
  return envelope !== undefined && 'fields' in envelope && envelope.timestamp !== undefined;
}

/** Undefined where the secret is no key or the request no message. */
function macOf(reading: Reading, how: Hmac, named: Named): string | undefined {
  const { algorithm = 'sha256', message = '{body}', key = 'text' } = how;
  const bytes = typeof key === 'function' ? key(named.secret) : keyBytes(named.secret, key);
  const parts =
    typeof message === 'string' ? filledBytes(reading, message, { ...named }) : message(reading, named);
  if (!bytes || !parts) return undefined;
  const mac = how.hash ? createHash(algorithm) : createHmac(algorithm, bytes);
  for (const part of parts) mac.update(part);
  return encoded(mac.digest(), how.encoding);
}

/** Each signature that came is renewed; where none did, the strongest that fits the body is made. */
function signed(request: Incoming, ways: readonly Way[], context: Context): Incoming {
  const reading = readingOf(request);
  const present = ways.filter((way) => isIn(reading, way));
  const firstAt = (way: Way, index: number) => present.findIndex(({ at }) => at === way.at) === index;
  const made = present.filter(firstAt);
  const fitting = made.length > 0 ? made : [ways.find((way) => fits(reading, way)) ?? ways[0]!];
  return fitting.reduce((signing, way) => signedWay(signing, way, context), request);
}

function fits(reading: Reading, { at }: Way): boolean {
  if (at.startsWith('json:')) return reading.json() !== undefined;
  return !at.startsWith('form:') || reading.form() !== undefined;
}

function signedWay(request: Incoming, way: Way, { secrets, now }: Context): Incoming {
  const { clock, at, orAt = [] } = way;
  const timestamp = timestampOf(now, clock?.unit ?? 's');
  const dated = clock?.at === undefined ? request : withValueAt(request, clock.at, timestamp);
  const places = [at, ...orAt];
  const present = placesWithProof(readingOf(dated), way);
  return (present.length === 0 ? [at] : present).reduce((signing, place) => {
    // Several places are one for each key.
    const secret = secrets[places.indexOf(place)] ?? secrets[0] ?? '';
    const mac = macOf(readingOf(signing), way, { timestamp, secret });
    if (mac === undefined) throw new UserError('secret-missing', `The secret is not ${formText(way)}.`);
    return withProof(signing, { ...way, at: place }, mac, timestamp);
  }, dated);
}
