import { describe, expect, onTestFinished, test } from 'vitest';
import { standInFor } from '../../test/support/stand-in.ts';
import { userErrorOf } from '../../test/support/user-error.ts';
import { UserError } from '../model/errors.ts';
import { driverSettings } from './index.ts';
import { tailscale } from './tailscale.ts';
import type { DriverSettings } from './tunnel.ts';

const never = new AbortController().signal;

/** What `tailscale funnel` prints, after its documentation and source. */
const available = (urls: string) => `Available on the internet:

${urls}

Press Ctrl+C to exit.
`;

async function open(text: string, settings: DriverSettings = {}, exitCode?: number) {
  const standIn = await standInFor('tailscale', text, exitCode);
  const tunnel = await tailscale.open(4711, { env: standIn.env, settings }, never);
  onTestFinished(() => tunnel.close());
  return { ...standIn, tunnel };
}

async function messageOf(opening: Promise<unknown>): Promise<string> {
  const { code, message } = await userErrorOf(opening);
  return `${code}: ${message}`;
}

describe('tailscale, with a stand-in: not run against the real service', () => {
  test.each<[DriverSettings, string, string, readonly string[]]>([
    [
      {},
      'https://fox.tail1234.ts.net/\n|-- proxy http://127.0.0.1:4711',
      'https://fox.tail1234.ts.net',
      ['funnel', '--https=443', 'http://127.0.0.1:4711'],
    ],
    [
      { port: '8443' },
      'https://fox.tail1234.ts.net:8443/\n|-- proxy http://127.0.0.1:4711',
      'https://fox.tail1234.ts.net:8443',
      ['funnel', '--https=8443', 'http://127.0.0.1:4711'],
    ],
    [
      { mode: 'tcp' },
      '|-- tcp://fox.tail1234.ts.net:443 (TLS terminated)\n|-- tcp://100.64.0.7:443\n|--> tcp://127.0.0.1:4711',
      'https://fox.tail1234.ts.net',
      ['funnel', '--tls-terminated-tcp=443', 'tcp://127.0.0.1:4711'],
    ],
  ])('opens a tunnel with %j', async (settings, urls, url, expected) => {
    const { tunnel, args } = await open(available(urls), settings);
    expect([tunnel.url, args()]).toEqual([url, expected]);
    expect(await tunnel.isConnected?.(never)).toBe(true);
    await tunnel.close();
    expect(await tunnel.ended).toBeUndefined();
  });

  test('trusts the address of the sender where it sets it', () => {
    expect(tailscale.addressSource?.(driverSettings(tailscale))).toBe('x-forwarded-for');
    expect(tailscale.addressSource?.(driverSettings(tailscale, { mode: 'tcp' }))).toBe('none');
  });

  test('does not wait for Funnel to be enabled', async () => {
    const page = 'https://login.tailscale.com/f/funnel?node=nho4oGYG7X11CNTRL';
    const text = `\nFunnel is not enabled on your tailnet.\nTo enable, visit:\n\n         ${page}\n`;
    expect(await messageOf(open(text))).toBe(
      `unavailable: Funnel is not enabled on your tailnet: enable it at ${page}.`,
    );
  });

  test.each([
    [
      'Logged out.\nLog in at: https://login.tailscale.com/a/1234\n',
      'Tailscale is logged out: run `tailscale up`.',
    ],
    ['Tailscale is stopped.\n', 'Tailscale is stopped: run `tailscale up`.'],
    [
      "failed to connect to local tailscaled; it doesn't appear to be running (sudo systemctl start tailscaled ?)\n",
      'The Tailscale service does not run on this machine: start tailscaled.',
    ],
    [
      'error: foreground already exists under this port\n\ntry `tailscale funnel --help` for usage info\n',
      'Tailscale serves something else on this port: stop it, or set another one with tailscale.port.',
    ],
    [
      'Funnel not available; HTTPS must be enabled. See https://tailscale.com/s/https.\n',
      'HTTPS is not enabled on your tailnet: see https://tailscale.com/s/https.',
    ],
    [
      'error: it is broken\n\ntry `tailscale funnel --help` for usage info\n',
      'tailscale ended with exit code 1: error: it is broken.',
    ],
  ])('explains %j', async (text, message) => {
    expect(await messageOf(open(text, {}, 1))).toBe(`unavailable: ${message}`);
  });

  test.each([{ port: '80' }, { mode: 'udp' }])('rejects %j', (settings) => {
    expect(() => driverSettings(tailscale, settings as DriverSettings)).toThrow(UserError);
  });
});
