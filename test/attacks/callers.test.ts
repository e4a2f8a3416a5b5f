import { describe, expect, onTestFinished, test } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { runCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { head, listed, shown, startListen } from '../support/listening.ts';
import { type LocaltunnelServer, startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { sendTo } from '../support/send.ts';

async function aServer(): Promise<LocaltunnelServer> {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.stop());
  return server;
}

const trust = ['--tunnel-option', 'localtunnel.trustForwarded=yes'];
const address = (at: number) => `203.0.113.${at}`;

/** Fields in which a sender claims to be somebody else. */
const claims: Readonly<Record<string, (at: number) => readonly string[]>> = {
  'X-Forwarded-For': (at) => ['X-Forwarded-For', address(at)],
  'X-Forwarded-For with many entries': (at) => ['X-Forwarded-For', `127.0.0.1, 10.0.0.1, ${address(at)}`],
  'X-Forwarded-For twice': (at) => ['X-Forwarded-For', '10.0.0.1', 'X-Forwarded-For', address(at)],
  'X-Forwarded-For in IPv6': (at) => ['X-Forwarded-For', `2001:db8::${at}`],
  'an X-Forwarded-For that is empty': () => ['X-Forwarded-For', ''],
  'an X-Forwarded-For that is no address': (at) => ['X-Forwarded-For', `unknown-${at}`],
  Forwarded: (at) => ['Forwarded', `for=${address(at)}`],
  'X-Real-IP': (at) => ['X-Real-IP', address(at)],
  'CF-Connecting-IP and its like': (at) => ['CF-Connecting-IP', address(at), 'True-Client-IP', address(at)],
};

attacks<(at: number) => readonly string[]>(
  '--max-rate counts all senders through a tunnel as one, whatever they claim',
  claims,
  async (claim) => {
    const server = await aServer();
    const { ready, home } = await startListen(['--tunnel-host', server.url, '--max-rate', '3']);
    const url = String(ready['url']);
    const statuses: number[] = [];
    const started = Date.now();
    for (let at = 1; at <= 25; at++) {
      statuses.push((await sendTo(url, { headers: claim(at), body: 'x' })).status);
    }
    const passed = statuses.filter((status) => status === 200).length;
    expect(passed).toBeLessThanOrEqual(3 + Math.ceil(((Date.now() - started) / 1000) * 3));
    expect(statuses).toContain(429);
    for (const { remoteAddress } of await listed(home)) expect(remoteAddress).toMatch(/^(127\.0\.0\.1|::1)$/);
  },
);

attacks<(at: number) => readonly string[]>(
  'an address written by the sender is not recorded unless the user trusts it',
  claims,
  async (claim) => {
    const server = await aServer();
    const { ready, home } = await startListen(['--tunnel-host', server.url]);
    expect((await sendTo(String(ready['url']), { headers: claim(7), body: 'x' })).status).toBe(200);
    const request = await shown(home);
    expect(request.remoteAddress).toMatch(/^(127\.0\.0\.1|::1)$/);
    // What was claimed is in the headers, as it came.
    expect(request.headers.some(([name]) => name.toLowerCase() === claim(7)[0]!.toLowerCase())).toBe(true);
  },
);

describe('if the user trusts the address that the tunnel adds', () => {
  test('--allow-ip uses the last entry and rejects requests without one', async () => {
    const server = await aServer();
    const { ready, home, port } = await startListen([
      ...['--tunnel-host', server.url, '--allow-ip', '203.0.113.7', '--allow-ip', '127.0.0.1'],
      ...trust,
    ]);
    const url = String(ready['url']);
    const statusOf = async (...headers: string[]) => (await sendTo(url, { headers, body: 'x' })).status;
    expect(await statusOf('X-Forwarded-For', '10.0.0.1, 203.0.113.7')).toBe(200);
    expect(await statusOf('X-Forwarded-For', '203.0.113.7, 10.0.0.1')).toBe(403);
    // The socket's own address is the tunnel's, which is nobody's.
    expect(await statusOf()).toBe(403);
    expect(await statusOf('X-Forwarded-For', '')).toBe(403);
    expect(await statusOf('X-Forwarded-For', 'nonsense')).toBe(403);
    expect((await shown(home)).remoteAddress).toBe('203.0.113.7');
    const direct = head('POST / HTTP/1.1', 'Host: h', 'X-Forwarded-For: 10.0.0.1', 'Content-Length: 0');
    expect((await exchangeRaw(port, direct)).status).toBe(200);
  });

  test('--max-rate counts each address separately', async () => {
    const server = await aServer();
    const { ready } = await startListen(['--tunnel-host', server.url, '--max-rate', '1', ...trust]);
    const url = String(ready['url']);
    for (let at = 1; at <= 5; at++) {
      const headers = ['X-Forwarded-For', address(at)];
      expect((await sendTo(url, { headers, body: 'x' })).status).toBe(200);
    }
    const again = await Promise.all(
      Array.from({ length: 4 }, () => sendTo(url, { headers: ['X-Forwarded-For', address(9)], body: 'x' })),
    );
    expect(again.map(({ status }) => status)).toContain(429);
  });
});

test('the local port is not limited by requests through the tunnel', async () => {
  const server = await aServer();
  const { ready, port } = await startListen(['--tunnel-host', server.url, '--max-rate', '2']);
  const url = String(ready['url']);
  await Promise.all(Array.from({ length: 12 }, () => sendTo(url, { body: 'x' })));
  const direct = head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0');
  expect((await exchangeRaw(port, direct)).status).toBe(200);
});

attacks<readonly string[]>(
  'wrong usage is exit 2 before anything is opened',
  {
    '--allow-ip through a tunnel that is not trusted': ['--allow-ip', '203.0.113.7'],
    'the same, distrusted in so many words': [
      ...['--allow-ip', '203.0.113.7', '--tunnel-option', 'localtunnel.trustForwarded=no'],
    ],
    'a network of everybody': ['--allow-ip', '0.0.0.0/0'],
    'a driver that there is not': ['--tunnel-option', 'localtunel.trustForwarded=yes'],
    'an option that there is not': ['--tunnel-option', 'localtunnel.trustforward=yes'],
    'a value that there is not': ['--tunnel-option', 'localtunnel.trustForwarded=maybe'],
    'no driver': ['--tunnel-option', 'trustForwarded=yes'],
    'no value': ['--tunnel-option', 'localtunnel.trustForwarded'],
  },
  async (args) => {
    const { code, stdout, stderr } = await runCli(['listen', '--tunnel-host', 'http://127.0.0.1:1', ...args]);
    expect([code, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toMatch(/--no-tunnel|Did you mean|Available|Example|no or yes/);
    expect(stderr).not.toMatch(/ at .*:\d+:\d+/);
  },
);

test('--allow-ip uses the socket address without a tunnel', async () => {
  const home = await temporaryHome();
  const { port } = await startListen(['--no-tunnel', '--allow-ip', '203.0.113.7'], { home });
  const bytes = head('POST / HTTP/1.1', 'Host: h', 'X-Forwarded-For: 203.0.113.7', 'Content-Length: 0');
  expect((await exchangeRaw(port, bytes)).status).toBe(403);
});
