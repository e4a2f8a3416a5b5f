import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { freePort, listed, shown, startListen } from '../support/listening.ts';

/** Posts from one loopback address to another: what is not 127.0.0.1 is to Linux like an address of a network. */
function post(url: URL, from: string): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', localAddress: from }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code!));
    sent.end('{"a":1}');
  });
}

const isLinux = process.platform === 'linux';

describe('--host', () => {
  test.skipIf(!isLinux)('takes requests at every address, with their senders’ own addresses', async () => {
    const { home, localUrl, port, cli } = await startListen(['--host', '0.0.0.0', '--path-token']);
    const url = new URL(localUrl);
    expect(url.origin).toBe(`http://localhost:${port}`);
    url.hostname = '127.0.0.2';
    expect(await post(new URL('/guess', url), '127.0.0.9')).toBe(404);
    expect(await post(url, '127.0.0.9')).toBe(200);
    expect(await shown(home)).toMatchObject({ remoteAddress: '127.0.0.9', url: url.href });
    for (const own of ['127.0.0.1', '[::1]']) {
      url.hostname = own;
      expect(await post(url, own.replace(/[[\]]/g, ''))).toBe(200);
    }
    // Other commands find the listener as before.
    const triggered = await runCli(['trigger', 'stripe', 'charge.succeeded'], { home });
    expect([triggered.code, triggered.stderr]).toEqual([0, expect.anything()]);
    expect(await listed(home)).toHaveLength(4);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
  });

  test.skipIf(!isLinux)('takes requests at one more address only', async () => {
    const { localUrl } = await startListen(['--host', '127.0.0.2']);
    const url = new URL(localUrl);
    expect(await post(url, '127.0.0.1')).toBe(200);
    url.hostname = '127.0.0.2';
    expect(await post(url, '127.0.0.9')).toBe(200);
    url.hostname = '127.0.0.3';
    expect(await post(url, '127.0.0.9')).toBe('ECONNREFUSED');
  });

  test('needs a token or a password where other machines can connect', async () => {
    for (const host of ['0.0.0.0', '::', '203.0.113.99']) {
      const { code, stderr } = await runCli(['listen', '--no-tunnel', '--host', host]);
      expect([code, stderr]).toEqual([
        2,
        `webhook-cli: With --host ${host}, every machine of the network could send requests.\n` +
          'Add --path-token or --basic-auth.\n',
      ]);
    }
  });

  test('rejects what is no address, is not of this machine, or leads a target back here', async () => {
    const port = String(await freePort());
    const failed = async (...args: string[]) => {
      const { code, stderr } = await runCli(['listen', '--no-tunnel', '--port', port, ...args]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await failed('--host', 'example.com')).toContain(
      '"example.com" is not an IP address to listen on.',
    );
    expect(await failed('--host', '203.0.113.99', '--path-token')).toMatch(
      /This machine does not have the address 203\.0\.113\.99\.\nIts addresses are: .*0\.0\.0\.0 stands for all of them\.\n$/,
    );
    for (const target of [`127.0.0.1:${port}`, `0.0.0.0:${port}`])
      expect(await failed(target, '--host', '::', '--path-token')).toContain('is this listener itself.');
    if (isLinux) {
      const target = `127.0.0.2:${port}`;
      expect(await failed(target, '--host', '127.0.0.2')).toContain('is this listener itself.');
    }
  });

  test('is not taken from a project’s config file that is not trusted', async () => {
    const home = await temporaryHome();
    await writeFile(join(home.work, 'webhook-cli.jsonc'), '{ "host": "0.0.0.0" }');
    const { cli } = await startListen([], { home });
    await cli.waitForOutput(/is not trusted, so this setting is ignored: host/);
  });
});
