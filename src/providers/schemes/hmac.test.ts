import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseLazily } from '../request/parsed-request.ts';
import { stripe } from '../vendors/stripe.ts';

const secret = 'whsec_test';
const now = 1_700_000_000_000;
const body = Buffer.from('{"id":"evt_1","type":"charge.succeeded"}');

function stripeRequest(headers: readonly (readonly [string, string])[], bytes: Uint8Array = body) {
  return parseLazily({ method: 'POST', url: 'https://example.test/', headers, body: bytes });
}

function signature(t: number, key = secret): string {
  return createHmac('sha256', key).update(`${t}.`).update(body).digest('hex');
}

const context = { secrets: [secret], options: {}, now };
const t = now / 1000;

test('accepts one matching signature for one of several secrets', () => {
  const header = `t=${t},v1=${signature(t, 'old')},v1=${signature(t)},v0=0`;
  const verdict = stripe.scheme.verify(stripeRequest([['stripe-signature', header]]), {
    ...context,
    secrets: ['another', secret],
  });
  expect(verdict).toMatchObject({ result: 'valid', secretIndex: 1 });
});

test('gives each kind of failure its own code', () => {
  const verify = (headers: readonly (readonly [string, string])[], change = {}) =>
    stripe.scheme.verify(stripeRequest(headers), { ...context, ...change }).code;
  const right = ['Stripe-Signature', `t=${t},v1=${signature(t)}`] as const;
  expect(verify([right])).toBe('valid');
  expect(verify([right], { secrets: [] })).toBe('no-secret');
  expect(verify([right], { secrets: ['other'] })).toBe('mismatch');
  expect(verify([right, right])).toBe('duplicate-signature');
  expect(verify([])).toBe('no-signature');
  expect(verify([['Stripe-Signature', 'nonsense']])).toBe('malformed');
  expect(verify([['Stripe-Signature', `v1=${signature(t)}`]])).toBe('malformed');
  expect(verify([right], { now: now + 301_000 })).toBe('too-old');
});

test('a signed request is valid and keeps its other parts', () => {
  const request = {
    method: 'POST',
    url: 'https://example.test/',
    headers: [
      ['A', '1'],
      ['stripe-signature', 'old'],
      ['B', '2'],
    ] as const,
    body,
  };
  const signed = stripe.scheme.sign!(request, context);
  expect(signed.headers.map(([name]) => name)).toEqual(['A', 'stripe-signature', 'B']);
  expect(stripe.scheme.verify(parseLazily(signed), context).result).toBe('valid');
});
