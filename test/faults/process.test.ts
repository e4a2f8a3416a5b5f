import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { inspect, integrityOf, recordedPaths } from '../support/database.ts';
import type { TestHome } from '../support/home.ts';
import { listed, startListen } from '../support/listening.ts';
import { sendMany } from '../support/load.ts';
import { sendTo } from '../support/send.ts';
import { startTarget, type TestTarget } from '../support/target.ts';
import { until } from '../support/until.ts';

async function aTarget(answer?: TestTarget['answer']): Promise<TestTarget> {
  const target = await startTarget(answer ? { answer } : {});
  onTestFinished(() => target.close());
  return target;
}

const pathsAt = (target: TestTarget) => target.requests.map(({ url }) => url);

/** The attempts that are recorded: as many as there are, each with its number once. */
function attemptsOf(home: TestHome) {
  return inspect(home, (db) => ({
    count: db.prepare('SELECT count(*) FROM attempts').pluck().get() as number,
    twice: db.prepare('SELECT count(*) FROM attempts GROUP BY request, number HAVING count(*) > 1').all(),
    withoutRequest: db
      .prepare('SELECT count(*) FROM attempts WHERE request NOT IN (SELECT seq FROM requests)')
      .pluck()
      .get(),
  }));
}

describe('kill -9 of forward', () => {
  const count = 400;

  test('in the backlog, ten times: nothing is lost, only requests under way are sent twice', async () => {
    const { home, localUrl } = await startListen();
    await sendMany(`${localUrl}/n`, count, { body: 'b'.repeat(500) });
    const target = await aTarget();
    let kills = 0;
    while (new Set(pathsAt(target)).size < count) {
      const before = target.requests.length;
      const forward = await startCli(['forward', String(target.port), '--all'], { home });
      const wanted = kills < 10 ? before + 10 + Math.floor(Math.random() * 40) : Number.POSITIVE_INFINITY;
      await until(() => target.requests.length >= wanted || new Set(pathsAt(target)).size === count);
      forward.signal('SIGKILL');
      await forward.exit;
      kills++;
    }
    const arrived = pathsAt(target);
    console.log(`${arrived.length - count} of ${count} came twice after ${kills} kills`);
    // The backlog goes one at a time.
    expect(arrived.length - count).toBeLessThanOrEqual(kills);
    expect(new Set(arrived)).toEqual(new Set(recordedPaths(home)));
    const firsts = [...new Set(arrived)];
    expect(firsts).toEqual(recordedPaths(home));
    expect(integrityOf(home)).toBe('ok');
  });

  test('while it waits for a response: the next one sends that request again', async () => {
    const { home, localUrl } = await startListen();
    const target = await aTarget(() => {});
    const args = ['forward', String(target.port), '--timeout', '1s'];
    const forward = await startCli(args, { home });
    await forward.waitForOutput(/forwarding to/);
    await sendTo(`${localUrl}/live`);
    await until(() => target.requests.length === 1);
    forward.signal('SIGKILL');
    await forward.exit;
    target.answer = (_request, response) => void response.end('ok');
    await startCli(args, { home });
    await until(() => target.requests.length === 2);
    expect(pathsAt(target)).toEqual(['/live', '/live']);
    await until(async () => (await listed(home, '--held')).length === 0);
  });

  test('while requests are held: the next one goes on with them, in order', async () => {
    const { home, localUrl } = await startListen();
    const target = await startTarget();
    const { port } = target;
    await target.close();
    const forward = await startCli(['forward', String(port)], { home });
    await forward.waitForOutput(/forwarding to/);
    for (let number = 0; number < 20; number++) await sendTo(`${localUrl}/${number}`);
    await until(async () => (await listed(home, '--held', '-n', '100')).length === 20);
    forward.signal('SIGKILL');
    await forward.exit;
    const back = await startTarget({ port });
    onTestFinished(() => back.close());
    const next = await startCli(['forward', String(port)], { home });
    await until(() => back.requests.length >= 20);
    expect(pathsAt(back)).toEqual(Array.from({ length: 20 }, (_, number) => `/${number}`));
    await until(async () => (await listed(home, '--held')).length === 0);
    next.signal('SIGINT');
    expect(await next.exit).toBe(130);
  });
});

