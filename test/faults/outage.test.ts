import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { cliFile } from '../support/cli.ts';
import { startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { createNamespace, namespaceObstacle } from '../support/network-namespace.ts';
import type { JsonLine } from '../support/output.ts';
import {
  expectNoneLost,
  type SenderOptions,
  type SteadySenders,
  startSenders,
} from '../support/steady-senders.ts';

// The real program with its real timings: outages of the length that people meet.

const heartbeatMs = 20_000;
/** The time that a call of the program's own may take until it has failed. */
const probeMs = 8_000;

const obstacle = namespaceObstacle();
if (obstacle !== undefined) console.log(`SKIPPED, network namespaces cannot be made here: ${obstacle}`);

function sendersTo(url: string, options: SenderOptions = {}): SteadySenders {
  const senders = startSenders(() => url, options);
  onTestFinished(() => senders.stop());
  return senders;
}

const tunnelLines = (stdout: Buffer) => stdout.toString().match(/^\{"type":"tunnel".*$/gm) ?? [];

/** Waits for a line about the tunnel that comes from now on. */
function tunnelLine(
  { cli }: Awaited<ReturnType<typeof startListen>>,
  isWanted: (line: JsonLine) => boolean,
): Promise<JsonLine> {
  let before = tunnelLines(cli.stdout()).length;
  return cli.waitForLine((line) => line['type'] === 'tunnel' && before-- <= 0 && isWanted(line), 120_000);
}

test('a tunnel server that hangs for a minute', { timeout: 300_000 }, async () => {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  const listening = await startListen(['--tunnel-host', server.url, '--subdomain', 'calm-fox']);
  const url = String(listening.ready['url']);
  const senders = sendersTo(url);
  await senders.proceed(100);
  process.kill(server.pid!, 'SIGSTOP');
  const began = performance.now();
  const noticed = await tunnelLine(listening, ({ verified }) => verified === false);
  expect(performance.now() - began).toBeLessThan(2 * heartbeatMs + probeMs);
  expect(noticed['message']).toMatch(/does not respond/);
  await wait(Math.max(0, 60_000 - (performance.now() - began)));
  const recovered = tunnelLine(listening, ({ verified }) => verified === true);
  process.kill(server.pid!, 'SIGCONT');
  expect(await recovered).toMatchObject({ state: 'online', url, message: null });
  await senders.proceed(100);
  await expectNoneLost(listening.home, senders);
});

test.skipIf(obstacle !== undefined).each([
  [10, 'busy'],
  [45, 'busy'],
  [45, 'idle'],
] as const)(
  'a network that is down for %i s under a tunnel that is %s',
  { timeout: 300_000 },
  async (seconds, use) => {
    const domain = 'tunnel.test';
    const network = createNamespace(`${seconds}${use}`, [domain, `calm-fox.${domain}`]);
    onTestFinished(() => network.remove());
    const server = await startLocaltunnelServer({ address: network.outside, domain });
    onTestFinished(() => server.kill());
    const listening = await startListen(['--tunnel-host', server.url, '--subdomain', 'calm-fox'], {
      program: [...network.program, process.execPath, cliFile],
    });
    const url = String(listening.ready['url']);
    expect(url).toBe(`http://calm-fox.${domain}:${server.port}`);
    const senders = sendersTo(url, { address: network.outside });
    await senders.proceed(100);
    if (use === 'idle') await senders.stop();
    const began = performance.now();
    const noticing = tunnelLine(listening, ({ verified }) => verified === false);
    network.setLink('down');
    await noticing;
    console.log(`noticed after ${Math.round(performance.now() - began)} ms`);
    expect(performance.now() - began).toBeLessThan(2 * heartbeatMs + probeMs);
    await wait(Math.max(0, seconds * 1000 - (performance.now() - began)));
    const recovered = tunnelLine(listening, ({ verified }) => verified === true);
    network.setLink('up');
    const up = performance.now();
    const line = await recovered;
    console.log(`recovered after ${Math.round(performance.now() - up)} ms`);
    expect(line).toMatchObject({ state: 'online', url });
    expect(performance.now() - up).toBeLessThan(2 * heartbeatMs + probeMs);
    await (use === 'idle' ? sendersTo(url, { address: network.outside }) : senders).proceed(100);
    await expectNoneLost(listening.home, senders);
  },
);
