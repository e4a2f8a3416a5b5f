import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { freePort } from '../support/forwarder.ts';
import { temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';
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
    /^✗ {2}tunnel {5}No request arrives through localtunnel\. .*refuses the connection/m,
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
