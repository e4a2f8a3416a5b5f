import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, startCli } from '../support/cli.ts';
import { aForwarder } from '../support/forwarder.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { freePort, shown, startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { openTerminal } from '../support/terminal.ts';

// The stand-in of cloudflared prints what it prints for a tunnel of an account: not run against the real service.
const registered =
  '2026-05-13T07:00:02Z INF Registered tunnel connection connIndex=0 event=0 ip=198.51.100.13 location=fra01';

/** A cloudflared on PATH whose public URL leads to this machine, and a tunnel server that is not there. */
async function aStandIn() {
  const folder = await mkdtemp(join(tmpdir(), 'fallback-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const publicPort = await freePort();
  await aForwarder(folder, 'cloudflared', publicPort, registered);
  const url = `http://127.0.0.1:${publicPort}`;
  const server = `http://127.0.0.1:${await freePort()}`;
  return {
    url,
    env: { PATH: `${folder}:${process.env['PATH']}` },
    server: (host = server) => ['--tunnel-host', host],
    named: ['--tunnel-option', 'cloudflared.tunnel=mine', '--tunnel-option', `cloudflared.url=${url}`],
  };
}

/** A server that accepts connections and never says a word. */
async function aSilentServer(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('a list of drivers', () => {
  test.each([
    ['refuses', undefined],
    ['is silent', aSilentServer],
  ])('gives the URL of the second one where the server of the first one %s', async (_what, aServer) => {
    const { url, env, server, named } = await aStandIn();
    const args = ['--tunnel', 'localtunnel,cloudflared', ...server(await aServer?.()), ...named];
    const { cli, home, ready } = await startListen(args, { env });
    expect(ready).toMatchObject({ url });
    const failed = await cli.waitForLine(({ type }) => type === 'tunnel');
    expect(failed).toMatchObject({
      state: 'unreachable',
      driver: 'localtunnel',
      message: expect.stringMatching(/; trying cloudflared\.$/),
    });
    const online = await cli.waitForLine(({ state }) => state === 'online');
    expect(online).toMatchObject({ driver: 'cloudflared', url, verified: true });
    expect((await sendTo(`${url}/a`, { body: 'x' })).status).toBe(200);
    expect(await shown(home)).toMatchObject({ requestTarget: '/a' });

    // The driver of the last URL goes first.
    cli.signal('SIGINT');
    await cli.exit;
    const again = await startListen(args, { env, home });
    expect(await again.next('tunnel')).toMatchObject({ state: 'online', driver: 'cloudflared' });
  });

  test('leaves out a driver whose sender addresses cannot be trusted, and says so', async () => {
    const { url, env, server, named } = await aStandIn();
    const args = ['--tunnel', 'localtunnel,cloudflared', ...server(), ...named, '--allow-ip', '203.0.113.7'];
    const { cli, home, next } = await startListen(args, { env });
    expect(await next('tunnel')).toMatchObject({ state: 'online', driver: 'cloudflared' });
    expect(cli.stderr()).toMatch(/The tunnel localtunnel is left out: .*--allow-ip/);
    const from = (address: string) =>
      sendTo(`${url}/x`, { headers: ['CF-Connecting-IP', address], body: 'x' });
    expect([(await from('203.0.113.8')).status, (await from('203.0.113.7')).status]).toEqual([403, 200]);
    expect(await shown(home)).toMatchObject({ remoteAddress: '203.0.113.7' });
  });
});

describe('the default driver without a public URL', () => {
  test('stays, and without a terminal the command that would use another is printed', async () => {
    const { env, server, named } = await aStandIn();
    const args = ['listen', '3000', '--tunnel', 'auto', ...server(), ...named, '--json'];
    const cli = await startCli(args, { env });
    const { url } = await cli.waitForLine(({ type }) => type === 'ready', 15_000);
    expect(url).toBeNull();
    await expect
      .poll(cli.stderr)
      .toMatch(/"code":"fallback","message":".*: webhook-cli listen 3000 --tunnel cloudflared"/);
    expect(await cli.waitForLine(({ type }) => type === 'tunnel')).toMatchObject({ driver: 'localtunnel' });
    expect(cli.stdout()).not.toContain('cloudflared');
  });

  /** `listen` in a terminal. */
  const inTerminal = (home: TestHome, env: Record<string, string>, args: readonly string[]) =>
    openTerminal({
      command: process.execPath,
      args: [cliFile, 'listen', '3000', '--tunnel', 'auto', ...args],
      cwd: home.work,
      env: { LANG: 'C.UTF-8', ...home.env, ...env },
      cols: 100,
    });

  test('is asked about once in the terminal UI', async () => {
    const { url, env, server, named } = await aStandIn();
    const home = await temporaryHome();
    const first = inTerminal(home, env, [...server(), ...named]);
    await first.waitFor(/U uses cloudflared instead, a service of another company/, 15_000);
    first.write('U');
    await first.waitFor(new RegExp(`${url} ●`));
    first.write('\u0003');
    await first.exit;

    const second = inTerminal(home, env, [...server(), ...named]);
    await second.waitFor(new RegExp(`${url} ●`));
    expect(second.screen()).not.toContain('another company');
  });
});
