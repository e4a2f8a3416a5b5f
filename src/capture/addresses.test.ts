import { describe, expect, test } from 'vitest';
import type { AddressSource } from '../model/address-source.ts';
import { addressesOf, forwardedAddress, type TunnelSide } from './addresses.ts';

const forwardedFor = (text: string) => ({ 'x-forwarded-for': text });

describe('the last entry of X-Forwarded-For', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['198.51.100.1,203.0.113.7:4711', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['x, [2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
  ])('of %s is %s', (text, expected) => {
    expect(forwardedAddress(forwardedFor(text), 'x-forwarded-for')).toBe(expected);
  });

  test.each(['', ' ', ',', '203.0.113.7,', 'unknown', '203.0.113.7 ', '_hidden', '1.2.3', '203.0.113.7:x'])(
    'of %j is undefined',
    (text) => {
      const found = forwardedAddress(forwardedFor(text), 'x-forwarded-for');
      expect(found).toBe(text.trim() === '203.0.113.7' ? '203.0.113.7' : undefined);
    },
  );

  test('is ignored unless trusted, and undefined if missing', () => {
    expect(forwardedAddress(forwardedFor('203.0.113.7'), 'none')).toBeUndefined();
    expect(forwardedAddress({}, 'x-forwarded-for')).toBeUndefined();
  });
});

test('trusts a header that the tunnel sets, unless it is repeated', () => {
  const source = { header: 'CF-Connecting-IP' };
  expect(forwardedAddress({ 'cf-connecting-ip': '203.0.113.7' }, source)).toBe('203.0.113.7');
  expect(forwardedAddress({ 'cf-connecting-ip': '203.0.113.7, 203.0.113.8' }, source)).toBeUndefined();
  expect(forwardedAddress({ 'x-forwarded-for': '203.0.113.7' }, source)).toBeUndefined();
});

describe('behind a reverse proxy that leads to the port of local requests', () => {
  function addresses(
    { url = '/x', ...headers }: Record<string, string | undefined>,
    { publicUrl = 'https://hooks.example.com', source = 'socket' as AddressSource } = {},
  ) {
    const tunnel: TunnelSide = {
      url: () => publicUrl,
      addressSource: () => source,
      isShared: true,
      replyToProbe: () => undefined,
      wantsReport: () => false,
      requestBegan: () => () => {},
    };
    const socket = { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1', localPort: 4000 };
    const { origin, remoteAddress, sender } = addressesOf({ socket, headers, url } as never, tunnel);
    return [origin, remoteAddress, sender];
  }

  test('a local request keeps its own URL and address', () => {
    const local = ['http://localhost:4000', '127.0.0.1', '127.0.0.1'];
    expect(addresses({ host: 'localhost:4000' })).toEqual(local);
    expect(addresses({ host: 'localhost:4000' }, { source: 'x-forwarded-for' })).toEqual(local);
  });

  test.each([
    [{ host: 'hooks.example.com' }],
    [{ host: 'HOOKS.example.com' }],
    [{ host: '127.0.0.1:4000', 'x-forwarded-for': '203.0.113.7' }],
    [{ host: '127.0.0.1:4000', 'x-forwarded-host': 'hooks.example.com' }],
    [{ host: '127.0.0.1:4000', 'x-forwarded-proto': 'http' }],
    [{ host: '127.0.0.1:4000', 'x-real-ip': '203.0.113.7' }],
    [{ host: '127.0.0.1:4000', forwarded: 'for=203.0.113.7' }],
    [{ host: '127.0.0.1:4000', via: '1.1 caddy' }],
  ])(
    'a forwarded request has the public URL and, without a header to trust, the address of the proxy: %j',
    (headers) => {
      expect(addresses(headers)).toEqual(['https://hooks.example.com', '127.0.0.1', '127.0.0.1']);
    },
  );

  test('the sender is taken from the header that the proxy sets', () => {
    const headers = { host: 'hooks.example.com', 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
    expect(addresses(headers, { source: 'x-forwarded-for' })[2]).toBe('203.0.113.7');
    expect(addresses(headers, { source: { header: 'X-Real-IP' } })[2]).toBeUndefined();
  });

  test('the path of the public URL is put before a request whose path lacks it', () => {
    const publicUrl = 'https://example.com/hooks';
    const origin = (url: string) => addresses({ host: 'example.com', url }, { publicUrl })[0];
    expect(['/stripe', '/', '/hooksmith'].map(origin)).toEqual(Array(3).fill(publicUrl));
    expect(['/hooks/stripe', '/hooks'].map(origin)).toEqual(Array(2).fill('https://example.com'));
  });
});
