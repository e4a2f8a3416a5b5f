import { describe, expect, onTestFinished, test } from 'vitest';
import { standInFor } from '../../test/support/stand-in.ts';
import { userErrorOf } from '../../test/support/user-error.ts';
import { UserError } from '../model/errors.ts';
import { cloudflared } from './cloudflared.ts';
import { driverSettings } from './index.ts';
import type { DriverSettings } from './tunnel.ts';

const never = new AbortController().signal;

/** What cloudflared prints for a quick tunnel, after its source and its documentation. */
const box = `2026-05-13T07:00:00Z INF Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way to experiment and try it out. If you intend to use Tunnels in production you should use a pre-created named tunnel by following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps
2026-05-13T07:00:00Z INF Requesting new quick Tunnel on trycloudflare.com...
2026-05-13T07:00:01Z INF +--------------------------------------------------------------------------------------------+
2026-05-13T07:00:01Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |
2026-05-13T07:00:01Z INF |  https://gentle-river-spring-fox.trycloudflare.com                                          |
2026-05-13T07:00:01Z INF +--------------------------------------------------------------------------------------------+
`;
const registered = (number: number) =>
  `2026-05-13T07:00:02Z INF Registered tunnel connection connIndex=${number} connection=b7ebd606-8da5-4273-af3d-472ec741887c event=0 ip=198.51.100.13 location=fra01 protocol=quic\n`;

async function open(text: string, settings: DriverSettings = {}, exitCode?: number) {
  const standIn = await standInFor('cloudflared', text, exitCode);
  const tunnel = await cloudflared.open(4711, { env: standIn.env, settings }, never);
  onTestFinished(() => tunnel.close());
  return { ...standIn, tunnel };
}

async function messageOf(opening: Promise<unknown>): Promise<string> {
  const { code, message } = await userErrorOf(opening);
  return `${code}: ${message}`;
}

describe('cloudflared, with a stand-in: not run against the real service', () => {
  test('opens a quick tunnel, whatever the settings file of the user says', async () => {
    const { tunnel, args } = await open(box + registered(0));
    expect(tunnel.url).toBe('https://gentle-river-spring-fox.trycloudflare.com');
    expect(args()).toEqual([
      'tunnel',
      '--config',
      '/dev/null',
      '--no-autoupdate',
      '--url',
      'http://127.0.0.1:4711',
    ]);
    await tunnel.close();
    expect(await tunnel.ended).toBeUndefined();
  });

  test('connects with the protocol that is set', async () => {
    const { args } = await open(box + registered(0), { protocol: 'http2' });
    expect(args().slice(4, 6)).toEqual(['--protocol', 'http2']);
  });

  test('is not open before it is connected', async () => {
    const standIn = await standInFor('cloudflared', box);
    let isOpen = false;
    const opening = cloudflared.open(4711, { env: standIn.env }, never).then((tunnel) => {
      isOpen = true;
      return tunnel;
    });
    await expect.poll(() => standIn.args().length).toBeGreaterThan(0);
    expect(isOpen).toBe(false);
    standIn.printMore(registered(0));
    const tunnel = await opening;
    await tunnel.close();
  });

  test('tells whether it is connected', async () => {
    const { tunnel, printMore } = await open(box + registered(0) + registered(1));
    const isConnected = () => tunnel.isConnected!(never);
    expect(await isConnected()).toBe(true);
    printMore(`ERR Connection terminated error="timeout: no recent network activity" connIndex=0
INF Retrying connection in up to 2s connIndex=0
INF Unregistered tunnel connection connIndex=1
`);
    await expect.poll(isConnected).toBe(false);
    printMore(registered(1));
    await expect.poll(isConnected).toBe(true);
  });

  test('runs a tunnel of the account', async () => {
    const { tunnel, args } = await open(registered(0), { tunnel: 'hooks', url: 'https://hooks.example.com' });
    expect(tunnel.url).toBe('https://hooks.example.com');
    expect(args().slice(4)).toEqual(['run', '--url', 'http://127.0.0.1:4711', 'hooks']);
  });

  test.each([
    [
      '2026-05-29T09:25:34Z ERR Error unmarshaling QuickTunnel response: error code: 1015 error="invalid character \'e\' looking for beginning of value" status_code="429 Too Many Requests"\nfailed to unmarshal quick Tunnel: invalid character \'e\' looking for beginning of value\n',
      'unavailable: Cloudflare gives this network no more quick tunnels for now (429 Too Many Requests): wait, or use a tunnel of your account.',
    ],
    [
      'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup api.trycloudflare.com on 127.0.0.11:53: no such host\n',
      'unavailable: Cloudflare cannot be asked for a quick tunnel: no such host.',
    ],
    [
      "error parsing tunnel ID: Error locating origin cert: client didn't specify origincert path\n",
      'unavailable: cloudflared is not logged in to your account: run `cloudflared tunnel login`.',
    ],
    [
      'something else is wrong.\n',
      'unavailable: cloudflared ended with exit code 1: something else is wrong.',
    ],
  ])('explains %j', async (text, message) => {
    expect(await messageOf(open(text, {}, 1))).toBe(message);
  });

  test('is an error where it is not installed', async () => {
    const opening = cloudflared.open(4711, { env: { PATH: '/nowhere' } }, never);
    expect(await messageOf(opening)).toBe('usage: The program cloudflared was not found on PATH.');
  });

  test.each([{ tunnel: 'hooks' }, { url: 'https://hooks.example.com' }])(
    'rejects %j alone',
    async (settings) => {
      expect(await messageOf(open(registered(0), settings as DriverSettings))).toMatch(
        /^usage: .* belong together/,
      );
    },
  );

  test.each([{ tunnel: '--help' }, { tunnel: 'a b' }, { url: 'hooks.example.com' }])(
    'rejects %j',
    (settings) => {
      expect(() => driverSettings(cloudflared, settings as DriverSettings)).toThrow(UserError);
    },
  );
});
