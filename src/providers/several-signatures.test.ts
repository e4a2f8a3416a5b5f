import { createHash, createHmac, generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import type { HeaderList } from '../model/headers.ts';
import { providers } from './index.ts';
import { parseLazily, type SignableRequest } from './request/parsed-request.ts';

const now = 1_790_000_000_000;
const t = String(now / 1000);
const body = '{"type":"a.b","id":"evt_1"}';
const url = 'https://example.test/hook?a=1';

interface Case {
  readonly provider: string;
  readonly secrets?: readonly string[];
  readonly headers?: HeaderList;
  /** The vendor's signatures over a body, the strongest first. */
  readonly signatures: (body: string, headers: HeaderList) => HeaderList;
}

const mac = (
  algorithm: string,
  text: string,
  encoding: 'hex' | 'base64' = 'hex',
  key: string | Buffer = 's3cret',
) => createHmac(algorithm, key).update(text).digest(encoding);
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const key64 = Buffer.from('a key of bytes');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;

const hub = (text: string): HeaderList => [
  ['X-Hub-Signature-256', `sha256=${mac('sha256', text)}`],
  ['X-Hub-Signature', `sha1=${mac('sha1', text)}`],
];
const gitea = (text: string): HeaderList => [
  ['X-Gitea-Signature', mac('sha256', text)],
  ['X-Gogs-Signature', mac('sha256', text)],
  ...hub(text),
];
const fieldOf = (headers: HeaderList, name: string) =>
  headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? '';
const standard = (prefix: string, text: string, headers: HeaderList, key: string | Buffer) => {
  const [id, at] = ['id', 'timestamp'].map((name) => fieldOf(headers, `${prefix}-${name}`));
  return [`${prefix}-signature`, `v1,${mac('sha256', `${id}.${at}.${text}`, 'base64', key)}`] as const;
};
const hubspot =
  (version: 'v1' | 'v2'): Case['signatures'] =>
  (text, headers) => [
    [
      'X-HubSpot-Signature-v3',
      mac('sha256', `POST${url}${text}${fieldOf(headers, 'X-HubSpot-Request-Timestamp')}`, 'base64'),
    ],
    ['X-HubSpot-Signature', hash('sha256', version === 'v1' ? `s3cret${text}` : `s3cretPOST${url}${text}`)],
  ];

/** Vendors that send several signatures in one request. */
const cases: readonly Case[] = [
  { provider: 'github', signatures: hub },
  { provider: 'meta', signatures: hub },
  { provider: 'whatsapp', signatures: hub },
  { provider: 'instagram', signatures: hub },
  { provider: 'gitea', signatures: gitea },
  {
    provider: 'forgejo',
    signatures: (text) => [['X-Forgejo-Signature', mac('sha256', text)], ...gitea(text)],
  },
  {
    provider: 'square',
    signatures: (text) => [
      ['x-square-hmacsha256-signature', mac('sha256', url + text, 'base64')],
      ['x-square-signature', mac('sha1', url + text, 'base64')],
    ],
  },
  {
    provider: 'hubspot',
    headers: [
      ['X-HubSpot-Request-Timestamp', String(now)],
      ['X-HubSpot-Signature-Version', 'v1'],
    ],
    signatures: hubspot('v1'),
  },
  {
    provider: 'hubspot',
    headers: [
      ['X-HubSpot-Request-Timestamp', String(now)],
      ['X-HubSpot-Signature-Version', 'v2'],
    ],
    signatures: hubspot('v2'),
  },
  {
    provider: 'attio',
    signatures: (text) => [
      ['Attio-Signature', mac('sha256', text)],
      ['X-Attio-Signature', mac('sha256', text)],
    ],
  },
  {
    provider: 'kontent-ai',
    signatures: (text) => [
      ['X-Kontent-ai-Signature', mac('sha256', text, 'base64')],
      ['X-KC-Signature', mac('sha256', text, 'base64')],
    ],
  },
  {
    provider: 'shortcut',
    signatures: (text) => [
      ['Payload-Signature', mac('sha256', text)],
      ['Clubhouse-Signature', mac('sha256', text)],
    ],
  },
  {
    provider: 'uber',
    signatures: (text) => [
      ['X-Uber-Signature', mac('sha256', text)],
      ['X-Postmates-Signature', mac('sha256', text)],
    ],
  },
  {
    provider: 'chargify',
    signatures: (text) => [
      ['X-Chargify-Webhook-Signature-Hmac-Sha-256', mac('sha256', text)],
      ['X-Chargify-Webhook-Signature', hash('md5', `s3cret${text}`)],
    ],
  },
  {
    provider: 'imagekit',
    secrets: [`whsec_${key64.toString('base64')}`],
    headers: [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', t],
      ['x-ik-timestamp', String(now)],
    ],
    signatures: (text, headers) => [
      standard('webhook', text, headers, key64),
      [
        'x-ik-signature',
        `t=${now},v1=${mac('sha256', `${now}.${text}`, 'hex', `whsec_${key64.toString('base64')}`)}`,
      ],
    ],
  },
  {
    provider: 'standard-webhooks',
    secrets: [`whsec_${key64.toString('base64')}`],
    headers: [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', t],
      ['svix-id', 'msg_1'],
      ['svix-timestamp', t],
    ],
    signatures: (text, headers) => [
      standard('webhook', text, headers, key64),
      standard('svix', text, headers, key64),
    ],
  },
  {
    provider: 'plivo',
    headers: [
      ['X-Plivo-Signature-V3-Nonce', '1'],
      ['X-Plivo-Signature-V2-Nonce', '1'],
      ['X-Custom', '1'],
    ],
    signatures: () => [
      ['X-Plivo-Signature-V3', mac('sha256', 'https://example.test/hook?a=1.1', 'base64')],
      ['X-Plivo-Signature-V2', mac('sha256', 'https://example.test/hook1', 'base64')],
    ],
  },
];

const requestOf = ({ headers = [], signatures }: Case, text = body): SignableRequest => ({
  method: 'POST',
  url,
  headers: [...headers, ...signatures(text, headers)],
  body: Buffer.from(text),
});

const schemeOf = (name: string) => providers.find((each) => each.name === name)!.scheme;
const named = cases.map(
  (each) => [`${each.provider} ${fieldOf(each.headers ?? [], 'x-hubspot-signature-version')}`, each] as const,
);

test.each(named)('%s: verifies the strongest signature only', (_, each) => {
  const scheme = schemeOf(each.provider);
  const context = { secrets: each.secrets ?? ['s3cret'], options: {}, now };
  const request = requestOf(each);
  const [strong, weak] = each.signatures(body, each.headers ?? []);
  const verdictWith = (spoilt: string) =>
    scheme.verify(
      parseLazily({
        ...request,
        headers: request.headers.map(([name, value]) =>
          name === spoilt
            ? [name, value.replace(/[0-9a-zA-Z](?=.{3}$)/, (one) => (one === '0' ? '1' : '0'))]
            : [name, value],
        ),
      }),
      context,
    ).result;
  expect(scheme.verify(parseLazily(request), context).result).toBe('valid');
  expect(verdictWith(strong![0]), 'a right weak one beside a wrong strong one').toBe('invalid');
  expect(verdictWith(weak![0]), 'a wrong weak one beside a right strong one').toBe('valid');
});

test.each(named)('%s: signing renews every signature that is there', (_, each) => {
  const scheme = schemeOf(each.provider);
  const context = { secrets: each.secrets ?? ['s3cret'], options: {}, now };
  const changed = body.replace('a.b', 'a.c');
  const signed = scheme.sign!({ ...requestOf(each), body: Buffer.from(changed) }, context);
  for (const [name, value] of each.signatures(changed, signed.headers)) {
    expect([name, fieldOf(signed.headers, name)]).toEqual([name, value]);
  }
  expect(signed.headers).toHaveLength(requestOf(each).headers.length);
});

test('signing renews the signature of each key with that key', () => {
  const scheme = schemeOf('box');
  const dated = ['BOX-DELIVERY-TIMESTAMP', new Date(now).toISOString()] as const;
  const request: SignableRequest = {
    method: 'POST',
    url,
    headers: [
      ['BOX-SIGNATURE-PRIMARY', 'old'],
      ['BOX-SIGNATURE-SECONDARY', 'old'],
      ['BOX-SIGNATURE-VERSION', '1'],
      ['BOX-SIGNATURE-ALGORITHM', 'HmacSHA256'],
      dated,
    ],
    body: Buffer.from(body),
  };
  const signed = scheme.sign!(request, { secrets: ['one', 'two'], options: {}, now });
  const alone = (header: string) => ({
    ...signed,
    headers: signed.headers.filter(
      ([name]) =>
        (!name.startsWith('BOX-SIGNATURE-P') && !name.startsWith('BOX-SIGNATURE-S')) || name === header,
    ),
  });
  const verdict = (header: string, secret: string) =>
    scheme.verify(parseLazily(alone(header)), { secrets: [secret], options: {}, now }).result;
  expect(verdict('BOX-SIGNATURE-PRIMARY', 'one')).toBe('valid');
  expect(verdict('BOX-SIGNATURE-SECONDARY', 'two')).toBe('valid');
  expect(verdict('BOX-SIGNATURE-SECONDARY', 'one')).toBe('invalid');
});

test('signing renews public-key signatures in several headers', () => {
  const scheme = schemeOf('adobe-io-events');
  const request: SignableRequest = {
    method: 'POST',
    url,
    headers: [
      ['x-adobe-digital-signature-1', sign('sha256', Buffer.from('old'), pem).toString('base64')],
      ['x-adobe-digital-signature-2', 'old'],
    ],
    body: Buffer.from(body),
  };
  const signed = scheme.sign!(request, { secrets: [pem], options: {}, now });
  for (const name of ['x-adobe-digital-signature-1', 'x-adobe-digital-signature-2']) {
    const bytes = Buffer.from(fieldOf(signed.headers, name), 'base64');
    expect(verify('sha256', Buffer.from(body), publicPem, bytes)).toBe(true);
  }
});

test.each([
  ['github', ['X-Hub-Signature', `sha1=${mac('sha1', body)}`]],
  ['square', ['x-square-signature', mac('sha1', url + body, 'base64')]],
] as const)('%s: accepts a weak signature alone and renews only that', (name, header) => {
  const scheme = schemeOf(name);
  const context = { secrets: ['s3cret'], options: {}, now };
  const request = { method: 'POST', url, headers: [header], body: Buffer.from(body) };
  expect(scheme.verify(parseLazily(request), context).result).toBe('valid');
  expect(scheme.sign!(request, context).headers).toEqual([header]);
});

test('a valid token does not replace an invalid signature', () => {
  const gitlab = {
    method: 'POST',
    url,
    headers: [
      ['X-Gitlab-Token', 's3cret'],
      ['webhook-id', '1'],
      ['webhook-timestamp', t],
      ['webhook-signature', 'v1,AAAA'],
    ] as const,
    body: Buffer.from(body),
  };
  const buildkite = {
    ...gitlab,
    headers: [
      ['X-Buildkite-Event', 'ping'],
      ['X-Buildkite-Token', 's3cret'],
      ['X-Buildkite-Signature', `timestamp=${t},signature=00`],
    ] as const,
  };
  const context = { secrets: ['s3cret'], options: {}, now };
  expect(schemeOf('gitlab').verify(parseLazily(gitlab), context).result).not.toBe('valid');
  expect(schemeOf('buildkite').verify(parseLazily(buildkite), context).result).toBe('invalid');
});
