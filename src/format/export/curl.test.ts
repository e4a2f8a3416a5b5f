import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../../test/support/builders.ts';
import { startTarget } from '../../../test/support/target.ts';
import { unclassified } from '../../model/classification.ts';
import { noReply } from '../../model/reply.ts';
import { notWithheld } from '../../model/request.ts';
import { curlCommand, curlFormat, curlWithSecretsFormat } from './curl.ts';
import type { Exported } from './format.ts';

const run = promisify(execFile);

/** Runs a command as a script: as an argument of a shell it may be too long. */
async function runScript(command: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-cli-curl-'));
  try {
    await writeFile(join(folder, 'script.sh'), command);
    await run('/bin/sh', [join(folder, 'script.sh')]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What a target gets when a shell runs the command. */
async function ran(classification: Parameters<typeof aRequest>[0]) {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const send = async (request: ReturnType<typeof aRequest>) => {
    await runScript(curlCommand(request, target.url));
    return target.requests.at(-1)!;
  };
  return { send, got: await send(aRequest(classification)) };
}

test('sends exactly the request: method, path, headers in order, body', async () => {
  const headers = [
    ['Host', 'example.com'],
    ['X-B', 'it\'s $HOME `id` \\ "x"'],
    ['x-a', '1'],
    ['X-Empty', ''],
    ['Content-Length', '99'],
  ] as const;
  const { got } = await ran({
    method: 'PUT',
    requestTarget: '/a/../b?x=[1]&y=%20',
    headers,
    body: '{"a": "it\'s"}\n',
  });
  expect([got.method, got.url]).toEqual(['PUT', '/a/../b?x=[1]&y=%20']);
  expect(got.body.toString()).toBe('{"a": "it\'s"}\n');
  const names = got.rawHeaders.filter((_, index) => index % 2 === 0);
  expect(names.toSorted()).toEqual(['Content-Length', 'Host', 'X-B', 'X-Empty', 'x-a']);
  expect(got.rawHeaders).toContain('it\'s $HOME `id` \\ "x"');
});

test('masks credentials unless they are asked for', () => {
  const request = aRequest({ headers: [['Authorization', 'Bearer secret']] });
  expect(curlCommand(request, 'http://localhost:3000')).not.toContain('secret');
  expect(curlCommand(request, 'http://localhost:3000', { showSecrets: true })).toContain('Bearer secret');
});

test('quotes captured text for the shell, byte for byte', {
  timeout: 30_000,
}, async () => {
  const { send } = await ran({ headers: [] });
  const hostile = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => Buffer.from(text)),
    fc
      .constantFrom("'; touch x; '", '$(id)', '`id`', '%s\\n', '\u001b]52;c;x\u0007', 'EOF\n')
      .map((text) => Buffer.from(text)),
  );
  const value = fc.stringMatching(/^[!-~\u00a1-\u00ff]([ -~\u00a1-\u00ff]{0,12}[!-~])?$/);
  await fc.assert(
    fc.asyncProperty(hostile, value, async (body, field) => {
      const got = await send(aRequest({ headers: [['X-Field', field]], body }));
      expect(got.body).toEqual(body);
      expect(got.rawHeaders[got.rawHeaders.indexOf('X-Field') + 1]).toBe(field);
      expect(curlCommand(aRequest({ headers: [['X-Field', field]], body }), 'http://x')).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/,
      );
    }),
    { numRuns: 60 },
  );
});

