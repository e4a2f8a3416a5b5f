import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/support/listening.ts';
import { exchangeRaw } from '../../test/support/raw-http.ts';
import { type SshServer, sshdFile, sshdNote, startSshServer } from '../../test/support/ssh-server.ts';
import { userErrorOf } from '../../test/support/user-error.ts';
import { driverSettings, findTunnelDriver } from './index.ts';
import { ssh } from './ssh.ts';
import { loginCommand, parseSshAddress } from './ssh-address.ts';
import type { DriverSettings, Tunnel, TunnelOptions } from './tunnel.ts';

const never = new AbortController().signal;

/** Another one in each run: it stands for a port, and runs beside each other must not have the same. */
const aName = `fox${randomBytes(6).toString('hex')}`;

interface Opening extends TunnelOptions {
  readonly address?: string;
  readonly port?: number;
  readonly signal?: AbortSignal;
}

async function open(
  server: SshServer,
  { address, port = 9, signal = never, ...more }: Opening = {},
): Promise<Tunnel> {
  const settings: DriverSettings = { config: server.config, ...more.settings };
  const tunnel = await ssh
    .driverFor(address ?? server.address)
    .open(port, { env: process.env, ...more, settings }, signal);
  onTestFinished(() => tunnel.close());
  return tunnel;
}

