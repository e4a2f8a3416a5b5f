import { createHash, createHmac } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import { type Clock, momentOf, outOfTime, timestampOf } from '../clock.ts';
import { sameText } from '../constant-time.ts';
import { type Envelope, opened, sealed } from '../envelope.ts';
import { type Incoming, type Reading, readingOf } from '../incoming.ts';
import { type KeyForm, keyBytes } from '../key.ts';
import { type Place, valueAt, valuesAt, withValueAt } from '../place.ts';
import type { Context, Scheme } from '../scheme.ts';
import { filledBytes, type Template } from '../template.ts';
import { invalid, unchecked, type Verdict, valid } from '../verdict.ts';

export type Encoding = 'hex' | 'HEX' | 'base64' | 'base64url' | '0x hex';

/** A vendor's own way with HMAC, or with a plain hash over text that the secret is a part of. */
export interface Hmac {
  readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
  /** A plain hash: the message has the secret in it. */
  readonly hash?: boolean;
  /** Where the signature stands. */
  readonly at: Place;
  /** More places that may hold it, such as one for each key. */
  readonly orAt?: readonly Place[];
  /** The signature alone unless given. */
  readonly envelope?: Envelope;
  readonly encoding: Encoding;
  /**
   * What is signed, the body alone unless given: `{body}`, `{timestamp}`, `{secret}`, `{header:X-Name}`, `{url}` …
   * Or a function, for what no template says; undefined: this request has no such message.
   */
  readonly message?: Template | ((reading: Reading, named: Named) => readonly Uint8Array[] | undefined);
  readonly key?: KeyForm | ((secret: string) => Uint8Array | undefined);
  readonly clock?: Clock;
  /** Other places and forms that are tried too, such as an older header. */
  readonly legacy?: readonly Hmac[];
}

export interface Named {
  readonly timestamp: string | undefined;
  readonly secret: string;
}

/** HMAC over a template of the request: what most vendors do. */
export function hmac(how: Hmac): Scheme {
  const algorithm = how.algorithm ?? 'sha256';
  const name = algorithm.toUpperCase().replace(/^SHA(\d)/, 'SHA$1');
  const { clock } = how;
  return {
    kind: how.hash ? name : `HMAC-${name}`,
    needs: 'secret',
    proof: [how.at, ...(how.orAt ?? []), ...(how.legacy ?? []).map(({ at }) => at)],
    signsUrl: typeof how.message === 'string' && /\{(url|path)\}/.test(how.message),
    toleranceMs: clock?.tolerance === undefined ? undefined : clock.tolerance * 1000,
    signsWith: 'secret',
    signedAt: (reading) => {
      const text = timestampIn(reading, how);
      return text === undefined || !clock ? undefined : momentOf(text, clock.unit);
    },
    verify: (reading, context) => verified(reading, how, context),
    sign: (request, context) => signed(request, how, context),
  };
}

/** The places to look at, those that came at all first. */
function waysOf(how: Hmac): readonly Hmac[] {
  return [how, ...(how.legacy ?? [])];
}

function verified(reading: Reading, how: Hmac, context: Context): Verdict {
  const way = waysOf(how).find((each) => presentAt(reading, each).length > 0);
  if (!way) return unchecked('no-signature', `there is no signature in ${how.at.replace(':', ' ')}`);
  const places = presentAt(reading, way);
  for (const place of places) {
    if (valuesAt(reading, place).length > 1)
      return invalid('doubled', `${place.replace(':', ' ')} came twice`);
  }
  const envelopes = places.map((place) => opened(valueAt(reading, place)!, way.envelope ?? { prefix: '' }));
  const signatures = envelopes.flatMap((each) => each.signatures);
  if (signatures.length === 0) {
    return invalid('malformed', `${places[0]!.replace(':', ' ')} does not have the form of a signature`);
  }
  const timestamp = way.clock?.at ? valueAt(reading, way.clock.at) : envelopes[0]!.timestamp;
  if (needsTimestamp(way) && timestamp === undefined) return invalid('malformed', 'there is no timestamp');
  if (way.clock?.at && valuesAt(reading, way.clock.at).length > 1) {
    return invalid('doubled', `${way.clock.at.replace(':', ' ')} came twice`);
  }
  if (context.secrets.length === 0) return unchecked('no-secret', 'no secret is configured');
  let usable = false;
  for (const [index, secret] of context.secrets.entries()) {
    const expected = macOf(reading, way, { timestamp, secret });
    if (expected === undefined) continue;
    usable = true;
    if (signatures.some((signature) => sameText(comparable(signature, way.encoding), expected))) {
      return (way.clock && outOfTime(timestamp, way.clock, context.now)) ?? valid(index);
    }
  }
  if (!usable) return unchecked('bad-secret', `the secret is not ${formText(way)}`);
  return invalid('mismatch', 'the signature does not match');
}

function formText({ key }: Hmac): string {
  return typeof key === 'string' ? key : 'a key of this form';
}

function presentAt(reading: Reading, { at, orAt = [] }: Hmac): Place[] {
  // An empty one is what some send where no secret is set.
  return [at, ...orAt].filter((place) => (valueAt(reading, place) ?? '') !== '');
}

function timestampIn(reading: Reading, how: Hmac): string | undefined {
  if (how.clock?.at) return valueAt(reading, how.clock.at);
  const value = valueAt(reading, how.at);
  return value === undefined || !how.envelope ? undefined : opened(value, how.envelope).timestamp;
}

function needsTimestamp({ message, envelope }: Hmac): boolean {
  if (typeof message === 'string' && message.includes('{timestamp}')) return true;
  return envelope !== undefined && 'fields' in envelope && envelope.timestamp !== undefined;
}

/** Hex may be written either way; the rest is exact. */
function comparable(signature: string, encoding: Encoding): string {
  return encoding === 'hex' || encoding === 'HEX' || encoding === '0x hex'
    ? signature.toLowerCase()
    : signature;
}

/** The signature as `comparable` gives it; undefined where the secret is no key or the request no message. */
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

function encoded(bytes: Buffer, encoding: Encoding): string {
  switch (encoding) {
    case 'base64':
    case 'base64url':
      return bytes.toString(encoding);
    case '0x hex':
      return `0x${bytes.toString('hex')}`;
    default:
      return bytes.toString('hex');
  }
}

function signed(request: Incoming, how: Hmac, { secrets: [secret = ''], now }: Context): Incoming {
  const { clock } = how;
  const timestamp = timestampOf(now, clock?.unit ?? 's');
  const dated = clock?.at === undefined ? request : withValueAt(request, clock.at, timestamp);
  const mac = macOf(readingOf(dated), how, { timestamp, secret });
  if (mac === undefined) throw new UserError('secret-missing', `The secret is not ${formText(how)}.`);
  const signature = how.encoding === 'HEX' ? mac.toUpperCase() : mac;
  return withValueAt(dated, how.at, sealed(signature, timestamp, how.envelope ?? { prefix: '' }));
}