test('goes to the given address, whatever the request target says', async () => {
  for (const [requestTarget, path] of [
    ['//evil.example/x', '//evil.example/x'],
    ['http://evil.example/x', '/x'],
    ['http://evil.example', '/'],
    ['/\\evil.example', '/\\evil.example'],
    ['/x@evil.example', '/x@evil.example'],
    ['/x#f', '/x#f'],
    ['/a/../b', '/a/../b'],
    ['/{a,b}[1-3]', '/{a,b}[1-3]'],
  ] as const) {
    const { got } = await ran({ requestTarget });
    expect(got.url).toBe(path);
  }
  for (const requestTarget of ['//[::1', 'http://[', '@evil.example', 'evil.example', '*', '/\nrm -rf']) {
    const command = curlCommand(aRequest({ requestTarget }), 'http://localhost:3000');
    expect(command).toMatch(/^# This request can't be sent: [ -~]*$/);
  }
  expect(curlCommand(aRequest({ requestTarget: '/../x' }), 'http://localhost:3000/base')).toMatch(/^# /);
  expect(curlCommand(aRequest({ requestTarget: '/x' }), 'http://localhost:3000/base/')).toContain(
    'http://localhost:3000/base/x',
  );
});

test.each([
  ['a name of a file', '@secret.txt'],
  ['a name of stdin', '@-'],
  ['an option', '--output /tmp/x'],
  ['150,000 bytes', `{"a":"${'x'.repeat(150_000)}"}`],
  ['150,000 bytes that are no text', Buffer.alloc(150_000, 0xff)],
  ['a percent sign', '%s %d \\n \\\\ %'],
  ['line breaks at the end', 'a\n\n\n'],
  ['a NUL', 'a\0b'],
])('a body of %s arrives byte for byte', async (_, body) => {
  const { got } = await ran({ headers: [], body: Buffer.from(body) });
  expect(got.body.equals(Buffer.from(body))).toBe(true);
});

test('leaves out an invalid header, and never reads a file for it', async () => {
  const headers = [
    ['@/etc/passwd', 'x'],
    ['X A', 'x'],
    ['X-Lines', 'a\r\nX-Forged: b'],
    ['X-Good', '@/etc/passwd'],
  ] as const;
  const { got } = await ran({ headers });
  expect(got.rawHeaders).toContain('@/etc/passwd');
  expect(got.rawHeaders.filter((_, index) => index % 2 === 0).sort()).toEqual(['Host', 'X-Good']);
});

test('HEAD is sent without its body', async () => {
  const { got } = await ran({ method: 'HEAD', headers: [], body: 'x' });
  expect([got.method, got.body.length]).toEqual(['HEAD', 0]);
});

test('sends any path exactly', { timeout: 30_000 }, async () => {
  const lines: string[] = [];
  // Node's own server refuses bytes beyond ASCII.
  const server = createServer((socket) => {
    socket.once('data', (bytes) => {
      lines.push(bytes.toString('latin1').split('\r\n')[0]!);
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const path = fc.stringMatching(/^\/[!-.0-[\]-~\u0080-\u00ff][!-~\u0080-\u00ff]{0,20}$/);
  await fc.assert(
    fc.asyncProperty(path, async (requestTarget) => {
      await runScript(curlCommand(aRequest({ requestTarget, headers: [] }), `http://127.0.0.1:${port}`));
      expect(lines.at(-1)).toBe(`POST ${requestTarget} HTTP/1.1`);
    }),
    { numRuns: 80 },
  );
});

const record = (request: ReturnType<typeof aRequest>) => ({
  request,
  reply: noReply,
  classification: unclassified,
  redeliveryOf: undefined,
  ...notWithheld,
  deliveries: [],
  attempts: [],
});

const text = ({ content }: Exported) => [...content].join('');

test('masks secrets in address and body, and reports if it masked any', () => {
  const options = { origin: 'http://localhost:3000', secrets: ['whsec_1'] };
  const secret = record(aRequest({ requestTarget: '/x?key=whsec_1', headers: [], body: 'whsec_1' }));
  const masked = curlFormat.export(secret, options);
  expect([masked.isMasked, text(masked).includes('whsec_1')]).toEqual([true, false]);
  const plain = record(aRequest({ requestTarget: '/x', headers: [], body: 'x' }));
  expect(curlFormat.export(plain, options).isMasked).toBe(false);
  const whole = curlWithSecretsFormat.export(secret, options);
  expect([whole.isMasked, whole.remark, text(whole).includes("'whsec_1'")]).toEqual([
    false,
    'with credentials',
    true,
  ]);
});

test('removes the path token that let the request in', () => {
  const request = record(aRequest({ requestTarget: '/secret/hooks?x', headers: [] }));
  const exported = curlFormat.export(request, { origin: 'http://localhost:3000', pathToken: 'secret' });
  expect(text(exported)).toContain("'http://localhost:3000/hooks?x'");
});
