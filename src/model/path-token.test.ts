import { expect, test } from 'vitest';
import { withoutToken } from './path-token.ts';

test.each([
  ['/tok', '/'],
  ['/tok/', '/'],
  ['/tok/a/../b?x', '/a/../b?x'],
  ['/tok?x=1', '/?x=1'],
  ['/tok#f', '/#f'],
  ['/tok#f?x/y', '/#f?x/y'],
  ['/tok/#f', '/#f'],
  ['/token/a', '/token/a'],
  ['/a/tok', '/a/tok'],
  ['/tok//a', '//a'],
])('%s is %s without the token', (requestTarget, expected) => {
  expect(withoutToken(requestTarget, 'tok')).toBe(expected);
});

test('without a token nothing changes', () => {
  expect(withoutToken('/a', undefined)).toBe('/a');
});
