import { createHash, createHmac } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import { outOfTime, timestampOf } from '../clock.ts';
import { sameText } from '../constant-time.ts';
import { type Encoding, encoded, sameEncoded } from '../encoding.ts';
import { type Incoming, type Reading, readingOf } from '../incoming.ts';
import { type KeyForm, keyBytes } from '../key.ts';
import { withValueAt } from '../place.ts';
import { type ProofPlace, placesWithProof, proofsIn, signedAtOf, withProof } from '../proof.ts';
import type { Context, Scheme } from '../scheme.ts';
import { filledBytes, type Template } from '../template.ts';
import { invalid, unchecked, type Verdict, valid } from '../verdict.ts';

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
  /** Other ways that count as well: an older header, or another form of the message or key. */
  readonly legacy?: readonly Hmac[];
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
    sign: (request, context) => signed(request, ways[0]!, context),
  };
}

type Way = Hmac & ProofPlace;

function isIn(reading: Reading, way: Way): boolean {
  return placesWithProof(reading, way).length > 0;
}

/** The verdict of the first way that holds, else of the first that the request is in. */
function verified(reading: Reading, ways: readonly Way[], context: Context): Verdict {
  const present = ways.filter((way) => isIn(reading, way));
  let first: Verdict | undefined;
  for (const way of present.length === 0 ? ways.slice(0, 1) : present) {
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

function signed(request: Incoming, way: Way, { secrets: [secret = ''], now }: Context): Incoming {
  const { clock } = way;
  const timestamp = timestampOf(now, clock?.unit ?? 's');
  const dated = clock?.at === undefined ? request : withValueAt(request, clock.at, timestamp);
  const mac = macOf(readingOf(dated), way, { timestamp, secret });
  if (mac === undefined) throw new UserError('secret-missing', `The secret is not ${formText(way)}.`);
  return withProof(dated, way, mac, timestamp);
}
