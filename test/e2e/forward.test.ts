import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import type { TestHome } from '../support/home.ts';
import { post, shown, startListen } from '../support/listening.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { startTarget, type TestTarget } from '../support/target.ts';

async function aTarget() {
  const target = await startTarget();
  onTestFinished(() => target.close());
  return target;
}

/** Starts `forward` and waits until it says that it does. */
async function startForward(home: TestHome, target: TestTarget, ...args: string[]) {
  const cli = await startCli(['forward', String(target.port), ...args], { home });
  if (!args.includes('--json')) await cli.waitForOutput(/forwarding to/);
  return cli;
}

const paths = (target: TestTarget) => target.requests.map(({ url }) => url);

describe('forward', () => {
  test('forwards new requests beside a listen with another target', async () => {
    const [first, second] = [await aTarget(), await aTarget()];
    const { home, port } = await startListen([String(first.port)]);
    await exchangeRaw(port, post('/before'));
    const cli = await startForward(home, second);
    expect(cli.stderr()).toBe(
      `webhook-cli: forwarding to http://localhost:${second.port}. Press Ctrl-C to stop.\n`,
    );
    await exchangeRaw(port, post('/after', 'body'));
    expect(await second.next()).toMatchObject({ url: '/after', body: Buffer.from('body') });
    await cli.waitForOutput(/✓ 200 .* → http:\/\/localhost:\d+\n/);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    expect(paths(second)).toEqual(['/after']);
    expect(paths(first)).toEqual(['/before', '/after']);
    const record = await shown(home);
    expect(record.attempts.map(({ kind, target }) => [kind, target])).toEqual([
      ['forward', `http://localhost:${first.port}`],
      ['forward', `http://localhost:${second.port}`],
    ]);
  });

  test('--all forwards the backlog first, oldest first', async () => {
    const target = await aTarget();
    const { home, port } = await startListen();
    for (const path of ['/1', '/2', '/3']) await exchangeRaw(port, post(path));
    const cli = await startForward(home, target, '--all', '--json');
    const third = () => paths(target).length === 3;
    await expect.poll(third).toBe(true);
    await exchangeRaw(port, post('/4'));
    await expect.poll(() => paths(target)).toEqual(['/1', '/2', '/3', '/4']);
    const fourth = await cli.waitForLine(({ requestId }) => requestId !== undefined);
    expect(fourth).toMatchObject({
      kind: 'forward',
      number: 1,
      outcome: 'response',
      response: { status: 200 },
    });
    expect(cli.stderr()).toBe('');
  });

  test('--since forwards the backlog of that time', async () => {
    const target = await aTarget();
    const { home, port } = await startListen();
    await exchangeRaw(port, post('/1'));
    const cli = await startForward(home, target, '--since', '1h');
    await expect.poll(() => paths(target)).toEqual(['/1']);
    cli.signal('SIGTERM');
    expect(await cli.exit).toBe(143);
    const other = await aTarget();
    await startForward(home, other, '--since', '1ms');
    await exchangeRaw(port, post('/2'));
    await expect.poll(() => paths(other)).toEqual(['/2']);
  });

  test('skips requests with a response of this target; --again sends them too', async () => {
    const target = await aTarget();
    const { home, port } = await startListen([String(target.port), '--when-down', 'fail']);
    await exchangeRaw(port, post('/answered'));
    await target.close();
    await exchangeRaw(port, post('/missed'));
    const back = await startTarget({ port: target.port });
    onTestFinished(() => back.close());
    const once = await startForward(home, back, '--all');
    await expect.poll(() => paths(back)).toEqual(['/missed']);
    await once.waitForOutput(/✓ 200/);
    once.signal('SIGINT');
    await once.exit;
    await startForward(home, back, '--all', '--again');
    await expect.poll(() => paths(back)).toEqual(['/missed', '/answered', '/missed']);
  });

  test('does not send twice what a listen delivers to the same target', async () => {
    const target = await aTarget();
    const { home, port } = await startListen([String(target.port)]);
    await startForward(home, target, '--all');
    for (const path of ['/1', '/2', '/3']) await exchangeRaw(port, post(path));
    const other = await startListen([], { home });
    await exchangeRaw(other.port, post('/other'));
    await expect.poll(() => paths(target)).toContain('/other');
    expect(paths(target)).toEqual(['/1', '/2', '/3', '/other']);
  });

  test('sends only complete requests, of one project with --project', async () => {
    const target = await aTarget();
    const shop = await startListen(['--project', 'shop', '--max-body', '1kb']);
    const blog = await startListen(['--project', 'blog'], { home: shop.home });
    await startForward(shop.home, target, '--project', 'shop');
    await exchangeRaw(blog.port, post('/blog'));
    await exchangeRaw(shop.port, post('/large', 'x'.repeat(2_000)));
    await exchangeRaw(shop.port, post('/shop'));
    await expect.poll(() => paths(target)).toContain('/shop');
    expect(paths(target)).toEqual(['/shop']);
  });

  test('holds requests while the target is down, says so, and delivers them in order', async () => {
    const target = await aTarget();
    const { home, port } = await startListen();
    const cli = await startForward(home, target);
    await target.close();
    await exchangeRaw(port, post('/1'));
    await cli.waitForOutput(/✗ refused .*is the server on localhost:\d+ running/);
    const back = await startTarget({ port: target.port });
    onTestFinished(() => back.close());
    await exchangeRaw(port, post('/2'));
    await expect.poll(() => paths(back), { timeout: 8_000 }).toEqual(['/1', '/2']);
  });

  test('rejects an invalid target, exit 2', async () => {
    const { code, stderr } = await runCli(['forward', 'ftp://x']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not a target')]);
  });
});
