import { expect, test } from 'vitest';
import type { HeaderList } from '../model/headers.ts';
import { secretHeaders } from '../providers/core/secret-headers.ts';
import { providers } from '../providers/index.ts';
import { providerSetWith } from '../providers/provider-set.ts';
import { maskHeaders, maskSecrets } from './mask.ts';

const headers: HeaderList = [
  ['Host', 'localhost'],
  ['authorization', 'Bearer sk_live_1234'],
  ['Proxy-Authorization', 'my-own-secret with a space'],
  ['Cookie', 'sid=abc; theme=dark'],
  ['set-cookie', 'sid=abc; HttpOnly'],
  ['X-API-Key', 'k'],
  ['X-Note', 'signed with whsec_42 twice: whsec_42'],
];

test('values of credential fields show at most a known scheme', () => {
  expect(maskHeaders(headers)).toEqual([
    ['Host', 'localhost'],
    ['authorization', 'Bearer ••••'],
    ['Proxy-Authorization', '••••'],
    ['Cookie', '••••'],
    ['set-cookie', '••••'],
    ['X-API-Key', '••••'],
    ['X-Note', 'signed with whsec_42 twice: whsec_42'],
  ]);
});

test('configured secrets are masked wherever they occur', () => {
  expect(maskHeaders(headers, { secrets: ['whsec_42', ''] }).at(-1)).toEqual([
    'X-Note',
    'signed with •••• twice: ••••',
  ]);
  expect(maskSecrets('x'.concat(Buffer.from('gehéim').toString('latin1')), { secrets: ['gehéim'] })).toBe(
    'x••••',
  );
});

test('everything is shown when the user asks for it', () => {
  expect(maskHeaders(headers, { showSecrets: true, secrets: ['whsec_42'] })).toEqual(headers);
});

test('masks the shared secrets that providers send', () => {
  const masked = (name: string) => maskHeaders([[name, 'abc']])[0]![1] !== 'abc';
  const secrets = [...secretHeaders(providers)];
  expect(secrets.length).toBeGreaterThan(10);
  expect(secrets.filter((name) => !masked(name))).toEqual([]);
  expect(['X-Idempotency-Token', 'X-Author', 'Stripe-Signature'].filter(masked)).toEqual([]);
});

test('masks the secret header of a user-defined provider', () => {
  const { custom: own } = providerSetWith([{ name: 'acme', token: { at: 'header:X-Acme-Word' } }]);
  const fields: HeaderList = [['x-acme-word', 'abc']];
  expect(maskHeaders(fields)).toEqual(fields);
  expect(maskHeaders(fields, { secretHeaders: secretHeaders(own) })).toEqual([['x-acme-word', '••••']]);
});

test.each([
  ['as it is', 'a pa"ss/wörd b', 'a •••• b'],
  ['as JSON writes it', '{"a":"pa\\"ss/wörd"}', '{"a":"••••"}'],
  ['as PHP writes JSON', '{"a":"pa\\"ss\\/wörd"}', '{"a":"••••"}'],
  ['in a URL', '?a=pa%22ss%2Fw%C3%B6rd', '?a=••••'],
  ['as latin1', Buffer.from('pa"ss/wörd').toString('latin1'), '••••'],
])('a secret is masked %s', (_, text, expected) => {
  expect(maskSecrets(text, { secrets: ['pa"ss/wörd'] })).toBe(expected);
});

test('masks a secret that contains another one completely', () => {
  expect(maskSecrets('whsec_abcdef', { secrets: ['whsec_abc', 'whsec_abcdef'] })).toBe('••••');
});
