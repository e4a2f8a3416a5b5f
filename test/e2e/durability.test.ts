import { Agent, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { startTarget } from '../support/target.ts';

/** Sends without a pause over some connections until the listener is gone; keeps the id of all that was answered 2xx. */
function sendAtFullSpeed(port: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answered: string[] = [];
  const watchers: { count: number; resolve: () => void }[] = [];
  let number = 0;

  const one = () =>
    new Promise<boolean>((resolve) => {
      const body = JSON.stringify({ number: ++number, padding: 'x'.repeat(1 + (number % 3000)) });
      const sending = request(
        { port, host: '127.0.0.1', path: `/n/${number}`, method: 'POST', agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', () => resolve(false));
          response.on('end', () => {
            const { id } = JSON.parse(Buffer.concat(chunks).toString()) as { id: string };
            if (response.statusCode === 200) answered.push(id);
            for (const watcher of watchers) if (answered.length >= watcher.count) watcher.resolve();
            resolve(true);
          });
        },
      );
      sending.on('error', () => resolve(false));
      sending.end(body);
    });
  const lane = async () => {
    while (await one());
  };
  const over = Promise.all(Array.from({ length: connections }, lane)).then(() => agent.destroy());
  return {
    answered,
    over,
    reached: (count: number) => new Promise<void>((resolve) => watchers.push({ count, resolve })),
  };
}

function recorded(home: TestHome) {
  const db = openDatabase(home.db);
  try {
    return {
      integrity: db.pragma('integrity_check', { simple: true }),
      ids: new Set(db.prepare('SELECT id FROM requests').pluck().all() as string[]),
      withoutContent: db
        .prepare('SELECT count(*) FROM requests WHERE seq NOT IN (SELECT request FROM contents)')
        .pluck()
        .get(),
    };
  } finally {
    db.close();
  }
}

async function listening(
  home: TestHome,
  args: readonly string[] = [],
  program?: readonly [string, ...string[]],
) {
  const cli = await startCli(['listen', '--no-tunnel', '--json', ...args], {
    home,
    ...(program ? { program } : {}),
  });
  const ready = await cli.waitForLine(({ type }) => type === 'ready');
  return { cli, port: Number(new URL(String(ready['localUrl'])).port) };
}

const post = (port: number, path = '/', body = 'x') =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });

describe('nothing is acknowledged before it is recorded', () => {
  test('after 20 kill -9 at full speed every request with a 2xx reply is in a sound database', async () => {
    const home = await temporaryHome();
    const target = await startTarget({
      answer: (request, response) => void response.end(`{"id":"${request.url}"}`),
    });
    const acknowledged: string[] = [];
    const answeredByTarget: string[] = [];
    for (let round = 0; round < 20; round++) {
      const forwards = round % 4 === 3;
      const { cli, port } = await listening(
        home,
        forwards ? [String(target.port), '--when-down', 'fail'] : [],
      );
      const sender = sendAtFullSpeed(port, 16);
      await sender.reached(1 + Math.floor(Math.random() * 600));
      cli.signal('SIGKILL');
      await cli.exit;
      await sender.over;
      (forwards ? answeredByTarget : acknowledged).push(...sender.answered);
    }
    const { ids, integrity, withoutContent } = recorded(home);
    expect(integrity).toBe('ok');
    expect(withoutContent).toBe(0);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);

    // The target's answer is the reply there, so the request is known by its path and by the answer recorded with it.
    const db = openDatabase(home.db);
    const delivered = db
      .prepare(
        `SELECT r.request_target FROM requests r JOIN attempts a ON a.request = r.seq
         JOIN deliveries o ON o.request = r.seq WHERE a.reply_status = 200 AND o.state = 'delivered'`,
      )
      .pluck()
      .all() as string[];
    db.close();
    const paths = new Set(delivered);
    expect(answeredByTarget.length).toBeGreaterThan(5);
    expect(answeredByTarget.filter((path) => !paths.has(path))).toEqual([]);
    await target.close();
  });

  test('the reply is not sent before the commit', async () => {
    const home = await temporaryHome();
    const { port } = await listening(home, ['--db-timeout', '30s']);
    const blocker = openDatabase(home.db);
    blocker.exec('BEGIN IMMEDIATE');
    let answered = false;
    const answer = post(port).then((response) => {
      answered = true;
      return response.status;
    });
    // Whoever comes later waits, too, so that what this one takes tells that the first is still waiting.
    const another = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'OPTIONS',
      signal: AbortSignal.timeout(600),
    }).catch((error: Error) => error.name);
    expect([another, answered]).toEqual(['TimeoutError', false]);
    blocker.exec('COMMIT');
    blocker.close();
    expect(await answer).toBe(200);
  });
});

describe('if the store fails, senders get 503, the user the reason, and listening goes on', () => {
  test('locked for longer than --db-timeout', async () => {
    const home = await temporaryHome();
    const { cli, port } = await listening(home, ['--db-timeout', '200ms']);
    const blocker = openDatabase(home.db);
    blocker.exec('BEGIN IMMEDIATE');
    const refused = await post(port);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBeTruthy();
    await cli.waitForOutput(/"type":"warning".*another process holds the database locked/);
    blocker.exec('ROLLBACK');
    blocker.close();
    expect((await post(port)).status).toBe(200);
    expect(recorded(home).ids.size).toBe(1);
  });

  test('a full disk, with small bodies and with one written in pieces', async () => {
    const home = await temporaryHome();
    // A file-size limit fails writes as a full disk does; in blocks of 1 KB.
    const limited = ['bash', '-c', 'ulimit -f 1500; exec "$0" "$@"', process.execPath, cliFile] as const;
    const { cli, port } = await listening(home, [], limited);
    const statuses: number[] = [];
    while (!statuses.includes(503) && statuses.length < 400) {
      statuses.push((await post(port, '/fill', 'y'.repeat(20_000))).status);
    }
    expect(statuses.at(-1)).toBe(503);
    expect((await post(port, '/large', 'z'.repeat(3_000_000))).status).toBe(503);
    await cli.waitForOutput(/"type":"warning".*could not be recorded/);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    const { ids, integrity } = recorded(home);
    expect(integrity).toBe('ok');
    expect(ids.size).toBe(statuses.filter((status) => status === 200).length);
    expect((await runCli(['list', '--json'], { home })).code).toBe(0);
  });
});
