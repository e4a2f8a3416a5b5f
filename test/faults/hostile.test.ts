import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, startCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { head, startListen } from '../support/listening.ts';
import { memoryOf } from '../support/memory.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';
import { openTui } from '../support/tui.ts';

const megabyte = 1024 * 1024;
const json = 'application/json';

const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);

/** UTF-16 with its mark, little-endian. */
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

interface Hostile {
  readonly type: string;
  readonly body: () => Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const bodies: readonly (readonly [string, Hostile])[] = [
  ['100,000 arrays in each other', { type: json, body: () => deep('[', ']') }],
  ['100,000 objects in each other', { type: json, body: () => deep('{"a":', '}').replace(':}', ':1}') }],
  ['100,000 brackets that never close', { type: json, body: () => '['.repeat(100_000) }],
  ['100 MB on one line', { type: json, body: () => Buffer.from(`"${'y'.repeat(100 * megabyte - 2)}"`) }],
  [
    '100 MB of JSON on one line',
    { type: json, body: () => Buffer.from(`[${'{"a":1},'.repeat(11_000_000)}1]`) },
  ],
  ['100 MB of empty lines', { type: 'text/plain', body: () => Buffer.alloc(100 * megabyte, '\n') }],
  [
    'UTF-8 that is none',
    {
      type: json,
      body: () => Buffer.from('7b2261223a22c3285bff80c0af22ed a08022'.replaceAll(' ', ''), 'hex'),
    },
  ],
  ['UTF-16', { type: `${json}; charset=utf-16`, body: () => utf16('{"a":"\u001b[31m\u202e é"}') }],
  [
    'half a surrogate in UTF-16',
    { type: 'text/plain', body: () => Buffer.concat([utf16('ab'), Buffer.from([0x00, 0xd8])]) },
  ],
  [
    'a gzip bomb',
    {
      type: json,
      headers: { 'content-encoding': 'gzip' },
      body: () => gzipSync(Buffer.alloc(300 * megabyte, '[')),
    },
  ],
  [
    'a gzip bomb in a gzip bomb',
    {
      type: 'text/plain',
      headers: { 'content-encoding': 'gzip, gzip' },
      body: () => gzipSync(gzipSync(Buffer.alloc(300 * megabyte))),
    },
  ],
  [
    'gzip that breaks off',
    { type: json, headers: { 'content-encoding': 'gzip' }, body: () => gzipSync('{"a":1}').subarray(0, 15) },
  ],
  [
    '__proto__ keys',
    {
      type: json,
      body: () =>
        '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"toString":1,"a":1}',
    },
  ],
  [
    'a form of 200,000 fields',
    { type: 'application/x-www-form-urlencoded', body: () => '__proto__[a]=%1b[31m&'.repeat(200_000) },
  ],
  [
    '50,000 multipart parts',
    {
      type: 'multipart/form-data; boundary=b',
      body: () =>
        `${'--b\r\nContent-Disposition: form-data; name="\x1b]52"\r\n\r\nv\r\n'.repeat(50_000)}--b--`,
    },
  ],
  [
    'escapes in keys and values',
    { type: json, body: () => '{"\\u001b]52;c;aGk=\\u0007":"\\u009b31m \\u202e \x1b[2J \x9b"}' },
  ],
];

/** Nothing that we print has a use for these: whatever of them comes out was captured. */
const obeyed = /\x1b\]52|\x1b\[2J|\x1bP|\x07|\x08|\x7f|\x00|\u009b|\u009d|\u202e|\u2066|\u200f|\u061c/;

const seconds = 8;

async function captured({ type, headers }: Hostile, body: Uint8Array | string): Promise<TestHome> {
  const home = await temporaryHome();
  const { localUrl, cli } = await startListen(['--max-body', '120mb'], { home });
  const { status } = await sendTo(`${localUrl}/hostile`, {
    body,
    headers: { 'content-type': type, ...headers },
  });
  expect(status).toBe(200);
  cli.signal('SIGINT');
  expect(await cli.exit).toBe(130);
  return home;
}

/** Runs a command into a file, because what it prints may be large, and looks at its memory while it runs. */
async function measured(home: TestHome, args: readonly string[]) {
  const began = performance.now();
  const program = ['bash', '-c', 'exec "$0" "$@" > printed', process.execPath, cliFile] as const;
  const cli = await startCli(args, { home, stdin: '', program });
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, memoryOf(cli.pid).most);
  }, 5);
  const code = await cli.exit;
  clearInterval(timer);
  const stdout = readFileSync(join(home.work, 'printed'));
  return { code, stdout, stderr: cli.stderr(), seconds: (performance.now() - began) / 1000, most };
}

