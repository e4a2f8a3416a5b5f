import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HeaderList } from '../../model/headers.ts';
import type { Provider } from '../core/provider.ts';
import { parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { hmac } from '../schemes/hmac.ts';
import { github } from '../vendors/github.ts';
import { stripe } from '../vendors/stripe.ts';
import { diagnose } from './diagnose.ts';

const secret = "It's a Secret to Everybody";
const sent = '{"b":1,"a":"https://example.com/ü?x=<1>","n":[1,2]}';
const now = 1_790_000_000_000;

function arrived(
  body: string | Uint8Array,
  headers: HeaderList,
  url = 'https://example.com/hooks',
): SignableRequest {
  return { method: 'POST', url, headers, body: Buffer.from(body as string) };
}

function githubSignature(signed: string | Uint8Array, key = secret): HeaderList {
  const mac = createHmac('sha256', key).update(signed).digest('hex');
  return [['X-Hub-Signature-256', `sha256=${mac}`]];
}

function causeOf(
  provider: Provider,
  request: SignableRequest,
  secrets: readonly string[] = [secret],
  at = now,
) {
  const context = { secrets, options: {}, now: at };
  const verdict = provider.scheme.verify(parseLazily(request), context);
  expect(verdict.result).not.toBe('valid');
  const otherSecrets = new Map([['slack', ['the secret of slack']]]);
  return diagnose({ provider, request, context, otherSecrets }, verdict)?.cause;
}

const compact = JSON.stringify(JSON.parse(sent));

describe('names a change of the body after signing', () => {
  test.each([
    ['newline-added', `${sent}\n`, sent],
    ['newline-added', `${sent}\r\n`, sent],
    ['newline-lost', sent, `${sent}\n`],
    ['crlf-added', '{\r\n"a": 1}', '{\n"a": 1}'],
    ['crlf-lost', '{\n"a": 1}', '{\r\n"a": 1}'],
    ['bom-added', `\ufeff${sent}`, sent],
    ['compressed', gzipSync(sent), sent],
    ['decompressed', sent, gzipSync(sent)],
    ['charset', Buffer.from(Buffer.from(sent).toString('latin1')), sent],
    ['re-serialised', JSON.stringify(JSON.parse(sent), null, 2), compact],
    ['re-serialised', compact, JSON.stringify(JSON.parse(sent), null, 4)],
    ['re-serialised', compact, '{"b": 1, "a": "https://example.com/\\u00fc?x=<1>", "n": [1, 2]}'],
    ['re-serialised', compact, compact.replaceAll('/', '\\/').replace('ü', '\\u00fc')],
    ['re-serialised', compact, '{"a":"https://example.com/ü?x=<1>","b":1,"n":[1,2]}'],
    ['re-serialised', compact, compact.replace('<', '\\u003c').replace('>', '\\u003e')],
    ['form-decoded', `payload=${encodeURIComponent(sent)}`, sent],
  ])('%s', (cause, body, signed) => {
    expect(causeOf(github, arrived(body, githubSignature(signed)))).toBe(cause);
  });
});

test('survives a body nested deeper than the stack', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(causeOf(github, arrived(deep, githubSignature('another')))).toBeUndefined();
  expect(causeOf(github, arrived(`${deep}\n`, githubSignature(deep)))).toBe('newline-added');
});

describe('names a mistake in the secret', () => {
  test.each([
    ['secret-space', ` ${secret}\n`],
    ['secret-space', `"${secret}"`],
    ['secret-encoding', Buffer.from(secret).toString('base64')],
    ['secret-encoding', Buffer.from(secret).toString('hex')],
    ['secret-prefix', `whsec_${secret}`],
  ])('%s', (cause, given) => {
    expect(causeOf(github, arrived(sent, githubSignature(sent)), [given])).toBe(cause);
  });

  test('a missing prefix', () => {
    const t = now / 1000;
    const mac = createHmac('sha256', 'whsec_abc').update(`${t}.${sent}`).digest('hex');
    const request = arrived(sent, [['Stripe-Signature', `t=${t},v1=${mac}`]]);
    expect(causeOf(stripe, request, ['abc'])).toBe('secret-prefix-missing');
  });

  test('the secret of another provider', () => {
    const request = arrived(sent, githubSignature(sent, 'the secret of slack'));
    expect(causeOf(github, request)).toBe('another-secret');
  });
});

describe('names another signed URL', () => {
  const provider: Provider = {
    ...github,
    scheme: hmac({ at: 'header:X-Signature', encoding: 'hex', message: '{url}{body}' }),
  };
  test.each([
    ['url-scheme', 'http://example.com/hooks', 'https://example.com/hooks'],
    ['url-port', 'https://example.com:8443/hooks', 'https://example.com/hooks'],
    ['url-slash', 'https://example.com/hooks', 'https://example.com/hooks/'],
    ['url-host', 'https://calm-fox.example/hooks', 'https://shop.example/hooks'],
    ['url-query', 'https://example.com/hooks?x=1', 'https://example.com/hooks'],
  ])('%s', (cause, called, signed) => {
    const mac = createHmac('sha256', secret).update(signed).update(sent).digest('hex');
    const headers: HeaderList = [
      ['X-Forwarded-Host', 'shop.example'],
      ['X-Signature', mac],
    ];
    expect(causeOf(provider, arrived(sent, headers, called))).toBe(cause);
  });
});

test('reports a valid signature with an old or future timestamp', () => {
  const t = now / 1000;
  const mac = createHmac('sha256', secret).update(`${t}.${sent}`).digest('hex');
  const request = arrived(sent, [['Stripe-Signature', `t=${t},v1=${mac}`]]);
  expect(causeOf(stripe, request, [secret], now + 3_600_000)).toBe('old-timestamp');
});

test('gives no diagnosis for a wrong secret or a changed body', () => {
  expect(causeOf(github, arrived(sent, githubSignature(sent)), ['wrong'])).toBeUndefined();
  expect(causeOf(github, arrived(sent.replace('1', '2'), githubSignature(sent)))).toBeUndefined();
  expect(causeOf(github, arrived('not json', githubSignature('something else')))).toBeUndefined();
});
