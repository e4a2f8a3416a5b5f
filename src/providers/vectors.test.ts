import { expect, test } from 'vitest';
import { type Vector, vectors } from '../../test/providers/vectors.ts';
import { providers } from './index.ts';
import { parseLazily, type SignableRequest } from './request/parsed-request.ts';

const byName = new Map(providers.map((provider) => [provider.name, provider]));

function requestOf({
  method = 'POST',
  url = 'https://example.com/',
  headers = [],
  body,
}: Vector): SignableRequest {
  return { method, url, headers, body: Buffer.from(body, 'utf8') };
}

function resultOf(vector: Vector, request = requestOf(vector), secret = vector.secret): string {
  const now = vector.at === undefined ? Date.parse('2026-01-01T00:00:00Z') : Date.parse(vector.at);
  const { scheme } = byName.get(vector.provider)!;
  return scheme.verify(parseLazily(request), { secrets: [secret], options: {}, now }).result;
}

/** Changes a character in the middle. */
function altered(text: string): string {
  const middle = Math.floor(text.length / 2);
  return text.slice(0, middle) + (text[middle] === '0' ? '1' : '0') + text.slice(middle + 1);
}

test.each(vectors.map((vector) => [`${vector.provider}: ${vector.signature.slice(0, 16)}`, vector] as const))(
  '%s',
  (_name, vector) => {
    expect(resultOf(vector)).toBe('valid');
    const { signature, secret } = vector;
    const swapped = (text: string) => text.replace(signature, altered(signature));
    const request = requestOf(vector);
    const forged = {
      ...request,
      url: swapped(request.url),
      headers: request.headers.map(([name, value]) => [name, swapped(value)] as const),
      body: Buffer.from(swapped(vector.body), 'utf8'),
    };
    expect(forged, 'the signature is in the request').not.toEqual(request);
    expect(resultOf(vector, forged)).not.toBe('valid');
    expect(resultOf(vector, request, altered(secret))).not.toBe('valid');
    if (vector.bodyUnsigned) return;
    const longer = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
    const isForm = request.headers.some(([, value]) => value.includes('urlencoded'));
    expect(
      resultOf(vector, isForm ? { ...request, body: Buffer.from(`${vector.body}&z=1`) } : longer),
    ).not.toBe('valid');
    if (request.body.length > 0) {
      const body = Buffer.from(request.body);
      body[Math.floor(body.length / 2)]! ^= 2;
      expect(resultOf(vector, { ...request, body })).not.toBe('valid');
    }
  },
);

test('providers with evidence "vector" are those with a test vector or an SDK', () => {
  const published = new Set(vectors.map(({ provider }) => provider));
  const claiming = providers.filter(({ evidence }) => evidence === 'vector').map(({ name }) => name);
  expect(claiming.filter((name) => !published.has(name))).toEqual([]);
  const silent = [...published].filter((name) => !['vector', 'sdk'].includes(byName.get(name)!.evidence));
  expect(silent).toEqual([]);
  for (const { source } of vectors) expect(URL.canParse(source)).toBe(true);
});
