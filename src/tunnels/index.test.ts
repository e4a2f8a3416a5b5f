import { expect, test } from 'vitest';
import { findTunnelDriver, tunnelDrivers } from './index.ts';

test('a driver is found by its name', () => {
  for (const driver of tunnelDrivers) expect(findTunnelDriver(driver.name)).toBe(driver);
});

test('none is no driver', () => {
  expect(findTunnelDriver('none')).toBeUndefined();
});

test('an unknown name is a usage error that names the known ones', () => {
  expect(() => findTunnelDriver('ngork')).toThrowError(
    expect.objectContaining({ code: 'usage', hint: 'Available: localtunnel, none.' }),
  );
});
