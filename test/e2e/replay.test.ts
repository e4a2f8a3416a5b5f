import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { createAccessControl, freePort, head, listed, shown, startListen } from '../support/listening.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { startTarget, type TargetAnswer } from '../support/target.ts';

async function aTarget(answer?: TargetAnswer) {
  const target = await startTarget(answer ? { answer } : {});
  onTestFinished(() => target.close());
  return target;
}

/** A home in which these messages were recorded by a `listen` that has ended since, oldest first. */
async function recorded(messages: readonly (Buffer | string)[], ...listen: string[]) {
  const { cli, home, port } = await startListen(listen);
  for (const message of messages) await exchangeRaw(port, message);
  cli.signal('SIGTERM');
  await cli.exit;
  return home;
}

const post = (path: string, body = '') =>
  `${head(`POST ${path} HTTP/1.1`, 'Host: public.example', `Content-Length: ${body.length}`)}${body}`;

/** What of a message came from the sender: its lines but for the connection's own, and its body. */
function sent(raw: Buffer) {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw.toString('latin1', 0, end).split('\r\n');
  return { lines: lines.filter((line) => !/^connection:/i.test(line)).sort(), body: raw.subarray(end + 4) };
}

describe('replay', () => {
  test('sends the same bytes again to the last target, without a running listen', async () => {
    const target = await aTarget();
    const body = randomBytes(3_000);
    const fields = [
      'hOST: public.example',
      'X-Twice: a',
      'x-twice: b',
      'X-Latin: \xe9',
      'Content-Length: 3000',
    ];
    const message = Buffer.concat([
      Buffer.from(head('PATCH //a/../b?x=%zz HTTP/1.1', ...fields), 'latin1'),
      body,
    ]);
    const home = await recorded([message], String(target.port));
    const first = await target.next();
    const { code, stdout, stderr } = await runCli(['replay', '@'], { home });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^✓ 200 {2}\d+ ms {2}0 B {2}[a-z0-9]{12} → http:\/\/localhost:\d+\n$/);
    const second = await target.next();
    expect(sent(second.raw)).toEqual(sent(first.raw));
    expect(second.body.equals(body)).toBe(true);
    const record = await shown(home);
    expect(record.attempts.map(({ number, kind, outcome }) => [number, kind, outcome])).toEqual([
      [1, 'forward', 'response'],
      [2, 'replay', 'response'],
    ]);
    expect(record.deliveries).toMatchObject([
      { target: `http://localhost:${target.port}`, state: 'delivered' },
    ]);
  });

  test('--to sends it to another target below a base path; --json prints the attempt', async () => {
    const target = await aTarget((_request, response) => void response.writeHead(418).end('teapot'));
    const home = await recorded([post('/x?y', 'hi')]);
    const none = await runCli(['replay', '@'], { home });
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/never forwarded.*\n.*--to/)]);
    const { code, stdout } = await runCli(['replay', '@', '--to', `${target.url}/base`, '--json'], { home });
    expect(code).toBe(0);
    const attempt = JSON.parse(stdout.toString());
    expect(Object.keys(attempt)).toEqual([
      ...['requestId', 'number', 'kind', 'target', 'startedAt', 'ms', 'outcome', 'sent', 'response', 'error'],
    ]);
    expect(attempt).toMatchObject({
      number: 1,
      kind: 'replay',
      target: `${target.url}/base`,
      outcome: 'response',
      response: { status: 418, body: { encoding: 'utf8', data: 'teapot', size: 6 } },
    });
    expect(await target.next()).toMatchObject({ method: 'POST', url: '/base/x?y' });
    // A replay is no delivery: the next one needs --to as well.
    expect((await runCli(['replay', '@'], { home })).code).toBe(2);
    expect(await shown(home)).toMatchObject({ deliveries: [], attempts: [{ number: 1 }] });
  });

  test('--fail exits 1 on a status of 400 or more; a missing target always does', async () => {
    const target = await aTarget((_request, response) => void response.writeHead(400).end());
    const home = await recorded([post('/')]);
    const to = ['--to', String(target.port)];
    expect((await runCli(['replay', '@', ...to], { home })).code).toBe(0);
    expect((await runCli(['replay', '@', ...to, '--fail'], { home })).code).toBe(1);
    await target.close();
    const { code, stdout } = await runCli(['replay', '@', ...to], { home });
    expect([code, stdout.toString()]).toEqual([
      1,
      expect.stringMatching(/^✗ refused .*is the server on localhost/),
    ]);
    expect((await shown(home)).attempts.map(({ outcome }) => outcome)).toEqual([
      'response',
      'response',
      'failed',
    ]);
  });

  test('sends several in the order given, also from stdin; an unknown ref stops it before anything is sent', async () => {
    const target = await aTarget();
    const home = await recorded([post('/1'), post('/2'), post('/3')]);
    const to = ['--to', String(target.port)];
    const unknown = await runCli(['replay', '@', 'zzzz', ...to], { home });
    expect([unknown.code, target.requests.length]).toEqual([1, 0]);
    const given = await runCli(['replay', '@~2', '@', ...to], { home });
    expect(given.stdout.toString().trim().split('\n')).toHaveLength(2);
    const ids = (await listed(home)).map(({ id }) => id).reverse();
    expect((await runCli(['replay', '-', ...to], { home, stdin: `${ids.join('\n')}\n` })).code).toBe(0);
    expect(target.requests.map(({ url }) => url)).toEqual(['/1', '/3', '/1', '/2', '/3']);
  });

  test('--concurrency sends in parallel', async () => {
    const bothCame = createAccessControl();
    let count = 0;
    const target = await aTarget(async (_request, response) => {
      if (++count === 2) bothCame.open();
      await bothCame.opened;
      response.end();
    });
    const home = await recorded([post('/1'), post('/2')]);
    const { code } = await runCli(['replay', '@', '@~1', '-c', '2', '--to', String(target.port)], { home });
    expect([code, target.requests.length]).toEqual([0, 2]);
  });

  test('rejects incomplete requests, exit 1', async () => {
    const home = await recorded([post('/big', 'x'.repeat(2_000))], '--max-body', '1kb');
    const { code, stderr } = await runCli(['replay', '@', '--to', '3000'], { home });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/cannot be replayed: .*size limit.*\n.*--max-body/),
    ]);
    expect((await shown(home)).attempts).toEqual([]);
  });

  test('Ctrl-C while the target is silent: exit 130, the attempt is recorded as interrupted', async () => {
    const target = await aTarget(() => {});
    const home = await recorded([post('/')]);
    const cli = await startCli(['replay', '@', '--to', String(target.port)], { home });
    await target.next();
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    expect((await shown(home)).attempts).toMatchObject([{ error: { code: 'interrupted' } }]);
  });

  test('--timeout and --host-header apply to replays', async () => {
    const target = await aTarget(() => {});
    const home = await recorded([post('/')]);
    const { code, stdout } = await runCli(
      ['replay', '@', '--to', `127.0.0.1:${target.port}`, '--timeout', '300ms', '--host-header', 'rewrite'],
      { home },
    );
    expect([code, stdout.toString()]).toEqual([1, expect.stringContaining('within 0.3 s')]);
    const { rawHeaders } = await target.next();
    expect(rawHeaders[rawHeaders.findIndex((name) => /^host$/i.test(name)) + 1]).toBe(
      `127.0.0.1:${target.port}`,
    );
  });
});