/** A server that responds with the path of the request. */
async function anEcho(): Promise<number> {
  const server = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const portOf = (url: string) => Number(new URL(url).port);
const fetched = async (url: string) => (await fetch(url, { headers: { connection: 'close' } })).text();

describe.skipIf(sshdFile === undefined)(`a tunnel through a server of one's own${sshdNote}`, () => {
  test('leads to the port on loopback until it is closed', async () => {
    const server = await startSshServer();
    const tunnel = await open(server, { port: await anEcho() });
    expect(tunnel.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await fetched(`${tunnel.url}/in`)).toBe('/in');
    expect(await tunnel.isConnected?.(never)).toBe(true);
    await Promise.all([tunnel.close(), tunnel.close()]);
    expect(await tunnel.ended).toBeUndefined();
    expect(await tunnel.isConnected?.(never)).toBe(false);
    await expect
      .poll(() => exchangeRaw(portOf(tunnel.url), '').catch((error) => error.code))
      .toBe('ECONNREFUSED');
  });

  test('has the same port for a name, and tells whether it has it', async () => {
    const server = await startSshServer();
    const first = await open(server, { subdomain: aName });
    expect(first.name).toBe(aName);
    expect(portOf(first.url)).toBeGreaterThanOrEqual(20_000);
    expect(portOf(first.url)).toBeLessThan(32_000);
    const second = await open(server, { subdomain: aName });
    expect(second.url).not.toBe(first.url);
    expect(second.name).toBe(String(portOf(second.url)));
    await first.close();
    await expect
      .poll(async () => {
        const again = await open(server, { subdomain: aName.toUpperCase() });
        await again.close();
        return [again.url, again.name];
      })
      .toEqual([first.url, aName]);
  });

  test('has the port that is set, or none', async () => {
    const server = await startSshServer();
    const remotePort = String(await freePort());
    const tunnel = await open(server, { subdomain: aName, settings: { remotePort } });
    expect([tunnel.url, tunnel.name]).toEqual([`http://127.0.0.1:${remotePort}`, aName]);
    const taken = await userErrorOf(open(server, { settings: { remotePort } }));
    expect([taken.code, taken.message]).toEqual([
      'unavailable',
      `127.0.0.1 refused to forward port ${remotePort}: it is in use there, or not allowed.`,
    ]);
  });

  test('has the URL of a reverse proxy on the server, where its port is on loopback alone', async () => {
    const server = await startSshServer(['GatewayPorts clientspecified'], '127.0.0.2');
    const remotePort = await freePort();
    const url = 'https://hooks.example.com';
    const settings = { url, remotePort: String(remotePort) };
    const tunnel = await open(server, { subdomain: aName, port: await anEcho(), settings });
    expect([tunnel.url, tunnel.name]).toEqual([url, aName]);
    expect(await fetched(`http://127.0.0.1:${remotePort}/in`)).toBe('/in');
    await expect(fetch(`http://127.0.0.2:${remotePort}`)).rejects.toThrow();
  });

  test('has the host name that stands behind an alias, and its port and user', async () => {
    const server = await startSshServer();
    const [user, place] = server.address.split('@');
    const [host, port] = place!.split(':');
    const alias = `Host box\n  HostName ${host}\n  Port ${port}\n  User ${user}\n`;
    writeFileSync(server.config, alias + readFileSync(server.config, 'utf8'));
    expect((await open(server, { address: 'box' })).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test.each([[aName], [undefined]])(
    'is not mistaken for what the configuration forwards, too: named %s',
    async (subdomain) => {
      const server = await startSshServer();
      const other = await freePort();
      const forward = `Host *\n  RemoteForward ${other} 127.0.0.1:9\n  RemoteForward 0 127.0.0.1:8\n`;
      writeFileSync(server.config, forward + readFileSync(server.config, 'utf8'));
      const tunnel = await open(server, { subdomain, port: await anEcho() });
      expect(await fetched(`${tunnel.url}/in`)).toBe('/in');
    },
  );

  const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  );
  test.skipIf(!hasIPv6)('has an IPv6 address in brackets', async () => {
    const server = await startSshServer(['GatewayPorts clientspecified'], '::1');
    const tunnel = await open(server, { port: await anEcho() });
    expect(tunnel.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await fetched(`${tunnel.url}/in`)).toBe('/in');
  });

  test('ends with its server, and says why', async () => {
    const server = await startSshServer();
    const tunnel = await open(server, { subdomain: aName });
    await server.kill();
    expect((await tunnel.ended)?.message).toBe('127.0.0.1 closed the connection.');
    expect(await tunnel.isConnected?.(never)).toBe(false);
    await server.start();
    expect((await open(server, { subdomain: aName })).url).toBe(tunnel.url);
  });

  test('is not opened when that is aborted', async () => {
    const server = await startSshServer();
    const stop = new AbortController();
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(open(server, { signal: stop.signal })).rejects.toBe(reason);
    const later = new AbortController();
    const opening = open(server, { signal: later.signal });
    setImmediate(() => later.abort(reason));
    await expect(opening).rejects.toBe(reason);
  });

  test.each<[string, readonly string[], (server: SshServer) => unknown, RegExp]>([
    [
      'the host key is not known',
      [],
      (server) => writeFileSync(join(server.folder, 'known'), ''),
      /^The host key of 127\.0\.0\.1 is not known: run `ssh -F \S+ -p \d+ \S+@127\.0\.0\.1` once and accept it\.$/,
    ],
    [
      'the host key has changed',
      [],
      async (server) => {
        await server.kill();
        server.changeHostKey();
        await server.start();
      },
      /^The host key of 127\.0\.0\.1 has changed, which may be an attack: `ssh -F \S+ -p \d+ \S+` tells what to do\.$/,
    ],
    [
      'no key is accepted',
      ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
      (server) => server.authorize(''),
      /^127\.0\.0\.1 refuses the login: make `ssh -F \S+ -p \d+ \S+` work without a question, with a key or ssh-agent\.$/,
    ],
    [
      'it asks for a password',
      ['PasswordAuthentication yes'],
      (server) => server.authorize(''),
      /^127\.0\.0\.1 refuses the login without a password, which cannot be entered here: make `ssh .*`/,
    ],
    [
      'forwarding is not allowed',
      ['AllowTcpForwarding no'],
      () => {},
      /^127\.0\.0\.1 does not allow forwarding: set AllowTcpForwarding in its sshd_config\.$/,
    ],
    [
      'only other ports may be forwarded',
      ['PermitListen 1', 'GatewayPorts clientspecified'],
      () => {},
      /^127\.0\.0\.1 refused to forward a port\.$/,
    ],
    [
      'it is down',
      [],
      (server) => server.kill(),
      /^127\.0\.0\.1 cannot be reached on port \d+: connection refused\.$/,
    ],
  ])('is an error that says so where %s', async (_, settings, prepare, message) => {
    const server = await startSshServer(settings);
    await prepare(server);
    const error = await userErrorOf(open(server, { subdomain: aName }));
    expect([error.code, error.message]).toEqual(['unavailable', expect.stringMatching(message)]);
  });

  test('is an error that says what to set where the server forwards on its loopback alone', async () => {
    const server = await startSshServer(['GatewayPorts no'], '127.0.0.2');
    const error = await userErrorOf(open(server));
    expect(error.message).toMatch(
      /^127\.0\.0\.2 refuses connections to the forwarded port \d+: set "GatewayPorts clientspecified" in its sshd_config\.$/,
    );
  });

  test('is an error where the host name cannot be resolved', async () => {
    const server = await startSshServer();
    const error = await userErrorOf(open(server, { address: 'hook@no-such-host.invalid' }));
    expect([error.code, error.message]).toEqual([
      'unavailable',
      expect.stringMatching(/^The host no-such-host\.invalid cannot be found: .*\.$/),
    ]);
  });
});

describe('the address of an SSH server', () => {
  test.each([
    [undefined, 'ssh -p 2222 me@box'],
    ['/etc/ssh/my-config', 'ssh -F /etc/ssh/my-config -p 2222 me@box'],
    ["my files/it's", "ssh -F 'my files/it'\\''s' -p 2222 me@box"],
  ])('is logged in to, with the configuration %j, by %s', (config, command) => {
    expect(loginCommand(parseSshAddress('me@box:2222'), config)).toBe(command);
  });

  test.each([
    'box',
    'me@box.example.com',
    'me@box:2222',
    'me@[::1]:2222',
    '[fe80::1]',
    'a@b@box',
    '127.0.0.1:22',
  ])('may be %s', (text) => expect(findTunnelDriver(`ssh:${text}`)?.name).toBe('ssh'));

  test.each([
    '-oProxyCommand=id',
    'me@-oProxyCommand=id',
    '-l@box',
    'box:0',
    'box:65536',
    'box:x',
    '@box',
    'me@',
    '::1',
    'me@[box]',
    'me;id@box',
    'box;id',
    'box box',
    'box\n',
    'box:22:22',
  ])('cannot be %j', (text) => {
    expect(() => findTunnelDriver(`ssh:${text}`)).toThrowError(expect.objectContaining({ code: 'usage' }));
  });
});

describe('the options of ssh', () => {
  test.each([
    { remotePort: '0' },
    { remotePort: '65536' },
    { remotePort: '8o' },
    { url: 'hooks.example.com' },
    { url: 'ftp://hooks.example.com' },
    { url: 'https://hooks.example.com/path' },
    { url: 'https://me@hooks.example.com' },
    { trustForwarded: 'maybe' },
  ])('refuse %j', (settings) => {
    expect(() => driverSettings(ssh, settings as DriverSettings)).toThrowError(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  test.each([
    [{ url: 'https://hooks.example.com' }, 'The option ssh.url needs ssh.remotePort'],
    [{ config: '/no/such/file' }, 'The file "/no/such/file" of ssh.config was not found.'],
  ])('refuse %j when the tunnel is opened', async (settings, message) => {
    const opening = ssh.driverFor('box').open(9, { settings, env: process.env }, never);
    const error = await userErrorOf(opening);
    expect([error.code, error.message]).toEqual(['usage', expect.stringContaining(message)]);
  });

  test('trust the address that a reverse proxy adds only if that is said', () => {
    const driver = ssh.driverFor('box');
    expect(driver.addressSource?.(driverSettings(ssh))).toBe('none');
    expect(driver.addressSource?.({ trustForwarded: 'yes' })).toBe('x-forwarded-for');
  });

  test('need ssh on PATH', async () => {
    const error = await userErrorOf(ssh.driverFor('box').open(9, { env: { PATH: '/nowhere' } }, never));
    expect([error.code, error.message]).toEqual(['usage', 'The program ssh was not found on PATH.']);
  });
});
