import { createHash, createHmac, sign, verify } from 'node:crypto';
import type { SignableRequest } from '../../src/providers/request/parsed-request.ts';
import { address, headerOf, pem, type SignedCase, testKeys } from './signed-fact.ts';

interface Token {
  readonly name: string;
  readonly header?: string;
  readonly prefix?: string;
  readonly algorithm: 'HS256' | 'RS256' | 'ES256';
  readonly claims: (body: Buffer, url: string) => Readonly<Record<string, unknown>>;
  readonly headers?: readonly (readonly [string, string])[];
  readonly json: unknown;
  /** A claim covers the body. */
  readonly bindsBody: boolean;
  readonly toleranceMs?: number;
  readonly dated?: boolean;
  readonly life?: number;
}

const sha256 = (body: Uint8Array, encoding: 'hex' | 'base64' | 'base64url') =>
  createHash('sha256').update(body).digest(encoding);

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function pairs(algorithm: Token['algorithm']) {
  return algorithm === 'RS256' ? [testKeys.rsa(), testKeys.otherRsa()] : [testKeys.ec(), testKeys.otherEc()];
}

/** A JSON Web Token, made and read with node:crypto only. */
export function signedJwt(algorithm: Token['algorithm'], claims: unknown, secret: string): string {
  const text = `${part({ alg: algorithm, typ: 'JWT', kid: 'k' })}.${part(claims)}`;
  if (algorithm === 'HS256')
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  const key = pairs(algorithm)[0]!.privateKey;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function claimsOf(token: string, algorithm: Token['algorithm'], secret: string) {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const text = `${head}.${payload}`;
  const holds =
    algorithm === 'HS256'
      ? signature === createHmac('sha256', secret).update(text).digest('base64url')
      : verify(
          'sha256',
          Buffer.from(text),
          { key: pairs(algorithm)[0]!.publicKey, dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64url'),
        );
  return holds ? JSON.parse(Buffer.from(payload, 'base64url').toString()) : undefined;
}

function tokenCase(token: Token): SignedCase {
  const { name, header = 'Authorization', prefix = '', algorithm, headers = [], json } = token;
  const shared = algorithm === 'HS256';
  const [own, other] = shared ? [] : pairs(algorithm);
  const body = Buffer.from(JSON.stringify(json));
  return {
    name,
    secret: own ? pem(own.publicKey) : 'a shared secret',
    otherSecret: other ? pem(other.publicKey) : 'another secret',
    ...(own && { signingSecret: pem(own.privateKey) }),
    header,
    bodyUnsigned: !token.bindsBody,
    ...(token.toleranceMs !== undefined && { toleranceMs: token.toleranceMs }),
    signed(ms) {
      const iat = Math.floor(ms / 1000);
      const claims = {
        ...token.claims(body, address),
        ...(token.dated !== false && { iat }),
        ...(token.life !== undefined && { exp: iat + token.life, nbf: iat }),
      };
      const typed = headers.some(([each]) => each === 'Content-Type');
      return {
        method: 'POST',
        url: address,
        headers: [
          ...(typed ? [] : [['Content-Type', 'application/json'] as const]),
          ...headers,
          [header, prefix + signedJwt(algorithm, claims, 'a shared secret')],
        ],
        body,
      };
    },
    accepts(request: SignableRequest) {
      const value = headerOf(request, header) ?? '';
      const claims = value.startsWith(prefix)
        ? claimsOf(value.slice(prefix.length), algorithm, 'a shared secret')
        : undefined;
      if (!claims) return false;
      const wanted = token.claims(Buffer.from(request.body), request.url);
      return Object.entries(wanted).every(([claim, text]) => claims[claim] === text);
    },
  };
}

/** Vendors that send a JWT. */
export const jwtCases: readonly SignedCase[] = (
  [
    {
      name: 'plaid',
      header: 'Plaid-Verification',
      algorithm: 'ES256',
      claims: (body) => ({ request_body_sha256: sha256(body, 'hex') }),
      json: { webhook_type: 'TRANSACTIONS', webhook_code: 'SYNC_UPDATES_AVAILABLE' },
      bindsBody: true,
      toleranceMs: 300_000,
    },
    {
      name: 'netlify',
      header: 'X-Webhook-Signature',
      algorithm: 'HS256',
      claims: (body) => ({ iss: 'netlify', sha256: sha256(body, 'hex') }),
      headers: [['X-Netlify-Event', 'deploy_created']],
      json: { id: 'd', state: 'ready' },
      bindsBody: true,
      dated: false,
    },
    {
      name: 'messagebird',
      header: 'MessageBird-Signature-JWT',
      algorithm: 'HS256',
      claims: (body, url) => ({
        iss: 'MessageBird',
        jti: 'j',
        url_hash: sha256(Buffer.from(url), 'hex'),
        payload_hash: sha256(body, 'hex'),
      }),
      json: { type: 'message.created' },
      bindsBody: true,
      life: 60,
      toleranceMs: 65_000,
    },
    {
      name: 'vonage',
      prefix: 'Bearer ',
      algorithm: 'HS256',
      claims: (body) => ({ iss: 'Vonage', payload_hash: sha256(body, 'hex'), api_key: 'k' }),
      json: { message_uuid: 'm', status: 'delivered' },
      bindsBody: true,
      toleranceMs: 300_000,
    },
    {
      name: 'livekit',
      algorithm: 'HS256',
      claims: (body) => ({ iss: 'key', sha256: sha256(body, 'base64') }),
      headers: [['Content-Type', 'application/webhook+json']],
      json: { id: 'EV_1', event: 'room_started' },
      bindsBody: true,
      life: 300,
      toleranceMs: 310_000,
    },
    {
      name: 'upstash-qstash',
      header: 'Upstash-Signature',
      algorithm: 'HS256',
      claims: (body, url) => ({ iss: 'Upstash', sub: url, body: sha256(body, 'base64url') }),
      headers: [['Upstash-Message-Id', 'm']],
      json: { hello: 'world' },
      bindsBody: true,
      life: 300,
      toleranceMs: 300_000,
    },
    {
      name: 'monday',
      algorithm: 'HS256',
      claims: (_body, url) => ({ accountId: 1, userId: 2, aud: url }),
      json: { event: { type: 'create_pulse', triggerUuid: 't', boardId: 1 } },
      bindsBody: false,
      life: 300,
      toleranceMs: 300_000,
    },
    {
      name: 'gong',
      prefix: 'Bearer ',
      algorithm: 'RS256',
      claims: (body, url) => ({ webhook_url: url, body_sha256: sha256(body, 'hex') }),
      json: { callData: { metaData: { id: 'c' } } },
      bindsBody: true,
    },
    {
      name: 'fusionauth',
      header: 'X-FusionAuth-Signature-JWT',
      algorithm: 'HS256',
      claims: (body) => ({ request_body_sha256: sha256(body, 'base64') }),
      json: { event: { id: 'e', type: 'user.create' } },
      bindsBody: true,
      dated: false,
    },
    {
      name: 'google-pubsub',
      prefix: 'Bearer ',
      algorithm: 'RS256',
      claims: (_body, url) => ({ iss: 'https://accounts.google.com', aud: url, email: 'a@example.com' }),
      json: { message: { messageId: '1', data: 'aGk=' }, subscription: 'projects/p/subscriptions/s' },
      bindsBody: false,
      life: 3600,
      toleranceMs: 3_600_000,
    },
  ] satisfies readonly Token[]
).map((token: Token) => tokenCase(token));

/** The whole body is the token. */
function bodyTokenCase(name: string, type: string): SignedCase {
  const { publicKey, privateKey } = testKeys.rsa();
  return {
    name,
    secret: pem(publicKey),
    otherSecret: pem(testKeys.otherRsa().publicKey),
    signingSecret: pem(privateKey),
    signed: () => ({
      method: 'POST',
      url: address,
      headers: [['Content-Type', type]],
      body: Buffer.from(signedJwt('RS256', { type: 'user.created', event_id: 'e' }, '')),
    }),
    accepts: (request) => claimsOf(Buffer.from(request.body).toString(), 'RS256', '')?.event_id === 'e',
  };
}

/** Vendors whose body is a JWT. */
export const bodyTokenCases: readonly SignedCase[] = [
  bodyTokenCase('kinde', 'application/jwt'),
  bodyTokenCase('wix', 'text/plain; charset=utf-8'),
];
