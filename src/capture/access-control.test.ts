import { describe, expect, test } from 'vitest';
import { type AccessOptions, createAccessControl, type RequestMeta } from './access-control.ts';

const meta = (facts: Partial<RequestMeta> = {}): RequestMeta => ({
  sender: '203.0.113.7',
  requestTarget: '/',
  headers: [],
  ...facts,
});
const statusOf = (options: AccessOptions, facts: Partial<RequestMeta> = {}) =>
  createAccessControl(options)?.(meta(facts), 0)?.status;
const basic = (text: string): RequestMeta['headers'] => [
  ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`],
];

test('lets all requests in without conditions', () => {
  expect(statusOf({})).toBeUndefined();
});

describe('addresses', () => {
  test.each([
    [['203.0.113.7'], '203.0.113.7', undefined],
    [['203.0.113.0/24'], '203.0.113.255', undefined],
    [['203.0.113.0/24'], '203.0.114.1', 403],
    [['203.0.113.0/24'], '::ffff:203.0.113.9', undefined],
    [['2001:db8::/32'], '2001:db8:1::1', undefined],
    [['2001:db8::/32'], '2001:db9::1', 403],
    [['10.0.0.0/8', '203.0.113.7'], '203.0.113.7', undefined],
    [['0.0.0.0/0'], 'not an address', 403],
  ])('%j lets %s in: %s', (allowIp, sender, expected) => {
    expect(statusOf({ allowIp }, { sender })).toBe(expected);
  });

  test.each(['', 'example.com', '1.2.3.4/33', '::1/129', '1.2.3.4/', '1.2.3.4/8/8', '1.2.3'])(
    'rejects %j',
    (text) => {
      expect(() => createAccessControl({ allowIp: [text] })).toThrow(/not an address or a network/);
    },
  );
});

describe('a password', () => {
  const basicAuth = { user: 'me', password: 'caf\u00e9: yes' };

  test('is required', () => {
    expect(statusOf({ basicAuth }, { headers: basic('me:caf\u00e9: yes') })).toBeUndefined();
    for (const text of ['me:wrong', 'you:caf\u00e9: yes', '', 'me']) {
      expect(statusOf({ basicAuth }, { headers: basic(text) })).toBe(401);
    }
    expect(statusOf({ basicAuth })).toBe(401);
    expect(statusOf({ basicAuth }, { headers: [['Authorization', 'Bearer x']] })).toBe(401);
    const twice = [...basic('me:caf\u00e9: yes'), ...basic('me:wrong')];
    expect(statusOf({ basicAuth }, { headers: twice })).toBe(401);
  });

  test('is asked for with WWW-Authenticate', () => {
    expect(createAccessControl({ basicAuth })?.(meta(), 0)?.headers[0]).toEqual([
      'WWW-Authenticate',
      expect.stringMatching(/^Basic realm=/),
    ]);
  });
});

test('requires the token as the first segment of the path', () => {
  const pathToken = 'k7m2qk7m2qk7m2q';
  for (const rest of ['', '/', '/hooks', '?a=b', '/hooks?a']) {
    expect(statusOf({ pathToken }, { requestTarget: `/${pathToken}${rest}` })).toBeUndefined();
  }
  for (const requestTarget of [
    '/',
    '/x',
    `/${pathToken}x`,
    `/x/${pathToken}`,
    `//${pathToken}`,
    `/?${pathToken}`,
  ]) {
    expect(statusOf({ pathToken }, { requestTarget })).toBe(404);
  }
});

test('limits the rate per address, with a burst of a second', () => {
  const gate = createAccessControl({ maxRate: 5 });
  const pass = (now: number, sender = 'a') => gate?.(meta({ sender }), now)?.status ?? 200;
  expect(Array.from({ length: 7 }, () => pass(0))).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect(pass(0, 'b')).toBe(200);
  expect(pass(200)).toBe(200);
  expect(pass(200)).toBe(429);
  expect(pass(60_000)).toBe(200);
  // A clock that was set back does not let anybody in, nor lock them out.
  expect(Array.from({ length: 6 }, () => pass(0)).filter((status) => status === 200)).toHaveLength(4);
});

test('senders of unknown address are not allowed by any list, and share one rate', () => {
  expect(statusOf({ allowIp: ['0.0.0.0/0', '::/0'] }, { sender: undefined })).toBe(403);
  const gate = createAccessControl({ maxRate: 2 });
  const pass = () => gate?.(meta({ sender: undefined }), 0)?.status ?? 200;
  expect(Array.from({ length: 4 }, pass)).toEqual([200, 200, 429, 429]);
  expect(gate?.(meta({ sender: '127.0.0.1' }), 0)).toBeUndefined();
});

test('forgets addresses that stay away', () => {
  const gate = createAccessControl({ maxRate: 1 });
  for (let at = 0; at < 50_000; at++) expect(gate?.(meta({ sender: `10.0.${at}` }), at * 10)).toBeUndefined();
});
