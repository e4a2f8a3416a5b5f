import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { aForwarder } from '../support/forwarder.ts';
import { freePort, type Listening, shown, startListen } from '../support/listening.ts';
import type { JsonLine } from '../support/output.ts';
import { sendTo } from '../support/send.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'own-tunnel-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function ended({ cli }: Pick<Listening, 'cli'>): Promise<void> {
  cli.signal('SIGINT');
  expect(await cli.exit).toBe(130);
}

const isOnline = ({ type, state }: JsonLine) => type === 'tunnel' && state === 'online';

describe('a tunnel of a command', () => {
  test('carries requests, and ends with the session', async () => {
    const folder = await temporaryFolder();
    const publicPort = await freePort();
    const program = await aForwarder(folder, 'my tunnel', publicPort);
    const url = `http://127.0.0.1:${publicPort}`;
    const listening = await startListen([
      ...['--tunnel', `command:'${program}' {port} $HOME a,b`],
      ...['--tunnel-option', `command.url=${url}`],
    ]);
    expect(listening.ready).toMatchObject({ url });
    expect(await listening.cli.waitForLine(isOnline)).toMatchObject({
      driver: 'command',
      verified: true,
    });
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect((await sendTo(`${url}/hooks?a=1`, { body })).status).toBe(200);
    expect(await shown(listening.home)).toMatchObject({
      requestTarget: '/hooks?a=1',
      url: `${url}/hooks?a=1`,
    });
    await ended(listening);
    await expect(sendTo(url, {})).rejects.toThrow(/ECONNREFUSED/);
  });

  test('is not taken from a project file, even a trusted one', async () => {
    const folder = await temporaryFolder();
    const mark = join(folder, 'was-run');
    const config = { tunnel: `command:/bin/sh -c 'touch ${mark}'`, onUrl: `/bin/sh -c 'touch ${mark}'` };
    const text = JSON.stringify(config);
    await writeFile(join(folder, 'webhook-cli.jsonc'), text);
    const env = { WEBHOOK_CLI_TRUST_CONFIG: createHash('sha256').update(text).digest('hex') };
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const cli = await startCli(['listen', '--tunnel-host', nowhere, '--json'], { cwd: folder, env });
    await cli.waitForLine(({ type, driver }) => type === 'tunnel' && driver === 'localtunnel');
    expect(cli.stderr()).toMatch(/tunnel is ignored: a project's file cannot run programs/);
    expect(cli.stderr()).toMatch(/onUrl is ignored/);
    await ended({ cli });
    await expect(readFile(mark)).rejects.toThrow();
  });

  test.each([
    [['--tunnel', 'command:./no-such-tunnel {port}'], /cannot be run/],
    [['--tunnel', "command:./a 'b"], /quote/],
    [['--tunnel', 'localtunnel,none'], /mixes none or auto/],
    [['--tunnel', 'localtunnel,ngork'], /Unknown tunnel .*ngork/],
    [['--tunnel', 'none', '--public-url', 'https://hooks.example.com'], /cannot be combined/],
    [['--public-url', 'hooks.example.com'], /is not a public URL/],
    [['--no-tunnel', '--on-url', './no-such-program'], /cannot be run/],
  ])('%j is an error of usage', async (args, message) => {
    const { code, stderr } = await runCli(['listen', ...args, '--json']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

/** A reverse proxy that removes the path /base, as nginx does with a slash after the upstream. */
async function aReverseProxy(port: number, headers: Record<string, string>): Promise<number> {
  const proxy = createServer((incoming, response) => {
    const path = (incoming.url ?? '').replace(/^\/base/, '') || '/';
    const options = {
      port,
      host: '127.0.0.1',
      path,
      method: incoming.method,
      headers: { ...incoming.headers, ...headers },
    };
    const outgoing = httpRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return (proxy.address() as AddressInfo).port;
}

describe('a public URL of a reverse proxy', () => {
  test('asks for the port that it leads to', async () => {
    const asks = /give --port the one that your reverse proxy leads to/;
    const args = ['listen', '--public-url', `http://127.0.0.1:${await freePort()}`, '--json'];
    const without = await startCli(args);
    await expect.poll(without.stderr).toMatch(asks);
    const given = await startCli([...args, '--port', String(await freePort())]);
    await given.waitForLine(({ type }) => type === 'tunnel');
    expect(given.stderr()).not.toMatch(asks);
    for (const cli of [without, given]) await ended({ cli });
  });

  test('is verified, and requests have its URL and the address that it tells', async () => {
    const port = await freePort();
    const forwarded = {
      'x-forwarded-for': '198.51.100.9, 203.0.113.7',
      'x-forwarded-proto': 'https',
      host: 'upstream',
    };
    const proxyPort = await aReverseProxy(port, forwarded);
    const url = `http://127.0.0.1:${proxyPort}/base`;
    const listening = await startListen([
      ...['--port', String(port), '--public-url', `${url}/`],
      ...['--tunnel-option', 'public-url.addressHeader=X-Forwarded-For', '--allow-ip', '203.0.113.0/24'],
      ...['--allow-ip', '127.0.0.1'],
    ]);
    expect(listening.ready).toMatchObject({ url });
    expect(await listening.cli.waitForLine(isOnline)).toMatchObject({
      driver: 'public-url',
      verified: true,
    });
    expect((await sendTo(`${url}/hooks`, { body: 'x' })).status).toBe(200);
    expect(await shown(listening.home)).toMatchObject({
      requestTarget: '/hooks',
      url: `${url}/hooks`,
      remoteAddress: '203.0.113.7',
    });
    expect((await sendTo(`${listening.localUrl}/local`, { body: 'x' })).status).toBe(200);
    expect(await shown(listening.home)).toMatchObject({
      url: `${listening.localUrl}/local`,
      remoteAddress: '127.0.0.1',
    });
    await ended(listening);
  });

  test('that leads elsewhere is shown as unreachable', async () => {
    const proxyPort = await aReverseProxy(await freePort(), {});
    const url = `http://127.0.0.1:${proxyPort}`;
    const cli = await startCli(['listen', '--public-url', url, '--json']);
    expect(await cli.waitForLine(({ state }) => state === 'unreachable')).toMatchObject({
      url,
      verified: false,
    });
    await ended({ cli });
  });
});

test('a command runs with the public URL', async () => {
  const folder = await temporaryFolder();
  const publicPort = await freePort();
  const program = await aForwarder(folder, 'my tunnel', publicPort);
  const url = `http://127.0.0.1:${publicPort}`;
  const update = join(folder, 'update');
  await writeFile(update, `#!/bin/sh\nprintf '%s' "$1" > '${folder}/url'; echo updated; exit 3\n`);
  await chmod(update, 0o755);
  const listening = await startListen([
    ...['--tunnel', `command:'${program}' {port}`, '--tunnel-option', `command.url=${url}`],
    ...['--on-url', `'${update}' {url}`],
  ]);
  await expect.poll(() => listening.cli.stderr()).toMatch(/update ended with exit code 3/);
  expect(listening.cli.stderr()).toMatch(/update: updated/);
  expect(await readFile(join(folder, 'url'), 'utf8')).toBe(url);
  await ended(listening);
});
