import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../support/certificate.ts';
import { runCli, startCli } from '../support/cli.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { temporaryHome } from '../support/home.ts';
import { shown, startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';

// No resolver knows these names: what reaches them has gone through the proxy.
const domain = 'tunnel.test';

async function aServer() {
  const server = await startLocaltunnelServer({ address: '127.0.0.1', domain });
  onTestFinished(() => server.kill());
  return server;
}

async function aProxy(): Promise<ConnectProxy> {
  const proxy = await startConnectProxy();
  onTestFinished(proxy.close);
  return proxy;
}

const called = ({ heads }: ConnectProxy) =>
  new Set(heads.map((head) => /^CONNECT (\S+) /.exec(head)?.[1] ?? head));

test('the tunnel and the calls of our own go through the proxy, a target on loopback does not', async () => {
  const [server, proxy, target] = [await aServer(), await aProxy(), await startTarget()];
  onTestFinished(() => target.close());
  const url = proxy.url.replace('//', '//ann:s3cret@');
  const listening = await startListen(
    [String(target.port), '--tunnel-host', server.url, '--subdomain', 'calm-fox'],
    { env: { HTTP_PROXY: url, HTTPS_PROXY: url } },
  );
  const publicUrl = `http://calm-fox.${domain}:${server.port}`;
  expect(listening.ready['url']).toBe(publicUrl);
  const measured = await listening.cli.waitForLine(({ fidelity }) => Boolean(fidelity));
  expect(measured).toMatchObject({ verified: true, fidelity: { largeBody: 'kept', path: 'kept' } });
  expect((await sendTo(`${publicUrl}/hook`, { body: 'x' })).status).toBe(200);
  expect((await target.next()).url).toBe('/hook');
  expect(await shown(listening.home)).toMatchObject({ requestTarget: '/hook', url: `${publicUrl}/hook` });
  const hosts = called(proxy);
  expect(hosts).toContain(`${domain}:${server.port}`);
  expect(hosts).toContain(`calm-fox.${domain}:${server.port}`);
  // The third is the relay.
  expect(hosts.size).toBe(3);
  expect([...hosts].every((host) => /^(calm-fox\.)?tunnel\.test:\d+$/.test(host))).toBe(true);
  const encoded = Buffer.from('ann:s3cret').toString('base64');
  expect(proxy.heads.every((head) => head.includes(`Proxy-Authorization: Basic ${encoded}`))).toBe(true);
  expect(`${listening.cli.stdout()}${listening.cli.stderr()}`).not.toContain('s3cret');
});

test('a proxy that is spoken to with TLS', async () => {
  const certificate = selfSignedCertificate();
  const [server, proxy] = [await aServer(), await startConnectProxy(certificate)];
  onTestFinished(proxy.close);
  const home = await temporaryHome();
  const file = join(home.work, 'proxy.pem');
  await writeFile(file, certificate.cert);
  const { ready } = await startListen(['--tunnel-host', server.url, '--subdomain', 'calm-fox'], {
    home,
    env: { HTTP_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: file },
  });
  const publicUrl = `http://calm-fox.${domain}:${server.port}`;
  expect(ready['url']).toBe(publicUrl);
  expect((await sendTo(publicUrl, { body: 'x' })).status).toBe(200);
});

test('a proxy that goes away is named, and the URL is the same when it is back', async () => {
  const [server, proxy] = [await aServer(), await aProxy()];
  const { cli, ready } = await startListen(['--tunnel-host', server.url, '--subdomain', 'calm-fox'], {
    env: { http_proxy: proxy.url },
  });
  proxy.reply = () => 'HTTP/1.1 503 Service Unavailable\r\n\r\n';
  proxy.cut();
  const down = await cli.waitForLine(({ message }) => /the proxy/.test(String(message)), 40_000);
  expect(down).toMatchObject({
    state: 'unreachable',
    message: expect.stringMatching(
      /the proxy 127\.0\.0\.1:\d+ does not connect to \S*tunnel\.test:\d+ \(status 503\)/,
    ),
  });
  proxy.reply = undefined;
  let wasDown = false;
  const again = await cli.waitForLine((line) => {
    wasDown ||= line['message'] === down['message'];
    return wasDown && line['verified'] === true;
  }, 40_000);
  expect(again).toMatchObject({ state: 'online', url: ready['url'] });
});

test('a proxy that does not connect to the relay is named', async () => {
  const [server, proxy] = [await aServer(), await aProxy()];
  proxy.reply = (head) => (head.includes(`:${server.port} `) ? undefined : 'HTTP/1.1 403 Forbidden\r\n\r\n');
  const cli = await startCli(['listen', '--json', '--tunnel-host', server.url], {
    env: { HTTP_PROXY: proxy.url },
  });
  const { message } = await cli.waitForLine(({ state }) => state === 'unreachable');
  expect(message).toMatch(
    /^The tunnel server gave http:\/\/\S+, but the proxy 127\.0\.0\.1:\d+ does not connect to tunnel\.test:\d+ \(status 403\); still trying\.$/,
  );
});

test('NO_PROXY leaves a server out', async () => {
  const [server, proxy] = [await aServer(), await aProxy()];
  const cli = await startCli(['listen', '--json', '--tunnel-host', server.url], {
    env: { HTTP_PROXY: proxy.url, NO_PROXY: `.${domain}` },
  });
  const { message } = await cli.waitForLine(({ state }) => state === 'unreachable');
  expect(message).toMatch(
    /^The tunnel server http:\/\/tunnel\.test:\d+ can't be reached: its name cannot be resolved/,
  );
  expect(proxy.heads).toEqual([]);
});

test('a variable that names no proxy is an error of usage, and shows no password', async () => {
  const { code, stderr } = await runCli(['listen', '--tunnel-host', 'http://tunnel.test'], {
    env: { HTTP_PROXY: 'socks5://ann:s3cret@127.0.0.1:1' },
  });
  expect(code).toBe(2);
  expect(stderr).toContain('HTTP_PROXY names a proxy of another kind (socks5).');
  expect(stderr).not.toContain('s3cret');
});
