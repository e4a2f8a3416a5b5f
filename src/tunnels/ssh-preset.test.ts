import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { type SshServer, sshdFile, sshdNote, startSshServer } from '../../test/support/ssh-server.ts';
import { userErrorOf } from '../../test/support/user-error.ts';
import { localhostRunPreset } from './localhost-run.ts';
import { pinggyPreset } from './pinggy.ts';
import { serveoPreset } from './serveo.ts';
import { ensureKey, openSshIdentity } from './ssh-identity.ts';
import { type SshPreset, sshPreset } from './ssh-preset.ts';
import type { Tunnel, TunnelOptions } from './tunnel.ts';

const never = new AbortController().signal;

/** What the services print, after their documentation and reports of users: not run against the real services. */
const printed = [
  {
    preset: localhostRunPreset,
    url: 'https://1e50baebe27f62.lhr.life',
    text: `
===============================================================================
Welcome to localhost.run!

Follow your favourite reverse tunnel at [https://twitter.com/localhost_run].

To set up and manage custom domains go to https://admin.localhost.run/

To explore using localhost.run visit the documentation site:
https://localhost.run/docs/

===============================================================================

** your connection id is 00000000-0000-0000-0000-000000000000, please mention it if you send me a message about an issue. **

authenticated as anonymous user
1e50baebe27f62.lhr.life tunneled with tls termination, https://1e50baebe27f62.lhr.life
create an account and add your key for a longer lasting domain name. see https://localhost.run/docs/forever-free/ for more information.
`,
  },
  {
    preset: pinggyPreset,
    url: 'https://rnabc-192-0-2-7.run.pinggy-free.link',
    text: `
You are not authenticated.
Your tunnel will expire in 60 minutes. Upgrade to Pinggy Pro to get unrestricted tunnels. https://dashboard.pinggy.io

http://rnabc-192-0-2-7.run.pinggy-free.link
https://rnabc-192-0-2-7.run.pinggy-free.link
`,
  },
  {
    preset: pinggyPreset,
    url: 'https://rnabc-192-0-2-7.a.free.pinggy.link',
    text: 'http://rnabc-192-0-2-7.a.free.pinggy.link\nhttps://rnabc-192-0-2-7.a.free.pinggy.link\n',
  },
  {
    preset: serveoPreset,
    url: 'https://relego.serveo.net',
    text: 'Forwarding HTTP traffic from https://relego.serveo.net\nPress g to start a GUI session and ctrl-c to quit.\n',
  },
] as const;

test.each(printed)('finds $url in what $preset.name prints', ({ preset, url, text }) => {
  const lines = text.split('\n').map((line) => line.trim());
  expect(lines.flatMap((line) => preset.urlIn(line) ?? [])).toEqual([url]);
});

/** The preset, at a server of the test. */
function at(server: SshServer, preset: SshPreset) {
  const { username } = userInfo();
  return sshPreset({
    ...preset,
    address: { user: username, host: '127.0.0.1', port: server.port },
    keyUser: username,
    forwarded: '0',
  });
}

/** A server that accepts our own key and runs a program that prints a text and ends with its input. */
async function aService(stateFolder: string, text: string): Promise<SshServer> {
  const server = await startSshServer();
  openSshIdentity(stateFolder);
  await ensureKey(stateFolder, process.env, never);
  const key = execFileSync('ssh-keygen', ['-y', '-f', join(stateFolder, 'tunnel-key')], { encoding: 'utf8' });
  writeFileSync(join(server.folder, 'text'), text);
  const command = `command="cat ${server.folder}/text; cat; touch ${server.folder}/ended"`;
  server.authorize(`${command} ${key}${command} ${server.clientKey}`);
  return server;
}

async function open(server: SshServer, preset: SshPreset, options: TunnelOptions = {}): Promise<Tunnel> {
  const tunnel = await at(server, preset).open(9, { env: process.env, ...options }, never);
  onTestFinished(() => tunnel.close());
  return tunnel;
}