test('replay in an empty database is exit 1', async () => {
  const home = await temporaryHome();
  const { code, stderr } = await runCli(['replay', '@', '--to', '3000'], { home });
  expect([code, stderr]).toEqual([1, expect.stringContaining('No request is recorded yet.')]);
});

test('replay and trigger say why nothing was sent or no response came', async () => {
  const { port, home } = await startListen();
  const twoHosts = 'POST /two HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n';
  expect((await exchangeRaw(port, twoHosts)).status).toBe(200);
  const free = String(await freePort());
  const replayed = await runCli(['replay', '@', '--to', free], { home });
  expect(replayed.stdout.toString()).toMatch(
    /not sendable .* it has 2 Host headers, and a server accepts one only\n$/,
  );
  const triggered = await runCli(['trigger', 'stripe', 'charge.succeeded', '--to', free], { home });
  expect(triggered.stdout.toString()).toMatch(/refused .* is the server on localhost:\d+ running\?\n$/);
});

test('listen, routes, replay and trigger call a base path without adding a slash', async () => {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const to = `${target.port}/api/webhook`;
  const got = async () => (await target.next()).url;
  for (const args of [[to], ['--route', `method:POST => ${to}`]]) {
    const { port, home } = await startListen(args);
    await exchangeRaw(port, post('/'));
    expect(await got()).toBe('/api/webhook');
    await exchangeRaw(port, post('/?x=1'));
    expect(await got()).toBe('/api/webhook?x=1');
    await runCli(['replay', '@', '--to', to], { home });
    expect(await got()).toBe('/api/webhook?x=1');
    await runCli(['replay', '@~1', '--to', `${to}/`], { home });
    expect(await got()).toBe('/api/webhook');
    await runCli(['trigger', '--from', '@~1', '--to', to], { home });
    expect(await got()).toBe('/api/webhook');
    await runCli(['trigger', 'stripe', 'charge.succeeded', '--to', to], { home });
    expect(await got()).toBe('/api/webhook');
  }
});

test.each([
  ['listen', 'abc', '--no-tunnel'],
  ['listen', '--no-tunnel', '--route', 'path:/x => abc'],
  ['replay', '@', '--to', 'abc'],
])('rejects a bare word as a target: %s %s %s', async (...args) => {
  const { home } = await startListen();
  const { code, stderr } = await runCli(args, { home });
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/"abc" is not a target\.[\s\S]*Did you mean a port\?/),
  ]);
});