describe('a body made to do harm', () => {
  test.each(bodies)(
    '%s: shown and listed in seconds, in bounded memory, and obeyed by nothing',
    async (_, hostile) => {
      const body = hostile.body();
      const home = await captured(hostile, body);
      for (const args of [['list'], ['list', '--json'], ['show', '@'], ['show', '@', '--headers']]) {
        const result = await measured(home, args);
        expect([args, result.code, result.stderr]).toEqual([args, 0, '']);
        expect(result.seconds).toBeLessThan(seconds);
        expect(result.most).toBeLessThan(400 * megabyte);
        expect(obeyed.exec(result.stdout.toString())).toBe(null);
      }
      const { code, stdout, ...cost } = await measured(home, ['show', '@', '--json']);
      expect(code).toBe(0);
      expect(cost.seconds).toBeLessThan(seconds);
      const shown = JSON.parse(stdout.toString());
      expect(shown).toMatchObject({
        requestTarget: '/hostile',
        body: { size: Buffer.byteLength(body) },
      });
      expect(obeyed.exec(stdout.toString())).toBe(null);
      const exact = await measured(home, ['show', '@', '--body']);
      expect(exact.stdout.equals(Buffer.from(body))).toBe(true);
      expect(exact.most).toBeLessThan(250 * megabyte);

      const terminal = openTui({ home, args: ['--project', 'work'] });
      await terminal.waitFor(/\/hostile/);
      terminal.write('\r3');
      await terminal.waitFor(/\[(3 )?Body\]/, seconds * 1000);
      terminal.write('G');
      terminal.write('g');
      terminal.write('1');
      await terminal.waitFor(/\[(1 )?Overview\]/, seconds * 1000);
      expect(memoryOf(terminal.pid).most).toBeLessThan(400 * megabyte);
      terminal.write('q');
      expect((await terminal.exit).code).toBe(0);
      // The terminal UI clears the screen itself.
      expect(obeyed.exec(terminal.raw().replaceAll('\x1b[2J', ''))).toBe(null);
    },
  );
});

describe('a request target made to lead elsewhere', () => {
  test.each([
    '//evil.example/a',
    '///evil.example',
    '/\\evil.example/a',
    '/../../../etc/passwd',
    '/a/../../b/./c',
    '/%2e%2e/%2e%2e/x',
    '/..;/admin',
    '/a?next=//evil.example#f',
    '/@evil.example/',
    '/:80/',
    'http://evil.example/a',
    'https://evil.example:443/a',
    'http://user:pass@evil.example/a',
    'HTTP://EVIL.EXAMPLE',
    'http://127.0.0.1:1/a',
    'ftp://evil.example/a',
  ])('%s goes to the target, with and without a base path, and stays as it is', async (path) => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    for (const base of ['', '/base']) {
      const { port, cli } = await startListen([
        `http://127.0.0.1:${target.port}${base}`,
        '--when-down',
        'fail',
      ]);
      const before = target.requests.length;
      const answer = await exchangeRaw(port, head(`GET ${path} HTTP/1.1`, 'Host: evil.example'));
      if (target.requests.length === before) {
        // What can't be sent is told to be so, and the parser refuses some: nothing is sent anywhere.
        expect([400, 502]).toContain(answer.status);
        if (answer.status === 502) expect(answer.body.toString()).toMatch(/not-sendable/);
      } else {
        expect(answer.status).toBe(200);
        const { url } = target.requests.at(-1)!;
        const rest = path.replace(/^[a-z]+:\/\/[^/]*/i, '') || (base ? '' : '/');
        expect([`${base}${rest}`, `${base}${path}`]).toContain(url);
      }
      expect(cli.stderr()).not.toMatch(/bug in webhook-cli/);
      cli.signal('SIGKILL');
      await cli.exit;
    }
  });
});
