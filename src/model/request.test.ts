import { expect, test } from 'vitest';
import { calledBy, requestTargetOf } from './request.ts';

test.each([
  ['http://localhost:3000', 'http://localhost:3000', '/'],
  ['http://LOCALHOST:80/a', 'http://localhost', '/a'],
  ['https://host?x=1', 'https://host', '/?x=1'],
  ['https://host/a?x=1#f', 'https://host', '/a?x=1'],
  ['http://localhost:3000//evil/x', 'http://localhost:3000', '//evil/x'],
  ['http://localhost:3000/\\evil', 'http://localhost:3000', '/\\evil'],
  ['http://localhost:3000/a/../b', 'http://localhost:3000', '/a/../b'],
  ['http://localhost:3000/@evil:80/', 'http://localhost:3000', '/@evil:80/'],
  [' http://localhost/a', 'http://localhost', '/a'],
])('%j is called at %s with %s', (url, origin, requestTarget) => {
  expect(calledBy(url)).toEqual({ origin, requestTarget });
});

test('what stands in the request line is found in an address with a host that none can be, too', () => {
  expect(requestTargetOf('http://[/hooks?sig=x#f')).toBe('/hooks?sig=x');
  expect(requestTargetOf('http://[')).toBe('/');
});
