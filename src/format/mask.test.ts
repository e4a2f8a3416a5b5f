import { expect, test } from 'vitest';
import type { HeaderList } from '../model/headers.ts';
import { providers } from '../providers/index.ts';
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

test('the words that providers send as proof are masked', () => {
  const masked = (name: string) => maskHeaders([[name, 'abc']])[0]![1] !== 'abc';
  const secrets = providers
    .filter(({ scheme }) => scheme.proofIsSecret)
    .flatMap(({ scheme }) => scheme.proof)
    .filter((place) => /^header:(?!.*(signature|ClientId)$)/i.test(place))
    .map((place) => place.slice('header:'.length));
  expect(secrets.length).toBeGreaterThan(10);
  expect(secrets.filter((name) => !masked(name))).toEqual([]);
  expect(['X-Idempotency-Token', 'X-Author', 'Stripe-Signature'].filter(masked)).toEqual([]);
});
