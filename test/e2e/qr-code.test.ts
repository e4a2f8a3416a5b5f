import { expect, onTestFinished, test } from 'vitest';
import { cliFile, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { scanQrCode } from '../support/scan-qr-code.ts';
import { openTerminal } from '../support/terminal.ts';

async function aServer() {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  return server;
}

test('--qr prints the public URL as a QR code beside the data, with its path token', async () => {
  const server = await aServer();
  const cli = await startCli(['listen', '--qr', '--json', '--path-token', '--tunnel-host', server.url]);
  const { url } = await cli.waitForLine(({ type }) => type === 'ready');
  await cli.waitForOutput(/█.*\n.*█/);
  const code = () => cli.stderr().match(/^[ █▀▄]{20,}$/gm) ?? [];
  await expect.poll(() => scanQrCode(code())).toBe(url);
  expect(String(url)).toMatch(/^http:.*\/[\w-]{20,}$/);
  expect(cli.stdout().toString()).not.toContain('█');
  cli.signal('SIGINT');
  expect(await cli.exit).toBe(130);
});

test('--qr without a tunnel says that there is no public URL', async () => {
  const cli = await startCli(['listen', '--qr', '--no-tunnel']);
  await cli.waitForOutput(/webhook-cli: There is no QR code, because there is no public URL\.\n/);
});

test('--qr shows the code in the terminal UI, white on black whatever the terminal’s colours are', async () => {
  const server = await aServer();
  const home = await temporaryHome();
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '--qr', '--tunnel-host', server.url],
    cwd: home.work,
    env: { ...home.env, LANG: 'C.UTF-8' },
    cols: 100,
    rows: 40,
  });
  const isScanned = (screen: string) =>
    /^http:\/\/[a-z0-9-]+\.localhost:\d+$/.test(
      scanQrCode(screen.split('\n').filter((line) => /^[ █▀▄]{20,}$/.test(line))) ?? '',
    );
  await terminal.waitFor(isScanned, 20_000);
  terminal.write('\u001b');
  await terminal.waitFor(/Waiting for the first request/);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});
