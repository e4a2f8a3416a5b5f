import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { phraseText } from '../model/phrase.ts';
import { projectDrivers } from '../state/tunnel-drivers.ts';
import { findTunnelDriver } from '../tunnels/index.ts';
import type { TunnelDriver } from '../tunnels/tunnel.ts';
import { type TunnelPlanOptions, tunnelPlanOf } from './tunnel-plan.ts';

const allowIp = ['203.0.113.7'];
const open = () => Promise.reject(new Error('not opened here'));

function aDriver(name: string, more: Partial<TunnelDriver> = {}): TunnelDriver {
  return { name, keepsName: true, open, ...more };
}

function temporaryState(): string {
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const namesOf = (options: TunnelPlanOptions) =>
  tunnelPlanOf(options).drivers.map(({ driver }) => driver.name);
const warningsOf = (options: TunnelPlanOptions) =>
  tunnelPlanOf(options).warnings.map((said) => phraseText(said));

test('keeps the order, but for the driver that gave the last URL of the project', () => {
  const stateFolder = temporaryState();
  const tunnels = [aDriver('a'), aDriver('b'), aDriver('c')];
  const options = { tunnels, stateFolder, folder: '/project' };
  expect(namesOf(options)).toEqual(['a', 'b', 'c']);
  projectDrivers(stateFolder, '/project').use('b');
  expect(namesOf(options)).toEqual(['b', 'a', 'c']);
  expect(namesOf({ ...options, folder: '/other' })).toEqual(['a', 'b', 'c']);
  projectDrivers(stateFolder, '/project').use('d');
  expect(namesOf(options)).toEqual(['a', 'b', 'c']);
});

test('asks drivers that can keep a name for the same one each time', () => {
  const stateFolder = temporaryState();
  const tunnels = [aDriver('a'), aDriver('b'), aDriver('c', { keepsName: false })];
  const subdomains = (options: TunnelPlanOptions = {}) =>
    tunnelPlanOf({ tunnels, stateFolder, folder: '/project', ...options }).drivers.map(
      (each) => each.subdomain,
    );
  const [a, b, c] = subdomains();
  expect([a === b, c]).toEqual([false, undefined]);
  expect(subdomains()).toEqual([a, b, undefined]);
  expect(subdomains({ subdomain: 'fox' })).toEqual(['fox', 'fox', undefined]);
});

test('takes the sender from where the driver tells it, with valid options only', () => {
  const asked = (settings: Record<string, string>) =>
    tunnelPlanOf({
      allowIp,
      tunnels: [
        aDriver('asked', {
          options: [{ name: 'trustForwarded', values: ['no', 'yes'], help: 'it adds the address' }],
          addressSource: ({ trustForwarded }) => (trustForwarded === 'yes' ? 'x-forwarded-for' : 'none'),
        }),
      ],
      tunnelSettings: { asked: settings },
    }).drivers[0]?.addressSource;
  expect(asked({ trustForwarded: 'yes' })).toBe('x-forwarded-for');
  expect(() => asked({})).toThrow(/asked does not pass them on/);
  expect(() => asked({ trustForwarded: 'maybe' })).toThrow(/can't be "maybe"/);
  expect(() => asked({ trusted: 'yes' })).toThrow(/has no option "trusted"/);
});

test('leaves out drivers that cannot be trusted with addresses, and rejects a list of no others', () => {
  const plain = aDriver('plain');
  const good = aDriver('good', { addressSource: () => ({ header: 'X-Real-Client' }) });
  expect(namesOf({ tunnels: [plain, good] })).toEqual(['plain', 'good']);
  expect(namesOf({ tunnels: [plain, good], allowIp })).toEqual(['good']);
  expect(warningsOf({ tunnels: [plain, good], allowIp })).toEqual([
    expect.stringMatching(/^The tunnel plain is left out: Sender addresses cannot be checked/),
  ]);
  expect(() => tunnelPlanOf({ tunnels: [plain], allowIp })).toThrow(/plain does not pass them on/);
  expect(namesOf({ tunnels: [], allowIp })).toEqual([]);
});

test('offers no fallback that cannot be trusted with addresses', () => {
  const good = aDriver('good', { addressSource: () => 'x-forwarded-for' });
  const plan = (fallbackTunnel: TunnelDriver) => tunnelPlanOf({ tunnels: [good], fallbackTunnel, allowIp });
  expect(plan(aDriver('plain')).fallback).toBeUndefined();
  expect(plan(good).fallback?.driver).toBe(good);
});

test('leaves out drivers whose program is missing, and says how to install the only one', () => {
  const folder = temporaryState();
  writeFileSync(join(folder, 'there'), '');
  chmodSync(join(folder, 'there'), 0o755);
  const driver = (name: string) => aDriver(name, { program: { name, install: `Install it: get ${name}.` } });
  const options = { tunnels: [driver('missing'), driver('there')], env: { PATH: folder } };
  expect(namesOf(options)).toEqual(['there']);
  expect(warningsOf(options)).toEqual([
    'The tunnel missing is left out: The program missing was not found on PATH.',
  ]);
  expect(() => tunnelPlanOf({ ...options, tunnels: [driver('missing')] })).toThrowError(
    expect.objectContaining({ code: 'usage', hint: 'Install it: get missing.' }),
  );
});

test('combines a reverse proxy with no other tunnel', () => {
  const shared = findTunnelDriver('public-url:https://hooks.example.com')!;
  expect(namesOf({ tunnels: [shared] })).toEqual(['public-url']);
  expect(() => tunnelPlanOf({ tunnels: [shared, aDriver('a')] })).toThrow(/cannot be combined/);
});
