import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { listed, startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';
import { openTerminal } from '../support/terminal.ts';

const send = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(url, { method: 'POST', body: 'x', headers })).status;

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

describe('rejected requests get a reply, are counted and shown, and are not recorded', () => {
  test('--basic-auth reads the password from the environment or a file and prints it nowhere', async () => {
    const home = await temporaryHome();
    const secret = 'correct horse battery staple';
    const { cli, localUrl: url } = await startListen(['--basic-auth', 'me:env:HOOK_PASSWORD'], {
      home,
      env: {
        HOOK_PASSWORD: secret,
      },
    });
    expect(await send(url)).toBe(401);
    expect(await send(url, basic('me:wrong'))).toBe(401);
    expect(await send(url, basic(`me:${secret}`))).toBe(200);
    await cli.waitForOutput(/"type":"refused","status":401/);
    expect(await listed(home)).toHaveLength(1);
    const shown = await runCli(['show', '@'], { home });
    for (const text of [cli.stderr(), shown.stdout.toString()]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(`me:${secret}`).toString('base64'));
    }
    cli.signal('SIGINT');
    await cli.exit;

    const file = join(home.folder, 'password');
    await writeFile(file, `${secret}\n`);
    const other = await startListen(['--basic-auth', `me:file:${file}`], { home });
    expect(await send(other.localUrl, basic(`me:${secret}`))).toBe(200);
  });

  test('a missing secret is exit 4, a secret on the command line exit 2', async () => {
    const home = await temporaryHome();
    const missing = await runCli(['listen', '--no-tunnel', '--basic-auth', 'me:env:NOT_SET'], { home });
    expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining('NOT_SET is not set')]);
    const plain = await runCli(['listen', '--no-tunnel', '--basic-auth', 'me:hunter2'], { home });
    expect([plain.code, plain.stderr]).toEqual([2, expect.not.stringContaining('hunter2')]);
  });

  test('--allow-ip', async () => {
    const home = await temporaryHome();
    const closed = await startListen(['--allow-ip', '203.0.113.0/24', '--allow-ip', '2001:db8::/32'], {
      home,
    });
    expect(await send(closed.localUrl)).toBe(403);
    // Whoever calls the local port can't claim to have been forwarded.
    expect(await send(closed.localUrl, { 'x-forwarded-for': '203.0.113.7' })).toBe(403);
    const open = await startListen(['--allow-ip', '127.0.0.1', '--allow-ip', '::1'], { home });
    expect(await send(open.localUrl)).toBe(200);
  });

  test('--max-rate', async () => {
    const home = await temporaryHome();
    const { localUrl: url } = await startListen(['--max-rate', '3'], { home });
    const statuses = await Promise.all(Array.from({ length: 12 }, () => send(url)));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(4);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);
  });

  test('--record-refused records rejected requests and never forwards them', async () => {
    const home = await temporaryHome();
    const target = await startTarget();
    onTestFinished(() => target.close());
    const { localUrl: url } = await startListen(
      [String(target.port), '--allow-ip', '203.0.113.7', '--record-refused'],
      { home },
    );
    expect(await send(url)).toBe(403);
    expect(await listed(home)).toMatchObject([
      { reply: { status: 403, by: 'listener' }, deliveries: [], attempts: [] },
    ]);
    expect(target.requests).toHaveLength(0);
  });
});

describe('--path-token', () => {
  test('is in the URL and the stored request, and hidden from people and the target', async () => {
    const home = await temporaryHome();
    const target = await startTarget();
    onTestFinished(() => target.close());
    const server = await startLocaltunnelServer();
    onTestFinished(() => server.stop());
    const args = [
      'listen',
      String(target.port),
      '--json',
      '--path-token',
      '--tunnel-host',
      server.url,
      '--project',
      'shop',
    ];
    const cli = await startCli(args, { home });
    const ready = await cli.waitForLine(({ type }) => type === 'ready');
    const url = new URL(String(ready['url']));
    const token = url.pathname.slice(1);
    expect(token).toMatch(/^[0-9a-f]{32}$/);

    expect((await sendTo(`${url.origin}/hooks`, { method: 'POST', body: 'x' })).status).toBe(404);
    expect((await sendTo(`${url.href}/hooks?a=b`, { method: 'POST', body: 'x' })).status).toBe(200);
    expect((await target.next()).url).toBe('/hooks?a=b');
    const [request] = await listed(home);
    expect(request).toMatchObject({ requestTarget: `/${token}/hooks?a=b`, url: `${url.href}/hooks?a=b` });

    for (const command of [['list'], ['show', '@']]) {
      const { stdout } = await runCli(command, { home });
      expect([command, stdout.toString().includes(token)]).toEqual([command, false]);
      expect(stdout.toString()).toContain('/••••/hooks?a=b');
    }
    await runCli(['replay', '@'], { home });
    expect((await target.next()).url).toBe('/hooks?a=b');
    cli.signal('SIGINT');
    await cli.exit;

    const again = await startCli(['listen', '--no-tunnel', '--path-token', '--project', 'shop'], { home });
    const [, localUrl] = await again.waitForOutput(/^(http:\S+)\n/);
    expect(localUrl).toMatch(new RegExp(`/${token}$`));
    await fetch(`${localUrl}/printed`, { method: 'POST' });
    await again.waitForOutput(/POST \/••••\/printed/);
    again.signal('SIGINT');
    await again.exit;

    const terminal = openTerminal({
      command: process.execPath,
      args: [cliFile, 'listen', '--no-tunnel', '--path-token', '--project', 'shop'],
      cwd: home.work,
      env: home.env,
      cols: 140,
      rows: 30,
    });
    await terminal.waitFor(/\/••••\/printed/);
    terminal.write('k\r');
    await terminal.waitFor(/following paused/);
    const screen = terminal.screen();
    // The address that is to be given to a provider is shown, in the header alone.
    expect(screen.split(token)).toHaveLength(2);
    terminal.write('q');
    await terminal.exit;
  });
});
