import { expect, test } from 'vitest';
import { findTunnelDriver, isFamily, tunnelDrivers } from './index.ts';

test('a driver is found by its name', () => {
  for (const driver of tunnelDrivers) {
    if (!isFamily(driver)) expect(findTunnelDriver(driver.name)).toBe(driver);
  }
});

test('none is no driver', () => {
  expect(findTunnelDriver('none')).toBeUndefined();
});

test('an unknown name is a usage error that names the known ones', () => {
  expect(() => findTunnelDriver('ngork')).toThrowError(
    expect.objectContaining({ code: 'usage', hint: 'Available: localtunnel, ssh:user@host[:port], none.' }),
  );
});

test('a family needs what comes after its colon, and other drivers take nothing there', () => {
  expect(() => findTunnelDriver('ssh')).toThrowError(
    expect.objectContaining({ code: 'usage', hint: 'Use ssh:user@host[:port].' }),
  );
  expect(() => findTunnelDriver('localtunnel:x')).toThrowError(expect.objectContaining({ code: 'usage' }));
});
