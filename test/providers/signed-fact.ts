import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { SignableRequest } from '../../src/providers/request/parsed-request.ts';

/**
 * Signature of a vendor as its documentation describes it. The catalogue is tested against signatures that are made
 * from it, so it must not use any of the catalogue's code.
 */
export interface SignedFact {
  readonly name: string;
  /** A private key of the vendor's instead of a shared secret. */
  readonly key?: 'rsa' | 'ecdsa' | 'ed25519';
  /** Encoding of the key in the shared secret; text unless given. */
  readonly secret?: 'hex' | 'base64' | 'text&' | 'signkey' | 'after colon';
  /** A plain hash instead of HMAC. */
  readonly hash?: boolean;
  readonly algorithm?: 'sha1' | 'sha512' | 'md5';
  readonly encoding: 'hex' | 'HEX' | 'base64' | 'base64url' | 'base64url=';
  /** The header of the signature. */
  readonly at: string;
  /** Format of the header, with `<sig>` and perhaps `<t>`. */
  readonly form?: string;
  /** The signed text, `{body}` unless given: `{t}`, `{url}`, `{method}`, `{secret}`, `{X-Header}`, `{json:path}` … */
  readonly message?: string;
  /** The header, or `json:name` for the member of the body, with the timestamp. */
  readonly timeAt?: string;
  readonly unit?: 's' | 'ms' | 'iso' | 'iso without zone';
  /** In seconds. */
  readonly tolerance?: number;
  readonly headers?: readonly (readonly [string, string])[];
  /** The body: JSON, a form, or text. */
  readonly json?: unknown;
  readonly formText?: string;
  readonly text?: string;
  /** The vendor does not sign the body. */
  readonly bodyUnsigned?: boolean;
  /** The vendor sends the header once for each key. */
  readonly mayRepeat?: boolean;
}

/** Requests of a provider, made and verified without any of our schemes. */
export interface SignedCase {
  readonly name: string;
  /** The right secret, and a wrong one of the same kind. */
  readonly secret: string;
  readonly otherSecret: string;
  /** The key that signs, if it is another. */
  readonly signingSecret?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly toleranceMs?: number | undefined;
  readonly bodyUnsigned?: boolean;
  readonly mayRepeat?: boolean;
  /** The header of the signature; undefined if the signature is not in a header. */
  readonly header?: string | undefined;
  /** Code for a request without the header, if it is not `no-signature`. */
  readonly codeWithoutSignature?: string;
  /** We cannot sign such requests. */
  readonly unsignable?: boolean;
  signed(ms: number): SignableRequest;
  /** Tests whether the vendor's receiver would accept a request that we signed. */
  accepts(request: SignableRequest): boolean;
}

export const address = 'https://hooks.example.com/in?tag=a';

interface Keys {
  readonly secret: string;
  readonly otherSecret: string;
  readonly signingSecret?: string;
  readonly privateKey?: KeyObject;
  readonly publicKey?: KeyObject;
  readonly bytes?: Uint8Array;
}

