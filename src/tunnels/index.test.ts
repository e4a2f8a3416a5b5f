import { expect, test } from 'vitest';
import { driverSettings, findTunnelDriver, isFamily, profileNamed, tunnelDrivers } from './index.ts';

test('finds a driver by its name', () => {
  for (const driver of tunnelDrivers) {
    expect(profileNamed(driver.name)).toBe(driver);
    if (!isFamily(driver)) expect(findTunnelDriver(driver.name)).toBe(driver);
  }
});

test('makes a driver of a family from what follows its name', () => {
  expect(findTunnelDriver("command:./tunnel '{port}'")).toMatchObject({ name: 'command' });
  expect(findTunnelDriver('public-url:https://hooks.example.com/')).toMatchObject({ name: 'public-url' });
});

test('finds no driver for none', () => {
  expect(findTunnelDriver('none')).toBeUndefined();
});

test.each([
  ['ngork', /Unknown tunnel "ngork"/, /^Available: localtunnel, .*none\.$/],
  ['', /Unknown tunnel ""/, /^Available/],
  ['localtunnel:x', /takes nothing after its name/, /Use localtunnel\./],
  ['none:x', /Unknown tunnel "none:x"/, /^Available/],
  ['ssh', /needs more/, /^Use ssh:user@host\[:port\]\.$/],
  ['command', /needs more/, /Use command:/],
  ['command:', /needs more/, /Use command:/],
  ['command:  ', /command of the tunnel is empty/, /Example/],
  ["command:a 'b", /quote \('\) is not closed/, /Close it/],
  ['public-url:hooks.example.com', /is not a public URL/, /Give scheme and host/],
  ['public-url:ftp://hooks.example.com', /is not a public URL/, /Give scheme and host/],
  ['public-url:https://me@hooks.example.com', /is not a public URL/, /Give scheme and host/],
  ['public-url:https://hooks.example.com/?x=1', /is not a public URL/, /Give scheme and host/],
])('rejects %j', (name, message, hint) => {
  expect(() => findTunnelDriver(name)).toThrow(message);
  expect(() => findTunnelDriver(name)).toThrowError(
    expect.objectContaining({ code: 'usage', hint: expect.stringMatching(hint) }),
  );
});

test('gives the defaults of options with a list of values, and checks what is given', () => {
  const settings = (name: string, given?: Record<string, string>) =>
    driverSettings(profileNamed(name)!, given);
  expect(settings('localtunnel')).toEqual({ trustForwarded: 'no' });
  expect(settings('command')).toEqual({});
  expect(settings('public-url', { addressHeader: 'X-Real-IP' })).toEqual({ addressHeader: 'X-Real-IP' });
  expect(() => settings('public-url', { addressHeader: 'a b' })).toThrow(/not the name of a header/);
  expect(() => settings('command', { url: 'bore.pub:1' })).toThrow(/not an http or https URL/);
});
