import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { inspect, integrityOf, lock, recordedPaths } from '../support/database.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { createAccessControl, listed, shown, startListen } from '../support/listening.ts';
import { sendMany } from '../support/load.ts';
import { untrustedProject } from '../support/project-file.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { sendTo } from '../support/send.ts';
import { startTarget, type TestTarget } from '../support/target.ts';
import { until } from '../support/until.ts';

async function aTarget(answer?: TestTarget['answer']): Promise<TestTarget> {
  const target = await startTarget(answer ? { answer } : {});
  onTestFinished(() => target.close());
  return target;
}

/** A database with requests of 3 KB that no process has open. */
async function aHistory(count: number): Promise<TestHome> {
  const home = await temporaryHome();
  const { cli, localUrl } = await startListen([], { home });
  await sendMany(`${localUrl}/old`, count, { body: 'b'.repeat(3_000) });
  cli.signal('SIGINT');
  await cli.exit;
  return home;
}

/** The names and bytes of all that lies beside the database. */
function filesOf(home: TestHome): Map<string, string> {
  const names = readdirSync(home.folder).filter((name) => name.startsWith(basename(home.db)));
  return new Map(names.map((name) => [name, readFileSync(join(home.folder, name), 'latin1')]));
}

describe('a database that another process keeps locked', () => {
  test('for 10 s: with --db-timeout 5s senders get 503 in 5 s, other work goes on, and it recovers', async () => {
    const { home, localUrl, cli } = await startListen();
    await sendTo(`${localUrl}/before`);
    const locked = lock(home);
    const began = performance.now();
    const first = sendTo(`${localUrl}/first`).then(({ status }) => ({
      status,
      ms: performance.now() - began,
    }));
    // The event loop is alive: what needs no database is answered at once.
    const beforeConnect = performance.now();
    expect((await sendConnect(localUrl)).status).toBe(405);
    expect(performance.now() - beforeConnect).toBeLessThan(1_000);
    const refused = await first;
    expect(refused.status).toBe(503);
    expect(refused.ms).toBeGreaterThan(4_500);
    expect(refused.ms).toBeLessThan(8_000);
    const { statuses } = await sendMany(`${localUrl}/more`, 8, { connections: 8 });
    expect([...statuses.keys()]).toEqual([503]);
    locked.release();
    expect((await sendTo(`${localUrl}/after`)).status).toBe(200);
    expect(recordedPaths(home)).toEqual(['/before', '/after']);
    expect(cli.stderr()).toMatch(/another process holds the database locked/);
  });

  test('for 10 s: with --db-timeout 30s all senders wait and then get 200', async () => {
    const { home, localUrl } = await startListen(['--db-timeout', '30s']);
    const locked = lock(home);
    const sent = sendMany(`${localUrl}/waits`, 50, { connections: 50, body: 'w'.repeat(10_000) });
    const large = sendTo(`${localUrl}/large`, { body: Buffer.alloc(3_000_000, 'l') });
    await wait(10_000);
    locked.release();
    expect([...(await sent).statuses]).toEqual([[200, 50]]);
    expect((await large).status).toBe(200);
    expect(recordedPaths(home).length).toBe(51);
    expect(integrityOf(home)).toBe('ok');
  });

  test('while an attempt fails: its sender gets 202, and it is delivered without a restart', async () => {
    const arrived = createAccessControl();
    const broken = createAccessControl();
    const target = await aTarget(async (_, response) => {
      if (target.requests.length > 1) return void response.end('at last');
      arrived.open();
      await broken.opened;
      response.destroy();
    });
    const { home, localUrl, cli } = await startListen([String(target.port), '--db-timeout', '100ms']);
    const answer = sendTo(`${localUrl}/first`);
    await arrived.opened;
    const locked = lock(home);
    broken.open();
    expect((await answer).status).toBe(202);
    await cli.waitForOutput(/was not recorded/);
    locked.release();
    await until(() => target.requests.length === 2);
    await until(async () => (await shown(home)).deliveries[0]?.state === 'delivered');
  });
});

