import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { freePort, startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { startTarget } from '../support/target.ts';

interface Found {
  readonly area: string;
  readonly state: string;
  readonly message: string;
  readonly hint: string | null;
}

const findingsIn = (stdout: Buffer) => (JSON.parse(stdout.toString()) as { findings: Found[] }).findings;

async function aServer() {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  return server;
}

test('checks target and tunnel, leaves nothing behind, and exits with 0 if requests arrive', async () => {
  const server = await aServer();
  const target = await startTarget();
  onTestFinished(() => target.close());
  const home = await temporaryHome();
  const args = ['doctor', target.url, '--tunnel-host', server.url, '--json'];
  const { code, stdout } = await runCli(args, { home });
  const found = findingsIn(stdout);
  expect([code, found.filter(({ state }) => state === 'failed')]).toEqual([0, []]);
  const said = found.map(({ area, message }) => `${area}: ${message}`).join('\n');
  expect(said).toMatch(/^target: .* responds \(200 to GET \/\)\.$/m);
  expect(said).toMatch(/^tunnel: http:\/\/\S+ leads here in \d+ ms, through localtunnel\.$/m);
  expect(said).toMatch(/^tunnel: The tunnel does not keep: header case\.$/m);
  expect(said).toMatch(/^tunnel: The tunnel keeps: body bytes, /m);
  expect(said).toMatch(/^clock: The clock agrees/m);
  expect(existsSync(home.db)).toBe(false);
});

test('reports on the listen that runs in the folder', async () => {
  const server = await aServer();
  const listening = await startListen(['--tunnel-host', server.url]);
  const { stdout, code } = await runCli(['doctor', '--json'], { home: listening.home });
  const said = findingsIn(stdout).map(({ message }) => message);
  expect(said).toContainEqual(
    expect.stringMatching(`^Port ${listening.port} is used by the listen of this folder`),
  );
  expect(said).toContainEqual(
    expect.stringMatching(
      `^${listening.ready['url']} leads here in \\d+ ms, through localtunnel, of the listen that runs here`,
    ),
  );
  expect(code).toBe(0);
});

test('exits with 1 where the target is down or the tunnel does not open, and says what to do', async () => {
  const nowhere = await freePort();
  const args = ['doctor', String(nowhere), '--tunnel-host', `http://127.0.0.1:${nowhere}`];
  const { code, stdout } = await runCli(args);
  expect(code).toBe(1);
  expect(stdout.toString()).toMatch(
    /^✗ {2}target {5}Nothing listens at http:\/\/localhost:\d+\.\n {14}Start your server\./m,
  );
  expect(stdout.toString()).toMatch(
    /^✗ {2}tunnel {5}No request arrives through localtunnel\. .*refuses the connection\.$/m,
  );
});

test('tells of a broken config file, and goes on', async () => {
  const home = await temporaryHome();
  await writeFile(join(home.work, 'webhook-cli.jsonc'), '{ "port": "x" ]');
  const { code, stdout } = await runCli(['doctor', '--no-tunnel', '--json'], { home });
  const found = findingsIn(stdout);
  expect(code).toBe(1);
  expect(found.find(({ area }) => area === 'config')).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/webhook-cli\.jsonc:1:\d+/),
  });
  expect(found.some(({ area }) => area === 'database')).toBe(true);
});

test('tells of a project file that is not trusted, also where other commands would refuse it', async () => {
  const home = await temporaryHome();
  await writeFile(join(home.work, 'webhook-cli.jsonc'), '{ "db": "other.db" }');
  const env = { WEBHOOK_CLI_DB: '' };
  const { code, stdout } = await runCli(['doctor', '--no-tunnel', '--json'], { home, env });
  expect(code).toBe(1);
  expect(findingsIn(stdout).find(({ area }) => area === 'config')).toMatchObject({
    message: expect.stringMatching(/db is set by a project file that you have not trusted/),
  });
});

test('says why no tunnel can be opened, after everything that was found', async () => {
  const { code, stdout } = await runCli(['doctor', '--tunnel', 'ngrok', '--json'], {
    env: { PATH: '/nowhere' },
  });
  const found = findingsIn(stdout);
  expect(code).toBe(1);
  expect(found.find(({ area, state }) => area === 'tunnel' && state === 'failed')).toMatchObject({
    message: 'No tunnel can be opened. The program ngrok was not found on PATH.',
    hint: expect.stringContaining('ngrok'),
  });
  expect(found.some(({ area }) => area === 'database')).toBe(true);

  const taken = await startTarget();
  onTestFinished(() => taken.close());
  const url = `http://127.0.0.1:${taken.port}`;
  const other = await runCli(['doctor', '--public-url', url, '--port', String(taken.port), '--json']);
  expect(findingsIn(other.stdout).filter(({ state }) => state === 'failed')).toMatchObject([
    { area: 'port', message: `Port ${taken.port} is not free: another program uses it at 127.0.0.1.` },
    { area: 'tunnel', message: `No tunnel can be opened. Port ${taken.port} is in use by another program.` },
  ]);
});

test('checks a target as the listen that runs sends requests to it', async () => {
  const server = await aServer();
  const target = await startTarget({
    answer(request, response) {
      const isOwn = request.rawHeaders.includes(`localhost:${target.port}`);
      if (isOwn) response.end('welcome');
      else response.writeHead(403).end('Blocked request. This host ("fox.example") is not allowed.');
    },
  });
  onTestFinished(() => target.close());
  const to = [String(target.port), '--tunnel-host', server.url];
  const checked = async (home: TestHome, ...args: string[]) => {
    const { stdout } = await runCli(['doctor', ...args, '--json'], { home });
    return findingsIn(stdout).filter(({ area }) => area === 'target');
  };
  const rewriting = await startListen([...to, '--host-header', 'rewrite']);
  expect(await checked(rewriting.home)).toMatchObject([{ state: 'ok' }]);
  expect(await checked(rewriting.home, '--host-header', 'keep')).toMatchObject([
    {
      state: 'failed',
      message: expect.stringMatching(/refuses requests for the host \S+\.localhost:\d+\.$/),
    },
  ]);
  expect(await checked(rewriting.home, String(rewriting.port))).toMatchObject([
    { state: 'failed', message: `The target http://localhost:${rewriting.port} is this listener itself.` },
  ]);
  // Without a tunnel, senders call localhost.
  const host = ['--host-header', 'keep', '--no-tunnel', String(target.port)];
  const [local] = await checked(await temporaryHome(), ...host);
  expect(local).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/for the host localhost\.$/),
  });
});

test('checks the address of --host', async () => {
  const at = async (host: string) => {
    const { stdout } = await runCli(['doctor', '--no-tunnel', '--host', host, '--json']);
    return findingsIn(stdout).find(({ area }) => area === 'port');
  };
  expect(await at('0.0.0.0')).toMatchObject({
    state: 'ok',
    message: 'Listen can use any free port at 0.0.0.0.',
  });
  expect(await at('203.0.113.99')).toMatchObject({
    state: 'failed',
    message: 'This machine does not have the address 203.0.113.99.',
    hint: 'Give one that it has, or --host 0.0.0.0 for all of them.',
  });
});
