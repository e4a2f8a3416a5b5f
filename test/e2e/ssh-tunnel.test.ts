import { describe, expect, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { fidelityCases, startListening } from '../support/fidelity-cases.ts';
import { listed, startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { sshdFile, sshdNote, startSshServer, through } from '../support/ssh-server.ts';

describe.skipIf(sshdFile === undefined)(`through ssh to a real server and back${sshdNote}`, () => {
  fidelityCases(async () =>
    startListening(through(await startSshServer()), ({ url }) => Number(new URL(String(url)).port)),
  );

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
