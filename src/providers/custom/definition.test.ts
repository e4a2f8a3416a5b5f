import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Provider } from '../core/provider.ts';
import { createProviderIndex } from '../core/provider-index.ts';
import { parseLazily } from '../request/parsed-request.ts';
import { renderFirst } from '../request/template.ts';
import { providerFromDefinition } from './definition.ts';
import { hmacFromOptions } from './hmac-by-options.ts';

const now = 1_767_225_600_000;
const body = Buffer.from('{"kind":"made","n":1}');
const secret = 'a secret';

function parsed(headers: readonly (readonly [string, string])[]) {
  return parseLazily({ method: 'POST', url: 'https://h.example/', headers, body });
}

function codeOf(provider: Provider, headers: readonly (readonly [string, string])[], at = now): string {
  return provider.scheme.verify(parsed(headers), { secrets: [secret], options: {}, now: at }).code;
}

function mac(text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', secret).update(text).digest(encoding);
}

test('detects, classifies and verifies a defined provider', () => {
  const acme = providerFromDefinition({
    name: 'acme',
    detect: [['header:X-Acme', 'json:kind=*']],
    event: '{json:kind}',
    hmac: {
      at: 'header:X-Acme',
      encoding: 'base64',
      envelope: { fields: ';', signature: 's', timestamp: 't' },
      message: '{timestamp}|{body}',
      clock: { unit: 'ms', tolerance: 60 },
    },
  });
  const headers = [['x-acme', `t=${now};s=${mac(`${now}|${body}`, 'base64')}`]] as const;
  expect(createProviderIndex([acme]).detect(parsed(headers))).toBe(acme);
  expect(renderFirst(parsed(headers), acme.event)).toBe('made');
  expect(codeOf(acme, headers)).toBe('valid');
  expect(codeOf(acme, headers, now + 61_000)).toBe('too-old');
  expect(codeOf(acme, [['x-acme', `t=${now};s=${mac(`${now}.${body}`, 'base64')}`]])).toBe('mismatch');
});

test('options describe common uses of HMAC', () => {
  const simple = hmacFromOptions({ header: 'X-Sig' });
  expect(codeOf(simple, [['X-Sig', mac(String(body), 'hex')]])).toBe('valid');
  const dated = hmacFromOptions({
    header: 'X-Sig',
    encoding: 'base64',
    prefix: 'v1=',
    template: 'v1\\n{timestamp}.{body}',
    timestamp: 'X-Time',
    tolerance: '10',
  });
  const t = String(now / 1000);
  const signature = ['X-Sig', `v1=${mac(`v1\n${t}.${body}`, 'base64')}`] as const;
  expect(codeOf(dated, [signature, ['X-Time', t]])).toBe('valid');
  expect(codeOf(dated, [signature])).toBe('malformed');
  expect(codeOf(dated, [signature, ['X-Time', t]], now + 11_000)).toBe('too-old');
});

test.each([
  [{}, 'needs name'],
  [{ name: 'Acme' }, 'lower-case letters'],
  [{ name: 'acme' }, 'needs one of'],
  [{ name: 'acme', basicAuth: true, token: { at: 'header:A' } }, 'needs one of'],
  [{ name: 'acme', hmac: { at: 'X-Acme' } }, 'is not a locator such as header:X-Name: X-Acme'],
  [{ name: 'acme', hmac: { at: 'header:A', encoding: 'rot13' } }, 'encoding is not one of hex'],
  [{ name: 'acme', hmac: { at: 'header:A', mesage: '{body}' } }, 'has an unknown member mesage'],
  [{ name: 'acme', hmac: { at: 'header:A', message: '{boddy}' } }, 'has an invalid locator: {boddy}'],
  [{ name: 'acme', hmac: { at: 'header:A', key: 'utf8' } }, 'is not text, hex, base64'],
  [{ name: 'acme', hmac: { at: 'header:A', clock: { tolerance: '5' } } }, 'is not a number of seconds'],
  [{ name: 'acme', detect: 'X-Acme', basicAuth: true }, 'has an invalid matcher: X-Acme'],
  [{ name: 'acme', event: '{type}', basicAuth: true }, 'has an invalid locator: {type}'],
  [{ name: 'acme', publicKey: { at: 'header:A' } }, 'needs an algorithm'],
  ['acme', 'is not an object'],
])('rejects %j', (definition, message) => {
  expect(() => providerFromDefinition(definition)).toThrow(message);
});

test.each([
  [{}, 'needs the option header'],
  [{ header: 'A', colour: 'red' }, 'has no option colour'],
  [
    { header: 'A', tolerance: 'long' },
    'Invalid options of provider hmac: tolerance is not a number of seconds.',
  ],
  [
    { header: 'A', template: '{bdy}' },
    'Invalid options of provider hmac: template has an invalid locator: {bdy}.',
  ],
  [{ header: 'A', algorithm: 'sha3' }, 'Invalid options of provider hmac: algorithm is not one of sha1, '],
])('rejects the options %j', (options, message) => {
  expect(() => hmacFromOptions(options)).toThrow(message);
});
