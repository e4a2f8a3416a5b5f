import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { freePort, listed, post, shown, startListen } from '../support/listening.ts';
import { trustedProject } from '../support/project-file.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { startTarget, type TestTarget } from '../support/target.ts';

async function targetOn(port: number): Promise<TestTarget> {
  const target = await startTarget({ port });
  onTestFinished(() => target.close());
  return target;
}

const paths = ({ requests }: TestTarget) => requests.map(({ url }) => url);

describe('a target that is down', () => {
  test('is shown in the reply, the line and the list; held requests arrive in order when it is back', async () => {
    const home = await temporaryHome();
    const port = await freePort();
    const { port: at, cli, next } = await startListen([String(port)], { home });
    for (const path of ['/1', '/2', '/3']) {
      const answer = await exchangeRaw(at, post(path, 'x'));
      expect([answer.status, JSON.parse(answer.body.toString())]).toMatchObject([202, { held: true }]);
    }
    expect(await next('attempt')).toMatchObject({
      kind: 'forward',
      outcome: 'failed',
      error: { code: 'refused' },
    });
    expect(await listed(home, '--held')).toMatchObject([
      {
        requestTarget: '/3',
        deliveries: [{ target: `http://localhost:${port}`, state: 'pending' }],
        attempts: [],
      },
      { requestTarget: '/2' },
      { requestTarget: '/1', reply: { status: 202, by: 'listener' } },
    ]);
    expect((await runCli(['list'], { home })).stdout.toString()).toMatch(/\/3\theld\t/);
    const back = await targetOn(port);
    expect(await next('attempt')).toMatchObject({ kind: 'retry', outcome: 'response' });
    await expect.poll(() => paths(back)).toEqual(['/1', '/2', '/3']);
    await expect.poll(() => listed(home, '--held')).toEqual([]);
    expect((await exchangeRaw(at, post('/4', 'x'))).status).toBe(200);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
  });

  test('gets a held request by replay, which is then delivered', async () => {
    const home = await temporaryHome();
    const port = await freePort();
    const { port: at, cli } = await startListen([String(port)], { home });
    await exchangeRaw(at, post('/held', 'x'));
    cli.signal('SIGINT');
    await cli.exit;
    await targetOn(port);
    expect((await runCli(['replay', '@'], { home })).code).toBe(0);
    expect(await shown(home)).toMatchObject({ deliveries: [{ state: 'delivered', held: false }] });
    expect(await listed(home, '--held')).toEqual([]);
  });

  test('gets requests held by a killed listen from the next forward', async () => {
    const home = await temporaryHome();
    const port = await freePort();
    const first = await startListen([String(port)], { home });
    await exchangeRaw(first.port, post('/kept', 'x'));
    first.cli.signal('SIGKILL');
    await first.cli.exit;
    const back = await targetOn(port);
    await startCli(['forward', String(port)], { home });
    expect((await back.next()).url).toBe('/kept');
    await expect.poll(async () => (await shown(home)).deliveries).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('retry and drop', () => {
  test('retry or drop held requests without a running listen', async () => {
    const home = await temporaryHome();
    const port = await freePort();
    const { port: at, cli } = await startListen([String(port)], { home });
    for (const path of ['/1', '/2', '/3']) await exchangeRaw(at, post(path, 'x'));
    cli.signal('SIGINT');
    await cli.exit;

    const refused = await runCli(['retry', '@'], { home });
    expect([refused.code, refused.stdout.toString()]).toEqual([1, expect.stringContaining('refused')]);
    const dropped = await runCli(['drop', '@', '--json'], { home });
    expect(JSON.parse(dropped.stdout.toString()).dropped).toHaveLength(1);
    const back = await targetOn(port);
    const retried = await runCli(['retry', '--all', '--json'], { home });
    expect(retried.code).toBe(0);
    const lines = retried.stdout.toString().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'retry', outcome: 'response' },
      { kind: 'retry', outcome: 'response' },
    ]);
    expect(paths(back)).toEqual(['/1', '/2']);
    expect((await listed(home)).map(({ deliveries }) => deliveries[0]!.state)).toEqual([
      'dropped',
      'delivered',
      'delivered',
    ]);

    const nothing = await runCli(['retry', '@'], { home });
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      expect.stringContaining('None of these requests is held'),
    ]);
    for (const args of [['retry'], ['drop'], ['drop', '@', '--all']]) {
      expect([args, (await runCli(args, { home })).code]).toEqual([args, 2]);
    }
    expect((await runCli(['drop', '--all'], { home })).stderr).toMatch(/Dropped 0 requests/);
  });

  test('a running listen delivers what retry asks for; retry prints the results', async () => {
    const home = await temporaryHome();
    const target = await targetOn(await freePort());
    const unavailable = (_request: unknown, response: ServerResponse) =>
      void response.writeHead(503, { 'Retry-After': '3600' }).end();
    target.answer = unavailable;
    const { port, cli, next } = await startListen([String(target.port), '--retry-on', '5xx'], { home });
    for (const path of ['/1', '/2']) expect((await exchangeRaw(port, post(path, 'x'))).status).toBe(202);
    const failed = await runCli(['retry', '@'], { home });
    expect([failed.code, failed.stdout.toString()]).toEqual([
      1,
      expect.stringMatching(/503 .* held: localhost:\d+ responded 503 · next try in (60|59) min/),
    ]);
    target.answer = (_request, response) => void response.end('ok');
    const { stdout, stderr, code } = await runCli(['retry', '--all'], { home });
    expect([code, stderr, stdout.toString()]).toEqual([
      0,
      '',
      expect.stringMatching(/^✓ 200 .*\n✓ 200 .*\n$/),
    ]);
    expect(paths(target)).toEqual(['/1', '/2', '/2', '/1', '/2']);
    // Held again, and moved away: the listener does not deliver it.
    target.answer = unavailable;
    await exchangeRaw(port, post('/3', 'x'));
    const other = await targetOn(0);
    const moved = await runCli(['retry', '@', '--to', String(other.port), '--json'], { home });
    expect([moved.code, JSON.parse(moved.stdout.toString())]).toMatchObject([
      0,
      { kind: 'retry', outcome: 'response', target: `http://localhost:${other.port}` },
    ]);
    expect((await shown(home)).deliveries).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          target: `http://localhost:${target.port}`,
          state: 'dropped',
          reason: 'moved',
        }),
        expect.objectContaining({ target: `http://localhost:${other.port}`, state: 'delivered' }),
      ]),
    );
    expect([paths(other), paths(target).filter((path) => path === '/3')]).toEqual([['/3'], ['/3']]);
    for (let count = 0; count < 6; count++) await next('attempt');
    cli.signal('SIGINT');
    await cli.exit;
  });

  test('retry --to asks before it moves several; kill -9 in the middle loses none', async () => {
    const home = await temporaryHome();
    const down = await freePort();
    const { port: at, cli } = await startListen([String(down)], { home });
    for (const path of ['/1', '/2', '/3']) await exchangeRaw(at, post(path, 'x'));
    cli.signal('SIGINT');
    await cli.exit;
    const replayed = await runCli(['replay', '@'], { home });
    expect([replayed.code, replayed.stderr, replayed.stdout.toString()]).toEqual([
      1,
      expect.stringMatching(`is held for localhost:${down}, so it is sent there`),
      expect.stringMatching(
        `held: localhost:${down} refuses connections · 2 ahead · delivered when you listen again`,
      ),
    ]);
    const list = await runCli(['list', '--held'], { home });
    expect(list.stderr).toBe(
      `held: localhost:${down} refuses connections · 2 ahead · delivered when you listen again\n`,
    );

    const to = await targetOn(0);
    const args = ['retry', '--all', '--to', String(to.port)];
    const unasked = await runCli(args, { home });
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect((await listed(home)).map(({ deliveries }) => deliveries[0]!.state)).not.toContain('dropped');
    // Killed while the first is under way, after the move.
    to.answer = () => {};
    const killed = await startCli([...args, '--yes'], { home });
    await to.next();
    killed.signal('SIGKILL');
    await killed.exit;
    for (const { deliveries } of await listed(home)) {
      expect(deliveries.map(({ state }) => state).sort()).toEqual(['dropped', 'pending']);
    }
    to.answer = (_request, response) => void response.end();
    expect((await runCli(['retry', '--all'], { home })).code).toBe(0);
    expect(paths(to)).toEqual(['/1', '/1', '/2', '/3']);
    expect(await listed(home, '--held')).toEqual([]);
  });
});

