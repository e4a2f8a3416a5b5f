import { describe, expect, test } from 'vitest';
import { forwardedAddress } from './addresses.ts';

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
