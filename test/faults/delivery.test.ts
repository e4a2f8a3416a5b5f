import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { type RunningCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { startTarget, type TestTarget } from '../support/target.ts';

const rounds = 20;

/** Numbers a dev server got, in the order in which it got them, over all its restarts. */
function restartableTarget() {
  const received: number[] = [];
  let current: TestTarget | undefined;
  let port = 0;
  return {
    received,
    get port() {
      return port;
    },
    async up(): Promise<void> {
      if (current) return;
      current = await startTarget({
        port,
        answer(got, response) {
          received.push(Number(got.url.slice(1)));
          response.end('ok');
        },
      });
      port = current.port;
    },
    async down(): Promise<void> {
      const old = current;
      current = undefined;
      await old?.close();
    },
  };
}

/** One POST after another, each with the next number; what was answered 2xx is kept in that order. */
function senderTo(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const acknowledged: number[] = [];
  let number = 0;
  let stopped = false;

  const one = () =>
    new Promise<void>((resolve) => {
      const current = ++number;
      const sending = request(
        { port, host: '127.0.0.1', path: `/${current}`, method: 'POST', agent },
        (response) => {
          response.resume();
          response.on('error', () => resolve());
          response.on('end', () => {
            if (response.statusCode! < 300) acknowledged.push(current);
            resolve();
          });
        },
      );
      sending.on('error', () => setTimeout(resolve, 5));
      sending.end(`body of ${current}`);
    });
  const over = (async () => {
    while (!stopped) await one();
    agent.destroy();
  })();
  return {
    acknowledged,
    async reached(count: number): Promise<void> {
      await expect
        .poll(() => acknowledged.length, { timeout: 30_000, interval: 10 })
        .toBeGreaterThanOrEqual(count);
    },
    stop(): Promise<void> {
      stopped = true;
      return over;
    },
  };
}

test(`${rounds} rounds of a target that comes and goes and a listener that is killed: all that was answered 2xx arrives`, {
  timeout: 240_000,
}, async () => {
  const home = await temporaryHome();
  const target = restartableTarget();
  await target.up();
  const start = async (port: number): Promise<{ cli: RunningCli; port: number }> => {
    const cli = await startCli(['listen', String(target.port), '--no-tunnel', '--json', '-p', String(port)], {
      home,
    });
    const ready = await cli.waitForLine(({ type }) => type === 'ready');
    return { cli, port: Number(new URL(String(ready['localUrl'])).port) };
  };
  let { cli, port } = await start(0);
  const sender = senderTo(port);
  for (let round = 0; round < rounds; round++) {
    const random = () => Math.floor(Math.random() * 60);
    const { length } = sender.acknowledged;
    await sender.reached(length + 5 + random());
    await target.down();
    await sender.reached(sender.acknowledged.length + 5 + random());
    if (round % 2 === 0) await target.up();
    if (round % 4 === 0) await sender.reached(sender.acknowledged.length + 1 + random());
    cli.signal('SIGKILL');
    await cli.exit;
    ({ cli, port } = await start(port));
    await target.up();
  }
  await sender.stop();

  const db = openDatabase(home.db);
  const held = db.prepare("SELECT count(*) FROM deliveries WHERE state = 'pending'").pluck();
  await expect.poll(() => held.get(), { timeout: 60_000, interval: 100 }).toBe(0);
  const steppedAside = new Set(
    db
      .prepare(
        `SELECT DISTINCT r.request_target FROM requests r JOIN attempts a ON a.request = r.seq
           WHERE a.outcome = 'failed' AND a.error_code NOT IN ('refused', 'unreachable', 'interrupted')`,
      )
      .pluck()
      .all()
      .map((path) => Number(String(path).slice(1))),
  );
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  cli.signal('SIGINT');
  expect(await cli.exit).toBe(130);
  await target.down();

  const { acknowledged } = sender;
  const arrived = new Set(target.received);
  const duplicates = target.received.length - arrived.size;
  console.log(
    `${acknowledged.length} answered 2xx, ${arrived.size} arrived, ${duplicates} of them more than once, ` +
      `${steppedAside.size} stepped aside`,
  );
  expect(acknowledged.filter((number) => !arrived.has(number))).toEqual([]);
  const firsts = [...arrived].filter((number) => acknowledged.includes(number) && !steppedAside.has(number));
  expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
});
