import { describe, expect, test } from 'vitest';
import { hasDotSegment, isMalformedTarget, joinTarget } from './request-target.ts';

const origin = 'http://localhost:3000';

describe('a captured request target below an origin', () => {
  const paths: readonly (readonly [string, string])[] = [
    ['/', '/'],
    ['/hooks?x=1', '/hooks?x=1'],
    ['//host/x', '//host/x'],
    ['///x', '///x'],
    ['//', '//'],
    ['//user:pw@host/', '//user:pw@host/'],
    ['//127.0.0.1:4711/pwn', '//127.0.0.1:4711/pwn'],
    ['//[::1]:80/', '//[::1]:80/'],
    ['/\\evil', '/\\evil'],
    ['/\\\\evil/x', '/\\\\evil/x'],
    ['/x@evil', '/x@evil'],
    ['/@evil', '/@evil'],
    ['/:80@evil', '/:80@evil'],
    ['/http://evil/x', '/http://evil/x'],
    ['http://evil/x', '/x'],
    ['https://evil:8443/x?y', '/x?y'],
    ['HTTP://EVIL', '/'],
    ['http://evil?x', '/?x'],
    ['http://evil#f', '/#f'],
    ['http://user:pw@evil/x', '/x'],
    ['http://evil\\@good/x', '/\\@good/x'],
    ['http://evil//other/x', '//other/x'],
    ['/#f', '/#f'],
    ['/../x', '/../x'],
    ['/caf\u00e9', '/caf\u00e9'],
    ['/%zz%', '/%zz%'],
  ];
  test.each(paths)('%j is called at %j', (requestTarget, path) => {
    expect(joinTarget({ origin, basePath: '' }, requestTarget)).toEqual({ url: origin + path, path });
    const joined = joinTarget({ origin, basePath: '' }, requestTarget);
    expect(new URL('url' in joined ? joined.url : '').origin).toBe(origin);
  });

  test.each([
    '',
    '*',
    '?x',
    '#f',
    '@evil',
    ':80@evil',
    'evil',
    'evil:80',
    '.evil',
    '\\\\evil',
    'http:\\evil',
    'http:\\\\evil',
    'http:/evil',
    'http:evil',
    'http://',
    'http:///x',
    'http://[',
    'http://[::1',
    'http://[::x]/',
    'http://:80/',
    'http://host:port/',
    'http://host:65536/',
    'http://user@/',
    'ftp://evil/x',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '//[::1',
    '//[::1]x/',
    '//]/',
    '//:99999/',
    '//host:99999/',
    '//host:x/',
    '//a@/',
    '/\\[',
    '///[::1',
    '/a b',
    '/a\tb',
    '/a\r\nHost: evil',
    '/a\u0000',
    '/a\u007f',
    '/a\u2028',
    '\t//evil/',
    ' /x',
  ])('%j can not be sent', (requestTarget) => {
    const joined = joinTarget({ origin, basePath: '/base' }, requestTarget);
    expect(joined).toEqual({ fault: expect.stringMatching(/^its request target [ -~]+$/) });
  });

  test('keeps its base path, and dots that could leave that have a fault', () => {
    const base = { origin, basePath: '/base' };
    expect(joinTarget(base, '//evil/x')).toEqual({ url: `${origin}/base//evil/x`, path: '/base//evil/x' });
    expect(joinTarget(base, 'http://evil')).toEqual({ url: `${origin}/base`, path: '/base' });
    expect(joinTarget(base, '/a/../../admin')).toEqual({ fault: expect.stringContaining('leave /base') });
    expect(joinTarget(base, 'http://evil/%2e%2e/x')).toEqual({ fault: expect.any(String) });
  });
});

describe('a base path', () => {
  test.each([
    ['/', '/api/webhook'],
    ['/?x=1', '/api/webhook?x=1'],
    ['/?', '/api/webhook?'],
    ['/#f', '/api/webhook#f'],
    ['http://evil', '/api/webhook'],
    ['http://evil/', '/api/webhook'],
    ['http://evil?x=1', '/api/webhook?x=1'],
    ['//', '/api/webhook//'],
    ['/a', '/api/webhook/a'],
    ['/a/', '/api/webhook/a/'],
    ['/a/?x', '/api/webhook/a/?x'],
  ])('is called without a slash of our own: %s', (requestTarget, path) => {
    const joined = joinTarget({ origin, basePath: '/api/webhook' }, requestTarget);
    expect(joined).toEqual({ url: origin + path, path });
  });
});

describe('a path with a dot segment', () => {
  test.each([
    '/.',
    '/..',
    '/./x',
    '/../x',
    '/x/..',
    '/x/../y',
    '/x/.',
    '/%2e',
    '/%2E.',
    '/.%2e/x',
    '/%2e%2e/x',
    '/..%2fx',
    '/x%2f..%2Fy',
    '/..%5cx',
    '/%2e%2e%5c',
    '/x\\..\\y',
    '/..\\',
    '\\..\\x',
    '/..;/x',
    '/..;a=b/x',
    '/.;/x',
    '/%2e%2e;x/y',
    '/..%3b/x',
    '/%252e%252e/x',
    '/..%252fx',
    '/%25252e%25252e/x',
    '/%252525252525252e%2525252525252e/x',
    '/%%32%65%%32%65/x',
    '/%c0%ae%c0%ae/x',
    '/..%c0%afx',
    '/..%00/x',
    '/..%20/x',
    '/..%09/x',
    '/..#/x',
    '/x#/../y',
    '/x/..?q',
    '/hooks/..//x',
    '//../x',
  ])('%s', (path) => expect(hasDotSegment(path)).toBe(true));

  test.each([
    '/',
    '/x',
    '/.well-known/x',
    '/...',
    '/..x',
    '/x..',
    '/x../y',
    '/..x/y',
    '/a.b/c.d',
    '/%2e%2ex',
    '/x?a=/../b',
    '/x?..',
    '/%zz',
    '/100%',
    '/%25',
    '/a%20b',
    '/caf\u00e9/%e2%82%ac',
    '/.hidden;x',
  ])('is not %s', (path) => expect(hasDotSegment(path)).toBe(false));

  test.each([
    ['/%25', false],
    ['/%2525252525', true],
    ['/.', true],
    ['/a%2e', false],
    ['/..;', true],
    ['/%c0%ae', true],
    ['%', false],
  ])('is looked for in a path of many %s without hanging: %s', (piece, expected) => {
    expect(hasDotSegment(`/x${piece.repeat(40_000)}y/`)).toBe(expected);
  });
});

test.each([
  ['/', false],
  ['//', false],
  ['//host/x', false],
  ['*', false],
  ['http://host/x', false],
  ['ftp://host/x', false],
  ['//[::1', true],
  ['http://[', true],
  ['//:99999/', true],
  ['http:\\\\evil', true],
  ['', true],
])('%j is malformed: %s', (requestTarget, expected) => {
  expect(isMalformedTarget(requestTarget)).toBe(expected);
});
