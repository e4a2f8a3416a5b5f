import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HeaderList } from '../model/headers.ts';
import { customHmac, providerFromDefinition } from './definition.ts';
import { readingOf } from './incoming.ts';

const now = 1_790_000_000_000;
const body = Buffer.from('{"id":"1"}');

function request(headers: HeaderList) {
  return { method: 'POST', url: 'https://example.test/hooks', headers, body };
}

describe('a provider of the user’s own', () => {
  test('is known by its signature and verified as its definition says', () => {
    const acme = providerFromDefinition({
      name: 'acme',
      header: 'X-Acme-Signature',
      fields: '; sig at',
      encoding: 'base64',
      template: '{timestamp}/{method}/{body}',
      key: 'hex',
      tolerance: 60,
      event: '{header:X-Acme-Event}',
      answerLimit: 5,
    });
    expect(acme).toMatchObject({ detect: ['header:X-Acme-Signature'], answerLimitMs: 5_000 });
    const t = now / 1000;
    const mac = createHmac('sha256', Buffer.from('00ff', 'hex'))
      .update(`${t}/POST/`)
      .update(body)
      .digest('base64');
    const reading = readingOf(request([['x-acme-signature', `at=${t};sig=${mac}`]]));
    const context = { secrets: ['00ff'], options: {}, now };
    expect(acme.scheme.verify(reading, context).result).toBe('valid');
    expect(acme.scheme.verify(reading, { ...context, now: now + 61_000 }).code).toBe('too-old');
    expect(acme.scheme.verify(reading, { ...context, secrets: ['zz'] }).code).toBe('bad-secret');
    const signed = acme.scheme.sign!(request([]), context);
    expect(signed.headers).toEqual([['X-Acme-Signature', `at=${t};sig=${mac}`]]);
  });

  test('may be a hash with the secret in it, or a token', () => {
    const context = { secrets: ['s'], options: {}, now };
    const hashed = providerFromDefinition({
      name: 'a',
      scheme: 'hash',
      header: 'X-H',
      template: '{body}{secret}',
    });
    const digest = createHash('sha256').update(body).update('s').digest('hex');
    expect(hashed.scheme.verify(readingOf(request([['X-H', digest]])), context).result).toBe('valid');
    const word = providerFromDefinition({ name: 'b', scheme: 'token', header: 'X-T' });
    expect(word.scheme.verify(readingOf(request([['X-T', 's']])), context).result).toBe('valid');
  });

  test.each([
    ['x', /an object/],
    [{ name: 'A b', header: 'x' }, /its name is "A b"/],
    [{ name: 'a' }, /header says where/],
    [{ name: 'a', header: 'x', headr: 'y' }, /there is no "headr"/],
    [{ name: 'a', header: 'x', algorithm: 'sha3' }, /algorithm is one of sha1, sha256/],
    [{ name: 'a', header: 'x', encoding: 'bin' }, /encoding is one of hex/],
    [{ name: 'a', header: 'x', template: '{boddy}' }, /\{boddy\} in the template/],
    [{ name: 'a', header: 'x', template: '{timestamp}{body}' }, /nothing says where it stands/],
    [{ name: 'a', header: 'x', fields: ',' }, /fields is/],
    [{ name: 'a', header: 'x', key: 'utf7' }, /key is/],
    [{ name: 'a', at: 'somewhere' }, /somewhere is no place/],
    [{ name: 'a', header: 'x', scheme: 'rsa' }, /scheme is hmac/],
    [{ name: 'a', header: 'x', tolerance: 'long', fields: ', v t' }, /tolerance is a number/],
    [{ name: 'a', header: ['x'] }, /header is a text/],
  ])('%j is refused, with the reason', (definition, reason) => {
    expect(() => providerFromDefinition(definition)).toThrow(reason);
  });
});

test('options alone describe one, too', () => {
  const mac = createHmac('sha1', 's').update(body).digest('base64');
  const reading = readingOf(request([['X-Sig', `v1:${mac}`]]));
  const options = { header: 'X-Sig', algorithm: 'sha1', encoding: 'base64', prefix: 'v1:' };
  const { verify, sign } = customHmac.scheme;
  expect(verify(reading, { secrets: ['s'], options, now }).result).toBe('valid');
  expect(verify(reading, { secrets: ['x'], options, now }).result).toBe('invalid');
  expect(verify(reading, { secrets: ['s'], options: {}, now }).code).toBe('no-option');
  expect(sign!(request([]), { secrets: ['s'], options, now }).headers).toEqual([['X-Sig', `v1:${mac}`]]);
});
