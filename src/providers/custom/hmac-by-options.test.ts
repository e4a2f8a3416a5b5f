import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { readingOf } from '../request/parsed-request.ts';
import { anyHmac } from './hmac-by-options.ts';

test('options alone describe it, and without them it says which it needs', () => {
  const body = Buffer.from('{"id":"1"}');
  const request = { method: 'POST', url: 'https://example.test/', headers: [], body };
  const mac = createHmac('sha1', 's').update(body).digest('base64');
  const options = { header: 'X-Sig', algorithm: 'sha1', encoding: 'base64', prefix: 'v1:' };
  const context = { secrets: ['s'], options, now: 0 };
  const signed = anyHmac.scheme.sign!(request, context);
  expect(signed.headers).toEqual([['X-Sig', `v1:${mac}`]]);
  const reading = readingOf(signed);
  expect(anyHmac.scheme.verify(reading, context).result).toBe('valid');
  expect(anyHmac.scheme.verify(reading, { ...context, secrets: ['x'] }).result).toBe('invalid');
  expect(anyHmac.scheme.verify(reading, { ...context, options: {} }).code).toBe('no-option');
  expect(() => anyHmac.scheme.checkOptions!({ header: 'X', algorithm: 'sha3' })).toThrow(/algorithm/);
});
