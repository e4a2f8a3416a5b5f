import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../../test/support/certificate.ts';
import { startTarget, type TargetAnswer } from '../../../test/support/target.ts';
import { phraseText } from '../../model/phrase.ts';
import { parseTarget } from '../../model/target.ts';
import { targetFindings } from './targets.ts';

async function check(target: string, rewritesHost = false, insecure = false): Promise<string[]> {
  const { signal } = new AbortController();
  const found = await targetFindings(parseTarget(target), {
    host: 'fox.example',
    rewritesHost,
    insecure,
    signal,
  });
  return found.map(({ state, message, hint }) =>
    [state, message, hint && phraseText(hint)].filter(Boolean).join(' | '),
  );
}

async function aTarget(answer: TargetAnswer) {
  const target = await startTarget({ answer });
  onTestFinished(() => target.close());
  return target;
}

test('a target that responds is well, whatever its status', async () => {
  const target = await aTarget((_request, response) => void response.writeHead(404).end());
  expect(await check(`${target.url}/hooks`)).toEqual([
    `ok | ${target.url}/hooks responds (404 to GET /hooks).`,
  ]);
  expect(target.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /hooks']);
});

test('a target that is down is a failure', async () => {
  const target = await startTarget();
  await target.close();
  expect(await check(target.url)).toEqual([
    expect.stringMatching(/^failed \| Nothing listens at http:\/\/\S+\. \| Start your server\./),
  ]);
});

test('in a container, a target that is down may be one of its host', async () => {
  const target = await startTarget();
  await target.close();
  const options = { host: 'fox.example', rewritesHost: false, insecure: false, isContainer: true };
  const { signal } = new AbortController();
  const [found] = await targetFindings(parseTarget(target.url), { ...options, signal });
  expect(found?.hint).toContain(`host.docker.internal:${target.port}`);
});

test('a target that refuses the public host is a failure, unless its own host is sent', async () => {
  const target = await aTarget((request, response) => {
    const isOwn = request.rawHeaders.includes(new URL(target.url).host);
    if (isOwn) response.end('welcome');
    else response.writeHead(403).end('Blocked request. This host ("fox.example") is not allowed.');
  });
  expect(await check(target.url)).toEqual([
    expect.stringMatching(
      /^failed \| \S+ refuses requests for the host fox\.example\. .*"hostHeader: rewrite"/,
    ),
  ]);
  expect(await check(target.url, true)).toEqual([expect.stringMatching(/^ok/)]);
});

test('a target that speaks the other of http and https is a failure that names the right URL', async () => {
  const { key, cert } = selfSignedCertificate();
  const server = createHttpsServer({ key, cert }, (_request, response) => void response.end('safe'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await check(`http://127.0.0.1:${port}/a`)).toEqual([
    `failed | http://127.0.0.1:${port}/a speaks https, not http. | Use https://127.0.0.1:${port}/a as the target.`,
  ]);
  expect(await check(`https://127.0.0.1:${port}`)).toEqual([
    expect.stringMatching(
      /^failed \| \S+: the certificate of \S+ is self-signed\. \| Use option "insecure" if you trust it\.$/,
    ),
  ]);
  expect(await check(`https://127.0.0.1:${port}`, false, true)).toEqual([expect.stringMatching(/^ok/)]);

  const plain = await aTarget((_request, response) => void response.end('plain'));
  expect(await check(plain.url.replace('http:', 'https:'))).toEqual([
    expect.stringMatching(/^failed \| .* speaks http, not https\. \| Use http:/),
  ]);
});

test('a target that accepts connections and closes them is a warning', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await check(`http://127.0.0.1:${port}`)).toEqual([
    expect.stringMatching(/^warning \| .* accepts connections, but: /),
  ]);
});
