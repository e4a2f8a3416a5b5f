import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { parseRoute, routeFor } from './routes.ts';

test.each([
  ['path:/stripe/* => 3000', true],
  ['PATH:/stripe/* => 3000', true],
  ['-path:/stripe/* => 3000', true],
  ['method:POST path:/stripe/* => 3000', true],
  ['method:POST -path:"/a b" => 3000', true],
  ['method:POST => 3000', false],
  ['header.path:/x => 3000', false],
  ['header.x-name:"path:/stripe" => 3000', false],
  ['provider:stripe => 3000', false],
])('%s matches by path: %s', (text, expected) => {
  expect(parseRoute(text).byPath).toBe(expected);
});

test('the first route that matches decides, by the path without the token', () => {
  const routes = ['path:/stripe/* => 3000', 'method:POST => 4000'].map(parseRoute);
  const found = (requestTarget: string, token?: string) => {
    const [target] = routeFor(aRequest({ requestTarget }), routes, token)?.targets ?? [];
    return target?.port;
  };
  expect(found('/stripe/x')).toBe(3000);
  expect(found('/x')).toBe(4000);
  expect(found('/tok/stripe/x', 'tok')).toBe(3000);
  expect(found('/tok/stripe/x')).toBe(4000);
});