/** CONNECT is refused without the database. */
function sendConnect(url: string) {
  return exchangeRaw(Number(new URL(url).port), 'CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n');
}

describe('a database that is damaged', () => {
  const refuses = async (home: TestHome, args: readonly string[]) => {
    const { code, stderr } = await runCli(args, { home });
    expect([args[0], code]).toEqual([args[0], 1]);
    expect(stderr).toContain(home.db);
    expect(stderr).not.toMatch(/bug in webhook-cli|\n {4}at /);
    return stderr;
  };

  test.each([
    ['a header of garbage', (file: string) => overwrite(file, 0, Buffer.alloc(512, 'garbage '))],
    ['its second half cut off', (file: string) => truncateSync(file, readFileSync(file).length >> 1)],
    ['a text in its place', (file: string) => writeFileSync(file, 'These are my notes.\n'.repeat(100))],
    ['a broken schema', (file: string) => overwrite(file, 100, Buffer.alloc(4_000, 0xff))],
  ])(
    '%s: refused with its name, exit 1, untouched; --repair moves it aside and starts anew',
    async (_, damage) => {
      const home = await aHistory(100);
      damage(home.db);
      const before = filesOf(home);
      for (const args of [['list'], ['show', '@'], ['listen', '--no-tunnel'], ['replay', '@', '--to', '1']]) {
        expect(await refuses(home, args)).toMatch(/--repair/);
        expect(filesOf(home)).toEqual(before);
      }
      await repairs(home, before.get(basename(home.db))!);
    },
  );

  test('flipped bytes in the middle: commands that need them name the file, --repair finds them', async () => {
    const home = await aHistory(300);
    const { length } = readFileSync(home.db);
    overwrite(home.db, (length >> 1) & ~0x3fff, Buffer.alloc(128 * 1024, 0x5a));
    const before = filesOf(home);
    expect(await refuses(home, ['list', '--json', '--bodies', '-n', '1000'])).toMatch(/--repair/);
    expect(filesOf(home)).toEqual(before);
    await repairs(home, before.get(basename(home.db))!);
  });

  test('--repair leaves a sound or missing database alone', async () => {
    const home = await aHistory(3);
    const again = await startListen(['--repair'], { home });
    expect(again.cli.stderr()).toBe('');
    expect((await listed(home)).length).toBe(3);
    const none = await startListen(['--repair']);
    expect(none.cli.stderr()).toBe('');
  });

  test('a project file cannot enable --repair', async () => {
    const home = await temporaryHome();
    await untrustedProject(home, { repair: true });
    await writeFile(home.db, 'not a database'.repeat(1000));
    const { code, stderr } = await runCli(['listen', '--no-tunnel'], { home });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/is not trusted.*: repair\.[\s\S]*not a database/),
    ]);
  });

  async function repairs(home: TestHome, broken: string) {
    const { cli, localUrl } = await startListen(['--repair'], { home });
    const [, aside] = await cli.waitForOutput(/was moved to (\S+);/);
    expect(aside).toMatch(/\.broken-\d{8}T\d{6}Z$/);
    expect((await readFile(aside!)).toString('latin1')).toBe(broken);
    expect((await sendTo(`${localUrl}/new`)).status).toBe(200);
    expect(recordedPaths(home)).toEqual(['/new']);
    cli.signal('SIGINT');
    await cli.exit;
  }
});

function overwrite(file: string, at: number, bytes: Buffer): void {
  const whole = readFileSync(file);
  bytes.copy(whole, at);
  writeFileSync(file, whole);
}