const rsa = pair(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
const otherRsa = pair(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
const ec = pair(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const otherEc = pair(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const ec521 = pair(() => generateKeyPairSync('ec', { namedCurve: 'P-521' }));
const otherEc521 = pair(() => generateKeyPairSync('ec', { namedCurve: 'P-521' }));
const ed = pair(() => generateKeyPairSync('ed25519'));
const otherEd = pair(() => generateKeyPairSync('ed25519'));

type Pair = ReturnType<typeof generateKeyPairSync> & { publicKey: KeyObject; privateKey: KeyObject };

function pair(make: () => { publicKey: KeyObject; privateKey: KeyObject }): () => Pair {
  let made: Pair | undefined;
  return () => {
    made ??= make() as Pair;
    return made;
  };
}

export function pem(key: KeyObject): string {
  return key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
}

/** Key pairs of the tests, each with a wrong one. */
export const testKeys = { rsa, otherRsa, ec, otherEc, ec521, otherEc521, ed, otherEd };

function keysFor({ key, secret }: SignedFact): Keys {
  if (key !== undefined) {
    const [own, other] = { rsa: [rsa, otherRsa], ecdsa: [ec, otherEc], ed25519: [ed, otherEd] }[key];
    const { privateKey, publicKey } = own!();
    return {
      secret: pem(publicKey),
      otherSecret: pem(other!().publicKey),
      signingSecret: pem(privateKey),
      privateKey,
      publicKey,
    };
  }
  const raw = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
  const others = Buffer.from('ffeeddccbbaa99887766554433221100', 'hex');
  switch (secret) {
    case 'hex':
    case 'base64':
      return { secret: raw.toString(secret), otherSecret: others.toString(secret), bytes: raw };
    case 'text&':
      return { secret: 'a secret', otherSecret: 'another', bytes: Buffer.from('a secret&') };
    case 'signkey':
      return {
        secret: 'signkey-test-abcdef',
        otherSecret: 'signkey-test-abcdee',
        bytes: Buffer.from('abcdef'),
      };
    case 'after colon':
      return { secret: 'app.key:word', otherSecret: 'app.key:other', bytes: Buffer.from('word') };
    default:
      // Text that is also valid base64, but must not be decoded.
      return {
        secret: 'whsec_c2VjcmV0',
        otherSecret: 'whsec_c2VjcmV1',
        bytes: Buffer.from('whsec_c2VjcmV0'),
      };
  }
}

function written(bytes: Buffer, encoding: SignedFact['encoding']): string {
  if (encoding === 'HEX') return bytes.toString('hex').toUpperCase();
  if (encoding !== 'base64url=') return bytes.toString(encoding);
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function timeText(ms: number, unit: SignedFact['unit']): string {
  if (unit === 'ms') return String(ms);
  if (unit === 'iso') return new Date(ms).toISOString();
  if (unit === 'iso without zone') return new Date(ms).toISOString().replace('Z', '');
  return String(Math.floor(ms / 1000));
}

export function headerOf({ headers }: SignableRequest, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

function messageOf(request: SignableRequest, fact: SignedFact, secret: string, t: string): Buffer {
  const digest = createHash('sha256').update(request.body).digest();
  const parts = (fact.message ?? '{body}').split(/\{([^{}]+)\}/).map((part, index) => {
    if (index % 2 === 0) return Buffer.from(part);
    if (part === 'body') return request.body;
    if (part === 'digest') return digest;
    if (part === 'hexdigest') return Buffer.from(digest.toString('hex'));
    if (part === 't') return Buffer.from(t);
    if (part === 'url') return Buffer.from(request.url);
    if (part === 'method') return Buffer.from(request.method);
    if (part === 'secret') return Buffer.from(secret);
    if (part.startsWith('json:'))
      return Buffer.from(String(JSON.parse(request.body.toString())[part.slice(5)]));
    return Buffer.from(headerOf(request, part) ?? '');
  });
  return Buffer.concat(parts);
}

function bodyOf(fact: SignedFact, t: string): Buffer {
  if (fact.text !== undefined) return Buffer.from(fact.text);
  if (fact.formText !== undefined) return Buffer.from(fact.formText);
  const value = fact.json ?? { id: 'evt_1', type: 'thing.happened', note: 'grüße / <b>' };
  if (!fact.timeAt?.startsWith('json:')) return Buffer.from(JSON.stringify(value));
  return Buffer.from(JSON.stringify({ ...(value as object), [fact.timeAt.slice(5)]: Number(t) }));
}

/** Makes the test case of a fact. */
export function caseOf(fact: SignedFact): SignedCase {
  const keys = keysFor(fact);
  const form = fact.form ?? '<sig>';
  const digest = fact.algorithm ?? 'sha256';
  const clock = fact.timeAt !== undefined && !fact.timeAt.startsWith('json:') ? fact.timeAt : undefined;

  function signatureOf(request: SignableRequest, t: string): Buffer {
    const message = messageOf(request, fact, keys.secret, t);
    if (keys.privateKey) return sign(fact.key === 'ed25519' ? null : digest, message, keys.privateKey);
    if (fact.hash) return createHash(digest).update(message).digest();
    return createHmac(digest, keys.bytes!).update(message).digest();
  }

  function timeIn(request: SignableRequest): string {
    if (fact.timeAt?.startsWith('json:')) {
      return String(JSON.parse(request.body.toString())[fact.timeAt.slice(5)]);
    }
    return clock === undefined ? (partsOf(request)?.t ?? '') : (headerOf(request, clock) ?? '');
  }

  function partsOf(request: SignableRequest): { sig?: string; t?: string } | undefined {
    const quoted = form.replace(/[.*+?^${}()|[\]\\;]/g, '\\$&');
    const pattern = quoted.replace('<sig>', '(?<sig>.+)').replace('<t>', '(?<t>\\d+)');
    return new RegExp(`^${pattern}$`).exec(headerOf(request, fact.at) ?? '')?.groups;
  }

  const type = fact.formText === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    ...keys,
    name: fact.name,
    header: fact.at,
    ...(fact.tolerance !== undefined && { toleranceMs: fact.tolerance * 1000 }),
    ...(fact.bodyUnsigned && { bodyUnsigned: true }),
    ...(fact.mayRepeat && { mayRepeat: true }),
    signed(ms) {
      const t = timeText(ms, fact.unit);
      const headers = [...(fact.headers ?? []), ...(clock === undefined ? [] : [[clock, t] as const])];
      const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
      const request: SignableRequest = {
        method: 'POST',
        url: address,
        headers: typed ? headers : [['Content-Type', type], ...headers],
        body: bodyOf(fact, t),
      };
      const signature = written(signatureOf(request, t), fact.encoding);
      const value = form.replace('<sig>', () => signature).replace('<t>', t);
      return { ...request, headers: [...request.headers, [fact.at, value]] };
    },
    accepts(request) {
      const signature = partsOf(request)?.sig;
      const t = timeIn(request);
      if (signature === undefined) return false;
      if (!keys.publicKey) return signature === written(signatureOf(request, t), fact.encoding);
      const bytes = Buffer.from(signature, fact.encoding === 'hex' ? 'hex' : 'base64');
      const message = messageOf(request, fact, keys.secret, t);
      return verify(fact.key === 'ed25519' ? null : digest, message, keys.publicKey, bytes);
    },
  };
}
