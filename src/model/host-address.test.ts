import { expect, test } from 'vitest';
import { addressesToBind, parseHostAddress } from './host-address.ts';

test('reads addresses in every spelling', () => {
  expect(parseHostAddress('192.168.1.20')).toEqual({
    address: '192.168.1.20',
    isOpen: true,
    isWildcard: false,
  });
  expect(parseHostAddress(' [FD00:0:0::2] ').address).toBe('fd00::2');
  expect(parseHostAddress('fe80:0::1%eth0').address).toBe('fe80::1%eth0');
  expect(parseHostAddress('0.0.0.0')).toMatchObject({ isOpen: true, isWildcard: true });
  expect(parseHostAddress('0:0::0')).toEqual({ address: '::', isOpen: true, isWildcard: true });
  for (const loopback of ['localhost', '127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1'])
    expect(parseHostAddress(loopback).isOpen).toBe(false);
});

test('rejects what is not an address', () => {
  for (const text of ['', '*', 'example.com', '10.0.0.1:80', '10.0.0.0/8', '300.1.1.1', 'http://10.0.0.1'])
    expect(() => parseHostAddress(text)).toThrow(/is not an IP address to listen on/);
});

test('loopback is always among the addresses', () => {
  const bound = (text: string) => addressesToBind(parseHostAddress(text));
  expect(addressesToBind(undefined)).toEqual(['127.0.0.1', '::1']);
  expect(bound('127.0.0.1')).toEqual(['127.0.0.1', '::1']);
  expect(bound('10.0.0.1')).toEqual(['127.0.0.1', '::1', '10.0.0.1']);
  expect(bound('0.0.0.0')).toEqual(['0.0.0.0', '::1']);
  expect(bound('::')).toEqual(['0.0.0.0', '::']);
});
