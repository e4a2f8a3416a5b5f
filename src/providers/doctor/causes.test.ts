import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HeaderList } from '../../model/headers.ts';
import type { Provider } from '../core/provider.ts';
import { hmacByOptions } from '../custom/hmac-by-options.ts';
import { providers } from '../index.ts';
import { parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { github } from '../vendors/github.ts';
import { diagnose } from './diagnose.ts';

const secret = 's3cret';
const named = (name: string) => providers.find((each) => each.name === name)!;

function diagnosisOf(
  provider: Provider,
  request: Partial<SignableRequest>,
  {
    secrets = [secret],
    options = {},
  }: { secrets?: readonly string[]; options?: Readonly<Record<string, string>> } = {},
) {
  const whole = {
    method: 'POST',
    url: 'https://example.com/',
    headers: [],
    body: Buffer.from('{}'),
    ...request,
  };
  const context = { secrets, options, now: 0 };
  const verdict = provider.scheme.verify(parseLazily(whole), context);
  expect(verdict.result).not.toBe('valid');
  return diagnose({ provider, request: whole, context }, verdict);
}

const hub = (signed: string, key = secret): HeaderList => [
  ['X-Hub-Signature-256', `sha256=${createHmac('sha256', key).update(signed).digest('hex')}`],
];

describe('detects conversion between forms and JSON', () => {
  const json = '{"a":{"b":"x y/é"},"n":1,"list":[1,2]}';
  const form = new URLSearchParams({ payload: json }).toString();
  const cases: Readonly<Record<string, readonly [arrived: string, signed: string, cause: string]>> = {
    'a form of which the field is signed': [form, json, 'form-decoded'],
    'its field in another layout': [form, JSON.stringify(JSON.parse(json), null, 2), 'form-decoded'],
    'a form with more fields': [`x=1&${form}`, json, 'form-decoded'],
    'another field': [new URLSearchParams({ data: json }).toString(), json, 'form-decoded'],
    'JSON that came out of a form': [json, form, 'form-to-json'],
    'JSON that came out of a form with %20': [json, form.replaceAll('+', '%20'), 'form-to-json'],
    'JSON that came out of a form in lower case': [
      json,
      form.replace(/%../g, (code) => code.toLowerCase()),
      'form-to-json',
    ],
    'JSON of the fields of a form': ['{"a":"1","b":"x y"}', 'a=1&b=x+y', 'form-to-json'],
    'JSON of the fields of a form, typed': ['{"a":1,"b":true}', 'a=1&b=true', 'form-to-json'],
    'JSON of fields with brackets': ['{"a":{"b":"c"},"l":[1]}', 'a%5Bb%5D=c&l%5B0%5D=1', 'form-to-json'],
    'JSON of fields with bare brackets': ['{"a":{"b":"c d"}}', 'a[b]=c%20d', 'form-to-json'],
    'a form of the members of JSON': ['a=1&b=x+y', '{"a":"1","b":"x y"}', 'json-to-form'],
    'a form of the members of JSON, typed': ['a=1&b=true', '{"a":1,"b":true}', 'json-to-form'],
    'a form of the members of spaced JSON': ['a=1&b=x', '{"a": "1", "b": "x"}', 'json-to-form'],
    'a form with + for %20': ['a=x+y', 'a=x%20y', 'form-re-encoded'],
    'a form in another case': ['a=%2f', 'a=%2F', 'form-re-encoded'],
  };
  test.each(Object.entries(cases))('%s', (_, [arrived, signed, cause]) => {
    const typed = arrived.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
    const headers = [...hub(signed), ['Content-Type', typed] as const];
    expect(diagnosisOf(github, { headers, body: Buffer.from(arrived) })?.cause).toBe(cause);
    expect(
      diagnosisOf(github, { headers, body: Buffer.from(arrived) }, { secrets: ['wrong'] }),
    ).toBeUndefined();
  });
});

describe('--provider hmac', () => {
  const body = '{"a":1}';
  const mac = (
    algorithm: string,
    text: string,
    encoding: 'hex' | 'base64' | 'base64url',
    key: string | Buffer = secret,
  ) => createHmac(algorithm, key).update(text).digest(encoding);
  const cases: Readonly<
    Record<string, readonly [value: string, message: RegExp, options?: Readonly<Record<string, string>>]>
  > = {
    base64: [mac('sha256', body, 'base64'), /encoding=base64/],
    base64url: [mac('sha256', body, 'base64url'), /encoding=base64url/],
    hex: [mac('sha256', body, 'hex'), /encoding=hex/, { encoding: 'base64' }],
    'sha256=': [`sha256=${mac('sha256', body, 'hex')}`, /prefix=sha256=/],
    'sha256= and base64': [`sha256=${mac('sha256', body, 'base64')}`, /encoding=base64.*prefix=sha256=/],
    'SHA-1': [mac('sha1', body, 'hex'), /algorithm=sha1/],
    'sha1=': [`sha1=${mac('sha1', body, 'hex')}`, /algorithm=sha1.*prefix=sha1=/],
    'SHA-512': [mac('sha512', body, 'hex'), /algorithm=sha512/],
    'SHA-512 and base64': [mac('sha512', body, 'base64'), /algorithm=sha512.*encoding=base64/],
    'a prefix that is not there': [mac('sha256', body, 'hex'), /prefix=/, { prefix: 'v1=' }],
    't=,v1=': [`t=1767225600,v1=${mac('sha256', `1767225600.${body}`, 'hex')}`, /name=value pairs/],
    'ts=;h1=': [`ts=1767225600;h1=${mac('sha256', `1767225600:${body}`, 'hex')}`, /name=value pairs/],
    'a timestamp in a header': [
      mac('sha256', `1767225600.${body}`, 'hex'),
      /template=\{timestamp\}\.\{body\}/,
      { timestamp: 'X-T' },
    ],
    'a key of base64': [mac('sha256', body, 'hex', Buffer.from(secret, 'base64')), /key=base64 after whsec_/],
  };
  test.each(Object.entries(cases))('%s', (_, [value, message, options = {}]) => {
    const headers: HeaderList = [
      ['X-Sig', value],
      ['X-T', '1767225600'],
    ];
    const given = { ...options, header: 'X-Sig' };
    const request = { headers, body: Buffer.from(body) };
    const diagnosis = diagnosisOf(hmacByOptions, request, { options: given });
    expect(diagnosis?.cause).toBe('hmac-options');
    expect(diagnosis?.message).toMatch(message);
    expect(diagnosisOf(hmacByOptions, request, { options: given, secrets: ['wrong'] })).toBeUndefined();
  });
});

describe('recognises credentials that are not signing secrets', () => {
  const cases: Readonly<Record<string, readonly [given: string, cause: string | undefined]>> = {
    'a secret key of Stripe': ['sk_live_51H', 'no-signing-secret'],
    'a restricted key of Stripe': ['rk_test_51H', 'no-signing-secret'],
    'a Shopify access token': ['shpat_0123456789abcdef', 'no-signing-secret'],
    'a GitHub access token': ['ghp_abc', 'no-signing-secret'],
    'a Slack token': ['xoxb-1-2', 'no-signing-secret'],
    'an API key as NAME=value': ['STRIPE_KEY=sk_test_1', 'no-signing-secret'],
    'NAME=value': [`WEBHOOK_SECRET=${secret}`, 'secret-assignment'],
    'export NAME="value"': [`export WEBHOOK_SECRET="${secret}"`, 'secret-assignment'],
    'NAME = value;': [`secret = '${secret}';`, 'secret-assignment'],
    'a zero-width space': [`${secret}\u200b`, 'secret-invisible'],
    'a byte order mark': [`\ufeff${secret}`, 'secret-invisible'],
    'a mark of direction inside': [`s3\u200ecret`, 'secret-invisible'],
    'a soft hyphen and a newline': [`s3\u00adcret\n`, 'secret-invisible'],
    'any other secret': ['another', undefined],
    'any other NAME=value': ['A=another', undefined],
  };
  test.each(Object.entries(cases))('%s', (_, [given, cause]) => {
    const diagnosis = diagnosisOf(github, { headers: hub('{}') }, { secrets: [given] });
    expect(diagnosis?.cause).toBe(cause);
    expect(JSON.stringify(diagnosis ?? {})).not.toContain(given);
  });

  test('gives no diagnosis if another secret looks right', () => {
    expect(
      diagnosisOf(github, { headers: hub('{}') }, { secrets: ['sk_live_1', 'another'] }),
    ).toBeUndefined();
  });
});

describe('names the signed URL and its difference', () => {
  const cases: Readonly<
    Record<string, readonly [called: string, signed: string, cause: string, description: string]>
  > = {
    credentials: [
      'https://u:p@example.com/x',
      'https://example.com/x',
      'url-credentials',
      'without user and password',
    ],
    'a user alone': [
      'https://u@example.com/x',
      'https://example.com/x',
      'url-credentials',
      'without user and password',
    ],
    'upper case in the host': [
      'https://Example.COM/x',
      'https://example.com/x',
      'url-case',
      'lower-case host',
    ],
    'upper case in the scheme': [
      'HTTPS://example.com/x',
      'https://example.com/x',
      'url-case',
      'lower-case scheme',
    ],
    'a path beyond ASCII': [
      'https://example.com/caf\u00c3\u00a9',
      'https://example.com/caf%C3%A9',
      'url-encoding',
      'path percent-encoded',
    ],
    'a path as characters': [
      'https://example.com/日本',
      'https://example.com/%E6%97%A5%E6%9C%AC',
      'url-encoding',
      'path percent-encoded',
    ],
    'a path that was encoded': [
      'https://example.com/%E6%97%A5',
      'https://example.com/日',
      'url-encoding',
      'path decoded',
    ],
    'lower case codes': [
      'https://example.com/%2f?a=%c3',
      'https://example.com/%2f?a=%C3',
      'url-encoding',
      'query with %XX in upper case',
    ],
    'a query with +': [
      'https://example.com/?a=b+c',
      'https://example.com/?a=b%20c',
      'url-encoding',
      'query with %20 for +',
    ],
    'a host beyond ASCII': [
      'https://bücher.example/x',
      'https://xn--bcher-kva.example/x',
      'url-encoding',
      'ASCII host',
    ],
    'credentials and a port': [
      'https://u:p@example.com:8443/x',
      'https://example.com/x',
      'url-credentials',
      'without user and password and another port',
    ],
    'the scheme and a slash': [
      'http://example.com/x/',
      'https://example.com/x',
      'url-scheme',
      'another scheme and without a trailing slash',
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [called, signed, cause, description]) => {
    const square = named('square');
    const mac = createHmac('sha256', secret).update(`${signed}{}`).digest('base64');
    const diagnosis = diagnosisOf(square, { url: called, headers: [['x-square-hmacsha256-signature', mac]] });
    expect(diagnosis).toMatchObject({ cause, message: `The signed URL is ${signed}: ${description}.` });
  });
});

test('survives large and deeply nested bodies', () => {
  const large = JSON.stringify(
    Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`k${index}`, 1])),
  );
  expect(
    diagnosisOf(github, { headers: hub('x'), body: Buffer.from(large) }, { secrets: ['wrong'] }),
  ).toBeUndefined();
  const pairs = Array.from({ length: 50_000 }, (_, index) => `k${index}=1`).join('&');
  expect(
    diagnosisOf(github, { headers: hub('x'), body: Buffer.from(pairs) }, { secrets: ['wrong'] }),
  ).toBeUndefined();
}, 60_000);