describe('a database that cannot be written', () => {
  /** Root may write everything: its tests run as nobody. */
  const isRoot = process.getuid?.() === 0;
  const unprivileged = isRoot
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, cliFile]
    : [process.execPath, cliFile];
  const program = unprivileged as unknown as readonly [string, ...string[]];

  test('because it is read-only: listen fails with exit 1, and it can still be read', async () => {
    const home = await aHistory(3);
    chmodSync(home.folder, 0o777);
    chmodSync(home.work, 0o755);
    chmodSync(home.db, 0o444);
    const { code, stderr } = await runCli(['listen', '--no-tunnel'], { home, program });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`${home.db} can't be written: the database is read-only`),
    ]);
    const list = await runCli(['list', '--json'], { home, program });
    expect([list.code, list.stderr]).toEqual([0, '']);
    expect(list.stdout.toString().trim().split('\n').length).toBe(3);
  });

  test('nor its folder: exit 1', async () => {
    const home = await aHistory(3);
    chmodSync(home.folder, 0o555);
    chmodSync(home.work, 0o755);
    chmodSync(home.db, 0o444);
    const { code, stderr } = await runCli(['listen', '--no-tunnel'], { home, program });
    expect([code, stderr]).toEqual([1, expect.stringContaining(home.db)]);
    expect(stderr).not.toMatch(/bug in webhook-cli/);
    chmodSync(home.folder, 0o755);
  });

  test('because a newer version made it: every command fails and changes nothing', async () => {
    const home = await aHistory(3);
    inspect(home, (db) => db.pragma('user_version = 999'));
    const before = filesOf(home);
    for (const args of [
      ['list'],
      ['show', '@'],
      ['listen', '--no-tunnel'],
      ['listen', '--no-tunnel', '--repair'],
    ]) {
      const { code, stderr } = await runCli(args, { home });
      expect([code, stderr]).toEqual([1, expect.stringMatching(/made by a newer webhook-cli \(schema 999/)]);
      expect(stderr).toContain(home.db);
    }
    expect(filesOf(home)).toEqual(before);
  });
});

describe('a full disk', () => {
  // A file-size limit fails writes as a full disk does; in blocks of 1 KB.
  const limitedTo = (kb: number) =>
    ['bash', '-c', `ulimit -f ${kb}; exec "$0" "$@"`, process.execPath, cliFile] as const;

  test('during a replay: names the request that was sent and not recorded, exit 1', async () => {
    const home = await aHistory(30);
    const target = await aTarget((_, response) => void response.end(Buffer.alloc(40_000, 'a')));
    const refs = (await listed(home, '-n', '30')).map(({ id }) => id).join('\n');
    const replay = ['replay', '-', '--to', String(target.port), '--json'];
    const full = await runCli(replay, { home, stdin: refs, program: limitedTo(700) });
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/was sent to .* could not be recorded/);
    const told = full.stdout.toString().trim().split('\n').filter(Boolean).length;
    expect(told).toBe(countAttempts(home));
    // What was under way when the disk was found full is counted in the sentence.
    const more = Number(/(\d+) more were sent/.exec(full.stderr)?.[1] ?? 0);
    expect(target.requests.length).toBe(told + 1 + more);
    expect(integrityOf(home)).toBe('ok');
    const again = await runCli(replay, { home, stdin: refs });
    expect([again.code, countAttempts(home)]).toEqual([0, told + 30]);
  });

  test('while a target responds: the sender gets a response that fits in memory, or the reason', async () => {
    const target = await aTarget(({ url }, response) => {
      response.end(Buffer.alloc(url === '/large' ? 5_000_000 : 100_000, 'a'));
    });
    const { home, localUrl, cli } = await startListen([String(target.port), '--when-down', 'fail'], {
      program: limitedTo(700),
    });
    const sizes = new Set<number>();
    // Requests are small, answers are not: these are what does not fit any more.
    for (
      let sent = 0;
      sent < 60 && !/was not recorded/.test(cli.stdout().toString() + cli.stderr());
      sent++
    ) {
      const answer = await sendTo(`${localUrl}/small`);
      if (answer.status === 200) sizes.add(answer.body.length);
      else expect(answer.status).toBe(503);
    }
    expect([...sizes]).toEqual([100_000]);
    const large = await sendTo(`${localUrl}/large`);
    expect([502, 503]).toContain(large.status);
    cli.signal('SIGINT');
    await cli.exit;
    expect(integrityOf(home)).toBe('ok');
  });
});

function countAttempts(home: TestHome): number {
  return inspect(home, (db) => db.prepare('SELECT count(*) FROM attempts').pluck().get() as number);
}