test('headless listen says why requests are held, what stays held, and what waits for another target', async () => {
  const home = await temporaryHome();
  const [down, up] = [await freePort(), await targetOn(0)];
  const listenText = async (port: number) => {
    const cli = await startCli(['listen', String(port), '--no-tunnel'], { home });
    await cli.waitForOutput(/Press Ctrl-C/);
    return { cli, at: Number(/localhost:(\d+)/.exec(cli.stderr())![1]) };
  };
  const first = await listenText(down);
  for (const path of ['/1', '/2']) await exchangeRaw(first.at, post(path, 'x'));
  await first.cli.waitForOutput(/held {2}POST \/2/);
  expect(first.cli.stdout().toString()).toMatch(
    new RegExp(`^\\S+  ✗ held  POST /1 → localhost:${down}  .* ms  1 B  \\w{12}$`, 'm'),
  );
  await first.cli.waitForOutput(
    new RegExp(`held: localhost:${down} refuses connections · 1 ahead · retried automatically\n`),
  );
  first.cli.signal('SIGINT');
  await first.cli.exit;
  expect(first.cli.stderr()).toContain(
    `2 requests are held for localhost:${down} and will be delivered when you listen again.\n`,
  );

  const second = await listenText(up.port);
  await second.cli.waitForOutput(
    new RegExp(
      `2 requests wait for localhost:${down}: webhook-cli retry --all --to ${up.port} moves them here`,
    ),
  );
  const moved = await runCli(['retry', '--all', '--to', String(up.port), '--yes'], { home });
  expect([moved.code, paths(up)]).toEqual([0, ['/1', '/2']]);
  await second.cli.waitForOutput(new RegExp(`✓ 200  POST /2 → localhost:${up.port}  .* ms  retry  `));
  second.cli.signal('SIGINT');
  await second.cli.exit;
  expect(second.cli.stderr()).not.toContain('will be delivered');
});