const modeOf = (file: string) => statSync(file).mode & 0o777;
const stateFolderIn = async () => join(await temporaryFolder(), `state 100% "of" it`);

describe.skipIf(sshdFile === undefined)(`a tunnel through a public SSH service${sshdNote}`, () => {
  test.each([printed[1], printed[3]])(
    '$preset.name: is open with the URL that it prints, and nothing of the user is shown to it',
    async ({ preset, url, text }) => {
      const stateFolder = await stateFolderIn();
      const server = await aService(stateFolder, text);
      const tunnel = await open(server, preset, { stateFolder });
      expect(tunnel.url).toBe(url);
      const another = await open(server, preset, { stateFolder });
      await another.close();
      expect(await tunnel.isConnected?.(never)).toBe(true);
      const known = join(stateFolder, 'tunnel-known-hosts');
      expect(readFileSync(known, 'utf8')).toContain(`[127.0.0.1]:${server.port} ssh-ed25519`);
      expect([modeOf(stateFolder), modeOf(known), modeOf(join(stateFolder, 'tunnel-key'))]).toEqual([
        0o700, 0o600, 0o600,
      ]);
      expect(readdirSync(stateFolder).sort()).toEqual(['tunnel-key', 'tunnel-known-hosts']);
      await server.kill();
      expect((await tunnel.ended)?.message).toBe('127.0.0.1 closed the connection.');
    },
  );

  test('localhost.run: offers no key, or the one that is set', async () => {
    const { preset, url, text } = printed[0];
    const stateFolder = await stateFolderIn();
    const server = await aService(stateFolder, text);
    const error = await userErrorOf(open(server, preset, { stateFolder }));
    expect(error.message).toMatch(/^127\.0\.0\.1 refuses the login/);
    const key = join(server.folder, 'client');
    expect((await open(server, preset, { stateFolder, settings: { key } })).url).toBe(url);
    const missing = await userErrorOf(open(server, preset, { stateFolder, settings: { key: `${key}-2` } }));
    expect([missing.code, missing.message]).toEqual(['usage', expect.stringContaining('was not found')]);
  });

  test('a host key that has changed is an error that says where the old one is', async () => {
    const stateFolder = await stateFolderIn();
    const server = await aService(stateFolder, printed[3].text);
    await open(server, serveoPreset, { stateFolder });
    await server.kill();
    server.changeHostKey();
    await server.start();
    const error = await userErrorOf(open(server, serveoPreset, { stateFolder }));
    expect([error.code, error.message]).toEqual([
      'unavailable',
      `The host key of 127.0.0.1 has changed, which may be an attack: if serveo says that it has a new one, remove the old one from ${stateFolder}/tunnel-known-hosts.`,
    ]);
  });

  test('without a state folder nothing is kept', async () => {
    const temporary = await temporaryFolder();
    const server = await aService(await stateFolderIn(), printed[0].text);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    });
    await userErrorOf(open(server, pinggyPreset));
    expect(readdirSync(temporary)).toEqual([]);
    const tunnel = await open(server, localhostRunPreset, {
      settings: { key: join(server.folder, 'client') },
    });
    expect(readdirSync(temporary)).toHaveLength(1);
    await tunnel.close();
    expect(readdirSync(temporary)).toEqual([]);
  });
});

test('our own key is made once, also by several at a time', async () => {
  const folder = await temporaryFolder();
  await Promise.all([ensureKey(folder, process.env, never), ensureKey(folder, process.env, never)]);
  const key = readFileSync(join(folder, 'tunnel-key'), 'utf8');
  await ensureKey(folder, process.env, never);
  expect(readFileSync(join(folder, 'tunnel-key'), 'utf8')).toBe(key);
  expect(readdirSync(folder)).toEqual(['tunnel-key']);
  expect(existsSync(join(folder, 'tunnel-key.pub'))).toBe(false);
});
