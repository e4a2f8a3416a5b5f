import { describe, expect, onTestFinished, test } from 'vitest';
import { standInFor } from '../../test/support/stand-in.ts';
import { userErrorOf } from '../../test/support/user-error.ts';
import { UserError } from '../model/errors.ts';
import { driverSettings } from './index.ts';
import { ngrok } from './ngrok.ts';
import type { DriverSettings } from './tunnel.ts';

const never = new AbortController().signal;

/** What the agent logs with --log-format=json. */
const started = `{"lvl":"info","msg":"no configuration paths supplied","t":"2026-09-12T20:25:13+0200"}
{"addr":"127.0.0.1:4040","allow_hosts":null,"lvl":"info","msg":"starting web service","obj":"web","t":"2026-09-12T20:25:13+0200"}
{"lvl":"info","msg":"client session established","obj":"csess","t":"2026-09-12T20:25:17+0200"}
{"addr":"http://127.0.0.1:4711","lvl":"info","msg":"started tunnel","name":"command_line","obj":"tunnels","t":"2026-09-12T20:25:17+0200","url":"https://94b1-192-0-2-7.ngrok-free.app"}
`;

async function open(text: string, settings: DriverSettings = {}, exitCode?: number) {
  const standIn = await standInFor('ngrok', text, exitCode);
  const tunnel = await ngrok.open(4711, { env: standIn.env, settings }, never);
  onTestFinished(() => tunnel.close());
  return { ...standIn, tunnel };
}

async function messageOf(opening: Promise<unknown>): Promise<string> {
  const { code, message } = await userErrorOf(opening);
  return `${code}: ${message}`;
}

describe('ngrok, with a stand-in: not run against the real service', () => {
  test('opens a tunnel', async () => {
    const { tunnel, args } = await open(started);
    expect(tunnel.url).toBe('https://94b1-192-0-2-7.ngrok-free.app');
    expect(args()).toEqual(['http', '127.0.0.1:4711', '--log=stdout', '--log-format=json']);
    await tunnel.close();
    expect(await tunnel.ended).toBeUndefined();
  });

  test('asks for the URL of the account', async () => {
    const { args } = await open(started, { url: 'https://abc.ngrok-free.dev' });
    expect(args().at(-1)).toBe('--url=https://abc.ngrok-free.dev');
  });

  test('tells whether it is connected', async () => {
    const { tunnel, printMore } = await open(started);
    const isConnected = () => tunnel.isConnected!(never);
    expect(await isConnected()).toBe(true);
    printMore('{"lvl":"eror","msg":"session closed, starting reconnect loop","err":"session closed"}\n');
    await expect.poll(isConnected).toBe(false);
    printMore('{"lvl":"info","msg":"client session established","obj":"csess"}\n');
    await expect.poll(isConnected).toBe(true);
  });

  const errorOf = (number: number) =>
    `{"lvl":"eror","msg":"failed to reconnect session","err":"authentication failed\\r\\n\\r\\nERR_NGROK_${number}\\r\\n"}
ERROR:  authentication failed
ERROR:
ERROR:  ERR_NGROK_${number}
ERROR:  https://ngrok.com/docs/errors/err_ngrok_${number}
ERROR:
`;

  test.each([
    [
      4018,
      /^unavailable: ngrok needs an account: run `ngrok config add-authtoken TOKEN` with the token of https:/,
    ],
    [107, /^unavailable: ngrok does not accept the token of your account/],
    [108, /^unavailable: Another ngrok agent of your account runs already/],
    [334, /^unavailable: The URL is in use by another ngrok agent/],
    [
      999,
      /^unavailable: ngrok failed with ERR_NGROK_999: see https:\/\/ngrok\.com\/docs\/errors\/err_ngrok_999\.$/,
    ],
  ])('explains error %i', async (number, message) => {
    expect(await messageOf(open(errorOf(number), {}, 1))).toMatch(message);
  });

  test('tells what else is wrong', async () => {
    const text = '{"lvl":"info","msg":"no configuration paths supplied"}\nERROR:  unknown flag: --x\n';
    expect(await messageOf(open(text, {}, 1))).toBe(
      'unavailable: ngrok ended with exit code 1: ERROR:  unknown flag: --x.',
    );
  });

  test.each([{ url: 'abc.ngrok-free.dev' }, { domain: 'x' }])('rejects %j', (settings) => {
    expect(() => driverSettings(ngrok, settings as DriverSettings)).toThrow(UserError);
  });
});
