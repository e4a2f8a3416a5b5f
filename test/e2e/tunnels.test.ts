import { expect, test } from 'vitest';
import { tunnelDrivers } from '../../src/tunnels/index.ts';
import { runCli } from '../support/cli.ts';

test('lists every driver, whether it can run here, and what it does to requests', async () => {
  const { code, stdout } = await runCli(['tunnels'], { env: { PATH: '/nowhere' } });
  const text = stdout.toString();
  expect(code).toBe(0);
  for (const { name, facts } of tunnelDrivers) {
    expect(text).toContain(`\n  ${facts.about}\n`);
    expect(text).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}[: ]`, 'm'));
  }
  expect(text).toMatch(/^localtunnel +can run here$/m);
  expect(text).toMatch(/^cloudflared +not found: cloudflared$/m);
  expect(text).toMatch(/^ {2}Install it, .*brew install cloudflared/m);
});

test('marks the drivers whose service no test has reached', async () => {
  const { stdout } = await runCli(['tunnels', '--json']);
  const rows = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly name: string; readonly tested: string });
  const marked = rows.filter(({ tested }) => tested.includes('not run against the real service'));
  expect(marked.map(({ name }) => name).sort()).toEqual(
    ['cloudflared', 'localhost.run', 'ngrok', 'pinggy', 'serveo', 'tailscale'].sort(),
  );
});

test('shows the options of one driver, and suggests a name for one that is not there', async () => {
  const { stdout } = await runCli(['tunnels', 'ssh']);
  expect(stdout.toString()).toMatch(/--tunnel-option ssh\.remotePort=VALUE/);
  expect(stdout.toString()).not.toContain('localtunnel');
  const { code, stderr } = await runCli(['tunnels', 'ngork']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/Unknown tunnel driver "ngork".\n.*Did you mean ngrok\?/),
  ]);
});
