import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseLazily } from '../request/parsed-request.ts';
import { hmacByOptions } from './hmac-by-options.ts';

test('verifies by options and names the missing one', () => {
  const body = Buffer.from('{"id":"1"}');
  const request = { method: 'POST', url: 'https://example.test/', headers: [], body };
  const mac = createHmac('sha1', 's').update(body).digest('base64');
  const options = { header: 'X-Sig', algorithm: 'sha1', encoding: 'base64', prefix: 'v1:' };
  const context = { secrets: ['s'], options, now: 0 };
  const signed = hmacByOptions.scheme.sign!(request, context);
  expect(signed.headers).toEqual([['X-Sig', `v1:${mac}`]]);
  const parsed = parseLazily(signed);
  expect(hmacByOptions.scheme.verify(parsed, context).result).toBe('valid');
  expect(hmacByOptions.scheme.verify(parsed, { ...context, secrets: ['x'] }).result).toBe('invalid');
  expect(hmacByOptions.scheme.verify(parsed, { ...context, options: {} }).code).toBe('no-option');
  expect(() => hmacByOptions.scheme.checkOptions!({ header: 'X', algorithm: 'sha3' })).toThrow(/algorithm/);
});