test('kill -9 during a replay of 1,000 leaves a sound database', async () => {
  const { home, localUrl } = await startListen();
  await sendMany(`${localUrl}/n`, 1_000, { body: 'b'.repeat(1_000) });
  const ids = (await listed(home, '-n', '1000')).map(({ id }) => id).join('\n');
  const target = await aTarget((_, response) => void response.end('a'.repeat(300)));
  const args = ['replay', '-', '--to', String(target.port), '--json'];
  const killed = await startCli([...args, '--concurrency', '4'], { home, stdin: ids });
  await until(() => target.requests.length >= 400);
  killed.signal('SIGKILL');
  expect(await killed.exit).toBe(137);
  const told = killed.stdout().toString().split('\n').filter(Boolean).length;
  const after = attemptsOf(home);
  expect(after).toMatchObject({ twice: [], withoutRequest: 0 });
  // What it told of is recorded; what is not, but came, was under way, or its answer was about to be recorded: of
  // those there are 128 at most, and one more for each of the four at once.
  expect(after.count).toBeGreaterThanOrEqual(told);
  expect(target.requests.length - after.count).toBeLessThanOrEqual(128 + 2 * 4);
  expect(integrityOf(home)).toBe('ok');

  const again = await runCli(args, { home, stdin: ids });
  expect(again.code).toBe(0);
  expect(again.stdout.toString().trim().split('\n').length).toBe(1_000);
  expect(attemptsOf(home)).toEqual({ count: after.count + 1_000, twice: [], withoutRequest: 0 });
});

describe('a listener that runs out of file descriptors', () => {
  async function crowd(port: number, count: number): Promise<Socket[]> {
    const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1' }));
    for (const socket of sockets) socket.on('error', () => {});
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await until(() => sockets.every(({ connecting }) => !connecting));
    return sockets;
  }

  test('serves again when the connections are gone', async () => {
    // Enough to load the program, which reads its files at once, and not for its connections.
    const program = ['bash', '-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, cliFile] as const;
    const target = await aTarget();
    const { home, localUrl, port, cli } = await startListen([String(target.port)], { program });
    expect((await sendTo(`${localUrl}/before`)).status).toBe(200);
    for (let round = 0; round < 3; round++) {
      const sockets = await crowd(port, 200);
      // There may be none left for the sender, or none for the target: then it is held.
      const answer = await sendTo(`${localUrl}/during`, { signal: AbortSignal.timeout(1_500) }).catch(
        () => undefined,
      );
      if (answer) expect([200, 202, 503]).toContain(answer.status);
      for (const socket of sockets) socket.destroy();
      await until(async () => {
        const status = await sendTo(`${localUrl}/after`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => undefined,
        );
        return status?.status === 200;
      });
    }
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    expect(integrityOf(home)).toBe('ok');
  });
});

test('a listener suspended like a sleeping laptop goes on', async () => {
  const target = await aTarget();
  const { home, localUrl, cli } = await startListen([String(target.port)]);
  const other = await startListen([], { home });
  await sendTo(`${localUrl}/before`);
  cli.signal('SIGSTOP');
  const asleep = Array.from({ length: 10 }, (_, number) => sendTo(`${localUrl}/asleep/${number}`));
  // Nobody else is kept from recording meanwhile.
  const { statuses } = await sendMany(`${other.localUrl}/awake`, 50);
  expect([...statuses]).toEqual([[200, 50]]);
  let answered = 0;
  for (const answer of asleep) answer.then(() => answered++).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(answered).toBe(0);
  cli.signal('SIGCONT');
  expect((await Promise.all(asleep)).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect((await sendTo(`${localUrl}/after`)).status).toBe(200);
  expect(pathsAt(target).length).toBe(12);
  expect(recordedPaths(home).length).toBe(62);
  expect(integrityOf(home)).toBe('ok');
});