test('two listeners on one database record at full speed without loss', async () => {
  const first = await startListen(['--project', 'one']);
  const second = await startListen(['--project', 'two'], { home: first.home });
  const [one, two] = await Promise.all([
    sendMany(`${first.localUrl}/one`, 4_000, { body: 'x'.repeat(2_000) }),
    sendMany(`${second.localUrl}/two`, 4_000, { body: 'y'.repeat(2_000) }),
  ]);
  expect([...one.statuses, ...two.statuses]).toEqual([
    [200, 4_000],
    [200, 4_000],
  ]);
  const paths = new Set(recordedPaths(first.home));
  expect([...one.acknowledged, ...two.acknowledged].filter((path) => !paths.has(path))).toEqual([]);
  expect(paths.size).toBe(8_000);
  expect(integrityOf(first.home)).toBe('ok');
});

describe('a clock that is set back', () => {
  /** Runs the program with a clock that jumps by so many ms on SIGUSR2. */
  async function withClock(home: TestHome, jumpMs: number) {
    const file = join(home.folder, 'clock.mjs');
    await writeFile(
      file,
      `const now = Date.now;
       let jump = 0;
       Date.now = () => now() + jump;
       process.on('SIGUSR2', () => { jump = ${jumpMs}; process.stderr.write('the clock jumped\\n'); });`,
    );
    return [process.execPath, '--import', file, cliFile] as const;
  }
  const day = 24 * 60 * 60 * 1000;

  test('by a day: the order of recording and @ stay as they are', async () => {
    const home = await temporaryHome();
    const program = await withClock(home, -day);
    const target = await aTarget();
    const { cli, localUrl } = await startListen([String(target.port)], { home, program });
    const forwarded = await aTarget();
    const follower = await startForward(home, forwarded.port);
    await sendTo(`${localUrl}/1`);
    cli.signal('SIGUSR2');
    await cli.waitForOutput(/the clock jumped/);
    await sendTo(`${localUrl}/2`);
    await sendTo(`${localUrl}/3`);
    expect((await listed(home)).map(({ requestTarget }) => requestTarget)).toEqual(['/3', '/2', '/1']);
    expect((await shown(home)).requestTarget).toBe('/3');
    expect((await shown(home, '@~2')).requestTarget).toBe('/1');
    await until(() => forwarded.requests.length === 3);
    expect(forwarded.requests.map(({ url }) => url)).toEqual(['/1', '/2', '/3']);
    follower.signal('SIGINT');
    await follower.exit;
  });

  test('by a day while requests are held: they are delivered in order', async () => {
    const home = await temporaryHome();
    const program = await withClock(home, -day);
    const target = await startTarget();
    const { port } = target;
    await target.close();
    const { cli, localUrl } = await startListen([String(port)], { home, program });
    for (const path of ['/1', '/2']) expect((await sendTo(localUrl + path)).status).toBe(202);
    cli.signal('SIGUSR2');
    await cli.waitForOutput(/the clock jumped/);
    for (const path of ['/3', '/4']) expect((await sendTo(localUrl + path)).status).toBe(202);
    const back = await startTarget({ port });
    onTestFinished(() => back.close());
    await until(() => back.requests.length === 4);
    expect(back.requests.map(({ url }) => url)).toEqual(['/1', '/2', '/3', '/4']);
  });

  test('by a day while a request waits for its retry time: it is retried soon', async () => {
    const home = await temporaryHome();
    const program = await withClock(home, -day);
    const target = await aTarget((_, response) => {
      response.statusCode = target.requests.length === 1 ? 503 : 200;
      response.setHeader('Retry-After', '2');
      response.end();
    });
    const { cli, localUrl } = await startListen([String(target.port), '--retry-on', '503'], {
      home,
      program,
    });
    expect((await sendTo(`${localUrl}/1`)).status).toBe(202);
    cli.signal('SIGUSR2');
    await cli.waitForOutput(/the clock jumped/);
    await until(() => target.requests.length === 2, 20_000);
  });
});

async function startForward(home: TestHome, port: number) {
  const cli = await startCli(['forward', String(port)], { home });
  await cli.waitForOutput(/forwarding to/);
  return cli;
}
