import { expect, test } from 'vitest';
import type { TunnelDriver } from '../tunnels/tunnel.ts';
import { addressSourceOf } from './address-source.ts';

const open = () => Promise.reject(new Error('not opened here'));
const allowIp = ['203.0.113.7'];

test('rejects a list of addresses for a driver that is not trusted with them', () => {
  const plain: TunnelDriver = { name: 'plain', keepsName: true, open };
  expect(addressSourceOf({ tunnel: plain })).toBe('none');
  expect(() => addressSourceOf({ tunnel: plain, allowIp })).toThrow(/plain does not pass them on/);
  expect(addressSourceOf({ tunnel: undefined, allowIp })).toBe('none');
});

test('accepts it for a driver that sets a header', () => {
  const source = { header: 'X-Real-Client' };
  const tunnel: TunnelDriver = { name: 'good', keepsName: true, open, addressSource: () => source };
  expect(addressSourceOf({ tunnel, allowIp })).toBe(source);
});

test('accepts it for a driver that the user trusts, with a valid value only', () => {
  const tunnel: TunnelDriver = {
    name: 'asked',
    keepsName: true,
    options: [{ name: 'trustForwarded', values: ['no', 'yes'], help: 'it adds the address' }],
    addressSource: ({ trustForwarded }) => (trustForwarded === 'yes' ? 'x-forwarded-for' : 'none'),
    open,
  };
  const asked = (tunnelSettings: Record<string, string>) =>
    addressSourceOf({ tunnel, tunnelSettings, allowIp });
  expect(asked({ trustForwarded: 'yes' })).toBe('x-forwarded-for');
  expect(() => asked({})).toThrow(/cannot be checked/);
  expect(() => asked({ trustForwarded: 'maybe' })).toThrow(/can't be "maybe"/);
  expect(() => asked({ trusted: 'yes' })).toThrow(/has no option "trusted"/);
});
