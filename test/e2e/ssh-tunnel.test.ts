import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { fidelityCases, startListening } from '../support/fidelity-cases.ts';
import { temporaryFolder } from '../support/folders.ts';
import { freePort, listed, startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { sshdFile, sshdNote, startSshServer, through } from '../support/ssh-server.ts';

describe.skipIf(sshdFile === undefined)(`through ssh to a real server and back${sshdNote}`, () => {
  fidelityCases(async () =>
    startListening(through(await startSshServer()), ({ url }) => Number(new URL(String(url)).port)),
  );

  test('the measure of fidelity finds nothing changed', async () => {
    const { cli } = await startListen(through(await startSshServer()));
    const { fidelity } = await cli.waitForLine(({ fidelity }) => Boolean(fidelity), 30_000);
    expect(new Set(Object.values(fidelity as Record<string, string>))).toEqual(new Set(['kept']));
  });

  test('the URL is the same after a restart, also one within a second', async () => {
    const server = await startSshServer();
    const first = await startListen(through(server));
    expect((await sendTo(`${first.ready['url']}/first`, { body: 'x' })).status).toBe(200);
    first.cli.signal('SIGKILL');
    await first.cli.exit;
    const second = await startListen(through(server), { home: first.home });
    expect(second.ready['url']).toBe(first.ready['url']);
    expect((await sendTo(`${second.ready['url']}/second`, { body: 'x' })).status).toBe(200);
    const requests = await listed(first.home);
    expect(requests.map(({ url }) => url)).toEqual(
      ['second', 'first'].map((path) => `${first.ready['url']}/${path}`),
    );
  });

  test('a port that is taken is told of, and another one is used', async () => {
    const server = await startSshServer();
    const first = await startListen(through(server));
    const { port } = new URL(String(first.ready['url']));
    const second = await startListen(through(server), { home: first.home });
    const said = (await Promise.all([second.next('tunnel'), second.next('tunnel')])).map(
      ({ message }) => message,
    );
    expect(said).toEqual([
      `Port ${port} is taken; asking for it again before using another.`,
      `Port ${port} is not available; using ${second.ready['url']}.`,
    ]);
    expect((await sendTo(`${second.ready['url']}/second`, { body: 'x' })).status).toBe(200);
  });

  test('a server that is down is told of, with what ssh says', async () => {
    const server = await startSshServer();
    await server.kill();
    const cli = await startCli(['listen', '--json', ...through(server)]);
    expect(await cli.waitForLine(({ type }) => type === 'tunnel')).toMatchObject({
      state: 'unreachable',
      driver: 'ssh',
      message: `127.0.0.1 cannot be reached on port ${server.port}: connection refused; still trying.`,
    });
    await server.start();
    const online = await cli.waitForLine(({ state }) => state === 'online', 30_000);
    expect((await sendTo(`${online['url']}/late`, { body: 'x' })).status).toBe(200);
  });
});

test('without ssh on PATH it is an error that says how to install it', async () => {
  const { code, stderr } = await runCli(['listen', '--tunnel', 'ssh:me@box'], { env: { PATH: '/nowhere' } });
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(
      /^webhook-cli: The program ssh was not found on PATH\.\n.*apt install openssh-client/,
    ),
  ]);
});

test('a configuration of ssh is not taken from a project file, even a trusted one: it may run programs', async () => {
  const folder = await temporaryFolder();
  const mark = join(folder, 'was-run');
  const ownConfig = join(folder, 'ssh-config');
  await writeFile(ownConfig, `Host *\n  ProxyCommand touch ${mark}\n`);
  const tunnel = `ssh:me@127.0.0.1:${await freePort()}`;
  const text = JSON.stringify({ tunnel, tunnelOption: [`ssh.config=${ownConfig}`] });
  await writeFile(join(folder, 'webhook-cli.jsonc'), text);
  const env = { WEBHOOK_CLI_TRUST_CONFIG: createHash('sha256').update(text).digest('hex') };
  const cli = await startCli(['listen', '--json'], { cwd: folder, env });
  const { message } = await cli.waitForLine(({ type, driver }) => type === 'tunnel' && driver === 'ssh');
  expect(message).toMatch(/connection refused/);
  expect(cli.stderr()).toMatch(/tunnelOption is ignored: a project's file cannot run programs/);
  expect(existsSync(mark)).toBe(false);
});
