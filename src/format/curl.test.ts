import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { startTarget } from '../../test/support/target.ts';
import { curlCommand } from './curl.ts';

const run = promisify(execFile);

/** What a target gets when a shell runs the command. */
async function ran(facts: Parameters<typeof aRequest>[0]) {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const send = async (request: ReturnType<typeof aRequest>) => {
    await run('/bin/sh', ['-c', curlCommand(request, target.url)]);
    return target.requests.at(-1)!;
  };
  return { send, got: await send(aRequest(facts)) };
}

test('it sends what came: method, path, fields in order, the body, and nothing of its own', async () => {
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

test('credentials are masked unless they are asked for', () => {
  const request = aRequest({ headers: [['Authorization', 'Bearer secret']] });
  expect(curlCommand(request, 'http://localhost:3000')).not.toContain('secret');
  expect(curlCommand(request, 'http://localhost:3000', { showSecrets: true })).toContain('Bearer secret');
});

test('what is captured is only ever text to the shell, and arrives byte for byte', {
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

test('it goes where it is meant to, whatever the request target says', async () => {
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
