import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { openTerminal } from '../support/terminal.ts';

const secret = 'pa"ss/wörd';
const env = { WEBHOOK_CLI_SECRET_STRIPE: secret, ACME: 'acme-word' };

/** A user with a secret for Stripe and a provider of their own, and a request that holds both. */
async function recorded(): Promise<TestHome> {
  const home = await temporaryHome();
  const folder = join(home.folder, 'config', 'webhook-cli');
  await mkdir(folder, { recursive: true });
  const config = {
    defineProvider: [{ name: 'acme', token: { at: 'header:X-Acme' } }],
    secret: { acme: 'env:ACME' },
  };
  await writeFile(join(folder, 'config.jsonc'), JSON.stringify(config));
  const { cli, localUrl } = await startListen([], { home, env });
  await sendTo(`${localUrl}/hooks?key=${encodeURIComponent(secret)}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Acme': 'acme-word',
      'X-Note': 'is acme-word',
      'X-Api-Key': 'unknown-to-us',
    },
    body: JSON.stringify({ password: secret, note: 'acme-word' }),
  });
  cli.signal('SIGINT');
  await cli.exit;
  return home;
}

const shown = /acme-word|pa\\?"ss|pa%22ss|unknown-to-us/;

test('configured secrets and secret headers are masked for people', async () => {
  const home = await recorded();
  for (const args of [['list'], ['show', '@'], ['show', '@', '--headers']]) {
    const { code, stdout, stderr } = await runCli(args, { home, env });
    expect([args, code, stderr, shown.exec(stdout.toString())]).toEqual([args, 0, '', null]);
    expect(stdout.toString()).toContain('••••');
  }
});

test('data is exact, and --show-secrets shows all', async () => {
  const home = await recorded();
  for (const form of ['--raw', '--body', '--json', '--show-secrets']) {
    const { stdout } = await runCli(['show', '@', form], { home, env });
    expect([form, stdout.toString()]).toEqual([form, expect.stringContaining('acme-word')]);
    expect([form, stdout.toString()]).toEqual([form, expect.not.stringContaining('••••')]);
  }
});

test('a missing secret does not keep a request from being shown', async () => {
  const home = await recorded();
  const { code, stderr } = await runCli(['show', '@'], { home });
  expect([code, stderr]).toEqual([0, '']);
});

test('a printed line masks them', async () => {
  const home = await temporaryHome();
  const cli = await startCli(['listen', '--no-tunnel'], { home, env });
  const [, url] = await cli.waitForOutput(/^(http:\S+)\n/);
  await sendTo(`${url}/x?key=${encodeURIComponent(secret)}`, { method: 'POST' });
  await cli.waitForOutput(/POST \/x\?key=••••/);
});

test('the terminal UI masks them in the list, the headers, the body and what it exports', async () => {
  const home = await recorded();
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '--no-tunnel'],
    cwd: home.work,
    env: { ...home.env, ...env },
    cols: 140,
    rows: 40,
  });
  await terminal.waitFor(/\/hooks\?key=••••/);
  terminal.write('k\r');
  await terminal.waitFor(/"password": "••••"/);
  expect(terminal.screen()).not.toMatch(shown);
  terminal.write('2');
  await terminal.waitFor(/X-Acme: ••••/i);
  expect(terminal.screen()).toMatch(/X-Note: is ••••/i);
  expect(terminal.screen()).not.toMatch(shown);
  terminal.write('q');
  await terminal.exit;
});