describe('routes and id headers', () => {
  test('--route matches path, method and header; the config file takes a list', async () => {
    const home = await temporaryHome();
    const [stripe, push, rest] = [await targetOn(0), await targetOn(0), await targetOn(0)];
    const routes = [
      `path:/stripe/* => ${stripe.port}`,
      `header.x-github-event:push method:POST => ${push.port}`,
    ];
    await trustedProject(home, { route: routes });
    const { port } = await startListen([String(rest.port)], { home });
    await exchangeRaw(port, post('/stripe/hook', 'x'));
    await exchangeRaw(
      port,
      'POST /gh HTTP/1.1\r\nHost: h\r\nX-GitHub-Event: push\r\nContent-Length: 0\r\n\r\n',
    );
    await exchangeRaw(port, post('/else', 'x'));
    expect([paths(stripe), paths(push), paths(rest)]).toEqual([['/stripe/hook'], ['/gh'], ['/else']]);
    const wrong = await runCli(['listen', '--no-tunnel', '--route', 'color:red => 3000'], { home });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('character 1')]);
  });

  test('--mark adds the request id and the attempt number; nothing is added without it', async () => {
    const home = await temporaryHome();
    const target = await targetOn(0);
    const plain = await startListen([String(target.port)], { home });
    await exchangeRaw(plain.port, post('/', 'x'));
    expect((await target.next()).rawHeaders.join()).not.toMatch(/webhook-cli/i);
    const marked = await startListen([String(target.port), '--mark'], { home });
    await exchangeRaw(marked.port, post('/', 'x'));
    const { id } = await shown(home);
    expect((await target.next()).rawHeaders.join()).toContain(
      `webhook-cli-request-id,${id},webhook-cli-attempt,1`,
    );
    await runCli(['replay', '@', '--mark'], { home });
    expect((await target.next()).rawHeaders.join()).toContain('webhook-cli-attempt,2');
  });

  test('a request in a forwarding loop gets 508 and is not forwarded', async () => {
    const home = await temporaryHome();
    const target = await targetOn(0);
    const { port } = await startListen([String(target.port)], { home });
    const head = (hops: number) => `GET /round HTTP/1.1\r\nHost: h\r\nwebhook-cli-hops: ${hops}\r\n\r\n`;
    expect((await exchangeRaw(port, head(5))).status).toBe(200);
    expect((await exchangeRaw(port, head(6))).status).toBe(508);
    expect(target.requests).toHaveLength(1);
    expect(await shown(home)).toMatchObject({ reply: { status: 508, by: 'listener' }, deliveries: [] });
  });
});
