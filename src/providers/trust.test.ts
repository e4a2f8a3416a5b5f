import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signedJwt } from '../../test/providers/jwt-cases.ts';
import { pem, testKeys } from '../../test/providers/signed-fact.ts';
import { specialCases } from '../../test/providers/special-cases.ts';
import type { SchemeContext } from './core/scheme.ts';
import { providers } from './index.ts';
import { parseLazily, type SignableRequest } from './request/parsed-request.ts';
import { parsePublicKeys } from './signature/public-key.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const byName = new Map(providers.map((provider) => [provider.name, provider]));

function verdict(name: string, request: SignableRequest, context: Partial<SchemeContext> = {}) {
  const { scheme } = byName.get(name)!;
  return scheme.verify(parseLazily(request), { secrets: [], options: {}, now, ...context });
}

function fetchable(name: string, request: SignableRequest, options: SchemeContext['options'] = {}) {
  return byName.get(name)!.scheme.fetchable?.(parseLazily(request), options);
}

function post(body: string, headers: SignableRequest['headers'] = []): SignableRequest {
  return { method: 'POST', url: 'https://h.example/in', headers, body: Buffer.from(body) };
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token does not choose its algorithm', () => {
  const body = '{"webhook_type":"A","webhook_code":"B"}';
  const publicKey = pem(testKeys.ec().publicKey);
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: now / 1000 })}`;
  const forged = `${text}.${createHmac('sha256', publicKey).update(text).digest('base64url')}`;
  const none = `${part({ alg: 'none' })}.${part({ iat: now / 1000 })}.x`;
  for (const token of [forged, none]) {
    const request = post(body, [['Plaid-Verification', token]]);
    expect(verdict('plaid', request, { secrets: [publicKey] })).toMatchObject({
      result: 'invalid',
      code: 'malformed',
    });
  }
});

test('never uses a public key as a shared secret', () => {
  const publicKey = pem(testKeys.rsa().publicKey);
  const request = post('{}', [['X-FusionAuth-Signature-JWT', signedJwt('HS256', {}, publicKey)]]);
  expect(verdict('fusionauth', request, { secrets: [publicKey] }).result).toBe('unchecked');
});

test('compares time, issuer, URL and body of a token with the request', () => {
  const secret = 'a shared secret';
  const call = (claims: object, name = 'upstash-qstash', header = 'Upstash-Signature') =>
    verdict(name, post('', [[header, signedJwt('HS256', claims, secret)]]), { secrets: [secret] });
  const seconds = now / 1000;
  const good = { iss: 'Upstash', sub: 'https://h.example/in', iat: seconds, exp: seconds + 60 };
  expect(call(good).code).toBe('valid');
  expect(call({ ...good, iss: 'Other' }).code).toBe('mismatch');
  expect(call({ ...good, sub: 'https://other.example/' }).code).toBe('mismatch');
  expect(call({ ...good, exp: seconds - 1 }).code).toBe('too-old');
  expect(call({ ...good, nbf: seconds + 60 }).code).toBe('in-the-future');
  expect(call({ ...good, body: 'AAAA' }).code).toBe('mismatch');
});

test('fetches certificates only from Amazon and PayPal', () => {
  const sns = (url: string) =>
    post(JSON.stringify({ Type: 'Notification', Signature: 'AA==', SigningCertURL: url }));
  const own = 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-abc.pem';
  expect(fetchable('aws-sns', sns(own))).toEqual({ url: own, option: 'keys' });
  expect(verdict('aws-sns', sns(own))).toMatchObject({ result: 'unchecked', code: 'needs-network' });
  for (const url of [
    'http://sns.us-west-2.amazonaws.com/a.pem',
    'https://sns.us-west-2.amazonaws.com/a.txt',
    'https://sns.evil.example/a.pem',
    'https://evil.example/sns.us-west-2.amazonaws.com/a.pem',
    'https://sns.us-west-2.amazonaws.com.evil.example/a.pem',
    'https://s3.us-west-2.amazonaws.com/sns/a.pem',
    'https://sns.us-west-2.amazonaws.com:444/a.pem',
  ]) {
    expect(fetchable('aws-sns', sns(url))).toBeUndefined();
    expect(verdict('aws-sns', sns(url), { secrets: [pem(testKeys.rsa().publicKey)] }).code).toBe('malformed');
  }
  const paypal = (url: string) =>
    post('{}', [
      ['PAYPAL-TRANSMISSION-SIG', 'AA=='],
      ['PAYPAL-TRANSMISSION-TIME', '2026-03-01T12:00:00Z'],
      ['PAYPAL-CERT-URL', url],
    ]);
  const options = { webhookId: 'WH-1' };
  expect(verdict('paypal', paypal('https://api.paypal.com/certs/1'), { options }).code).toBe('needs-network');
  expect(verdict('paypal', paypal('https://api.paypal.com/certs/1')).code).toBe('no-option');
  for (const url of [
    'https://paypal.com.evil.example/1',
    'http://api.paypal.com/1',
    'https://evilpaypal.com/1',
    'https://shop.paypal.com/1',
    'https://paypal.com/1',
    'https://api.paypal.com@evil.example/1',
    'https://user@api.paypal.com/1',
    'https://api.paypal.com:444/1',
    'x',
  ]) {
    expect([url, fetchable('paypal', paypal(url))]).toEqual([url, undefined]);
    expect(verdict('paypal', paypal(url), { options }).code).toBe('malformed');
  }
});

/** All hosts that keys are fetched from. */
const keyHosts =
  /^(sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|api(-m)?(\.sandbox)?\.paypal\.com|webhooks\.truelayer(-sandbox)?\.com|api\.shipengine\.com|rest\.alpha\.fal\.ai|api\.kick\.com|keys\.fireblocks\.io|www\.googleapis\.com|developer\.constantcontact\.com|static\.adobeioevents\.com)$/;

test('no request chooses the host of a fetch', () => {
  const evil = 'https://evil.example/keys.pem';
  const claims = { iss: evil, jku: evil, x5u: evil, kid: evil, aud: evil, alg: 'RS256' };
  const token = `${part(claims)}.${part(claims)}.AA`;
  const fields = ['iss', 'jku', 'x5u', 'SigningCertURL', 'SubscribeURL', 'cert_url', 'keys', 'url'];
  let fetching = 0;
  for (const { name, scheme } of providers) {
    if (!scheme.fetchable) continue;
    for (const value of [evil, token, `Bearer ${token}`, `${part(claims)}..AA`, '/../@evil.example/k.pem']) {
      const headers = [
        ...scheme.signatureAt
          .filter((locator) => locator.startsWith('header:'))
          .map((locator) => locator.slice(7)),
        'PAYPAL-CERT-URL',
        'x-adobe-public-key1-path',
        'Tl-Signature',
        'Authorization',
      ].map((each) => [each, value] as const);
      const json = JSON.stringify(Object.fromEntries(fields.map((field) => [field, value])));
      for (const body of [json, token]) {
        const found = scheme.fetchable(parseLazily(post(body, headers)), {});
        if (!found) continue;
        fetching++;
        const { hostname, protocol, port } = new URL(found.url);
        expect([name, hostname, protocol, port]).toEqual([
          name,
          expect.stringMatching(keyHosts),
          'https:',
          '',
        ]);
      }
    }
  }
  expect(fetching).toBeGreaterThan(0);
});

test('verifies with a fetched certificate, without a secret index', () => {
  const sns = specialCases.find(({ name }) => name === 'aws-sns')!;
  const options = { keys: sns.secret };
  expect(verdict('aws-sns', sns.signed(now), { options })).toMatchObject({
    result: 'valid',
    secretIndex: undefined,
  });
  expect(verdict('aws-sns', sns.signed(now), { options: { keys: sns.otherSecret } }).code).toBe('mismatch');
});

test('fetches keys named by a request only from the vendor', () => {
  const head = (jku: string) => part({ alg: 'ES512', jku });
  const truelayer = (jku: string) => post('{}', [['Tl-Signature', `${head(jku)}..AA`]]);
  const own = 'https://webhooks.truelayer.com/.well-known/jwks';
  expect(fetchable('truelayer', truelayer(own))?.url).toBe(own);
  expect(fetchable('truelayer', truelayer('https://evil.example/.well-known/jwks'))).toBeUndefined();

  // The keys come from the configured host, not from one that the token names.
  const kinde = (iss: string, header: Record<string, unknown> = {}) =>
    post(`${part({ alg: 'RS256', ...header })}.${part({ iss })}.AA`, [['Content-Type', 'application/jwt']]);
  const jwks = 'https://acme.kinde.com/.well-known/jwks.json';
  for (const request of [
    kinde('https://acme.kinde.com'),
    kinde('https://another-customer.kinde.com'),
    kinde('https://evil.example'),
    kinde('https://acme.kinde.com.evil.example'),
    kinde('', { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x5u' }),
  ]) {
    expect(fetchable('kinde', request)).toBeUndefined();
    expect(verdict('kinde', request).code).toBe('no-option');
    for (const domain of ['acme.kinde.com', 'https://acme.kinde.com', 'ACME.kinde.com/']) {
      expect(fetchable('kinde', request, { domain })?.url).toBe(jwks);
    }
    for (const domain of [
      '',
      'acme',
      'acme.kinde.com@evil.example',
      'acme.kinde.com/../x',
      '127.0.0.1',
      'a.b:80',
    ]) {
      expect([domain, fetchable('kinde', request, { domain })]).toEqual([domain, undefined]);
      expect(() => byName.get('kinde')!.scheme.checkOptions?.({ domain })).toThrow(/is not a host name/);
    }
  }

  const adobe = (path: string) =>
    post('{}', [
      ['x-adobe-digital-signature-1', 'AA'],
      ['x-adobe-public-key1-path', path],
    ]);
  expect(fetchable('adobe-io-events', adobe('/prod/keys/pub-key-1.pem'))?.url).toBe(
    'https://static.adobeioevents.com/prod/keys/pub-key-1.pem',
  );
  expect(fetchable('adobe-io-events', adobe('@evil.example/a.pem'))).toBeUndefined();
  expect(fetchable('adobe-io-events', adobe('/../a.pem'))).toBeUndefined();
  expect(fetchable('shipengine', post('{}'))?.url).toBe('https://api.shipengine.com/jwks');
});

test('uses the key of a set with the right id, if there is one', () => {
  const jwk = (pair: ReturnType<typeof testKeys.rsa>, kid: string) => ({
    ...pair.publicKey.export({ format: 'jwk' }),
    kid,
  });
  const set = JSON.stringify({ keys: [jwk(testKeys.rsa(), 'one'), jwk(testKeys.otherRsa(), 'two')] });
  expect(parsePublicKeys(set, 'two').map((key) => key.equals(testKeys.otherRsa().publicKey))).toEqual([true]);
  expect(parsePublicKeys(set, 'three')).toHaveLength(2);
  const named = JSON.stringify({ one: pem(testKeys.rsa().publicKey) });
  expect(parsePublicKeys(named, 'one')).toHaveLength(1);
  const two = pem(testKeys.rsa().publicKey) + pem(testKeys.otherRsa().publicKey);
  expect(parsePublicKeys(two)).toHaveLength(2);
  expect(parsePublicKeys('nonsense')).toEqual([]);
});

test('no input makes a provider throw', () => {
  const odd = [
    '',
    ' ',
    '=',
    '==,;=',
    'Bearer',
    'Basic %',
    'a.b.c',
    '..',
    '{',
    'v1,',
    't=,v1=',
    'hmac;1',
    '\u00ff\u0000',
    'ey',
  ];
  const bodies = [
    '',
    '{',
    '[]',
    '[null]',
    '{"__proto__":1}',
    '{"a":[]}',
    '\u0000',
    'a=%zz',
    '{"Signature":1,"Type":[]}',
  ];
  const types = [
    '',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=x',
  ];
  for (const provider of providers) {
    for (const [index, value] of odd.entries()) {
      const headers = provider.scheme.signatureAt
        .concat(['header:webhook-id', 'header:x-timestamp'])
        .filter((locator) => locator.startsWith('header:'))
        .map((locator) => [locator.slice('header:'.length), value] as const);
      const request: SignableRequest = {
        method: 'POST',
        url: index % 3 === 0 ? 'not an address' : 'https://h.example/?sig=x',
        headers: [['Content-Type', types[index % types.length]!], ...headers],
        body: Buffer.from(bodies[index % bodies.length]!),
      };
      const parsed = parseLazily(request);
      for (const secrets of [[], ['x'], [pem(testKeys.rsa().publicKey)]]) {
        const context = { secrets, options: { webhookId: 'w', keys: '{' }, now };
        expect([provider.name, value, provider.scheme.verify(parsed, context).result]).not.toContain('valid');
        provider.handshake?.reply(parsed, context);
        provider.scheme.fetchable?.(parsed, context.options);
        provider.scheme.signedAt?.(parsed);
      }
    }
  }
});
