import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { connector } from '../../src/store/sqlite.ts';
import { attacks } from '../support/attacks.ts';
import { runCli, startCli } from '../support/cli.ts';
import { integrityOf, recordedPaths } from '../support/database.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { listed, startListen } from '../support/listening.ts';
import { sendMany } from '../support/load.ts';
import { oldDatabase } from '../support/old-database.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';

/** A home whose database is in a folder of its own, so that this can be taken away. */
async function homeWithFolder(): Promise<TestHome> {
  const home = await temporaryHome();
  const db = join(home.folder, 'data', 'hooks.db');
  mkdirSync(dirname(db), { mode: 0o700 });
  return { ...home, db, env: { ...home.env, WEBHOOK_CLI_DB: db } };
}

/** A database with one request, made by another home's listen. */
async function anotherDatabase(): Promise<string> {
  const { home, localUrl, cli } = await startListen();
  await sendTo(`${localUrl}/of-another`);
  cli.signal('SIGINT');
  await cli.exit;
  return home.db;
}

const withDatabase = (file: string, work: (db: ReturnType<typeof openDatabase>) => void) => {
  const db = openDatabase(file);
  work(db);
  db.close();
};

const checkpoint = (file: string) => withDatabase(file, (db) => void db.pragma('wal_checkpoint(TRUNCATE)'));

interface Loss {
  readonly happens: (file: string) => void | Promise<void>;
  readonly said: RegExp;
}

const deleted = /the database was deleted or moved away/;
const replaced = /another file was put in place of the database/;
const cut = /the database was truncated/;
const logGone = /log \(-wal or -shm\) was deleted or replaced/;

const losses: Record<string, Loss> = {
  'the file is deleted': { happens: (file) => rmSync(file), said: deleted },
  'the file is deleted with its log': {
    happens(file) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    },
    said: deleted,
  },
  'its folder is deleted': { happens: (file) => rmSync(dirname(file), { recursive: true }), said: deleted },
  'it is moved away': { happens: (file) => renameSync(file, `${file}.away`), said: deleted },
  'its folder is moved away': {
    happens: (file) => renameSync(dirname(file), `${dirname(file)}-away`),
    said: deleted,
  },
  'another database is moved over it': {
    happens: async (file) => {
      const other = `${file}.other`;
      copyFileSync(await anotherDatabase(), other);
      renameSync(other, file);
    },
    said: replaced,
  },
  'an empty file is moved over it': {
    happens: (file) => {
      writeFileSync(`${file}.x`, '');
      renameSync(`${file}.x`, file);
    },
    said: replaced,
  },
  'it is emptied': { happens: (file) => truncateSync(file), said: cut },
  'half of it is cut off': {
    happens: (file) => {
      checkpoint(file);
      truncateSync(file, (statSync(file).size >> 15) << 14);
    },
    said: cut,
  },
  'its last page is cut off': {
    happens: (file) => {
      checkpoint(file);
      truncateSync(file, statSync(file).size - 16_384);
    },
    said: cut,
  },
  'a text is written over it': { happens: (file) => writeFileSync(file, 'notes\n'.repeat(9)), said: cut },
  'its log is deleted': { happens: (file) => rmSync(`${file}-wal`), said: logGone },
  'the index of its log is deleted': { happens: (file) => rmSync(`${file}-shm`), said: logGone },
  'another file is moved over its log': {
    happens: (file) => {
      writeFileSync(`${file}.x`, 'x'.repeat(50_000));
      renameSync(`${file}.x`, `${file}-wal`);
    },
    said: logGone,
  },
  'its log is emptied': {
    happens: (file) => truncateSync(`${file}-wal`),
    said: /log \(-wal\) was truncated/,
  },
  'the end of its log is cut off': {
    happens: (file) => truncateSync(`${file}-wal`, statSync(`${file}-wal`).size - 20_000),
    said: /log \(-wal\) was truncated/,
  },
};

attacks('a database taken away from a listener', losses, async ({ happens, said }) => {
  const home = await homeWithFolder();
  const { cli, localUrl } = await startListen([], { home });
  await sendMany(`${localUrl}/before`, 5);
  await happens(home.db);
  const { statuses, acknowledged } = await sendMany(`${localUrl}/after`, 30, { connections: 1 });
  // Only what came before it was found out is refused, and all the rest is kept, whatever happens then.
  expect([...statuses.keys()].sort()).toEqual([200, 503]);
  expect(statuses.get(200)).toBeGreaterThan(20);
  expect(cli.stderr()).toMatch(said);
  cli.signal('SIGKILL');
  await cli.exit;
  expect(recordedPaths(home).filter((path) => path.startsWith('/after'))).toEqual(acknowledged);
  expect(integrityOf(home)).toBe('ok');
});

attacks('a database taken away from several processes', losses, async ({ happens }) => {
  const home = await homeWithFolder();
  const first = await startListen([], { home });
  const second = await startListen([], { home });
  await sendMany(`${first.localUrl}/before`, 3);
  await sendMany(`${second.localUrl}/before`, 3);
  await happens(home.db);
  const sendAll = () =>
    Promise.all(
      [first, second].map(({ localUrl }, index) =>
        sendMany(`${localUrl}/after/${index}`, 30, { connections: 1 }),
      ),
    );
  await sendAll();
  // Both have found out by now, and use one file again.
  const acknowledged = (await sendAll()).flatMap((load) => load.acknowledged);
  const told = [first, second].map(({ cli }) => cli.stderr());
  expect([acknowledged.length > 50, acknowledged.length > 50 ? [] : told]).toEqual([true, []]);
  for (const { cli } of [first, second]) cli.signal('SIGKILL');
  await Promise.all([first, second].map(({ cli }) => cli.exit));
  const kept = new Set(recordedPaths(home));
  expect(acknowledged.filter((path) => !kept.has(path))).toEqual([]);
  expect(integrityOf(home)).toBe('ok');
});

describe('a database that cannot be opened', () => {
  test('replies 503 with the reason until a good one is there', async () => {
    const home = await homeWithFolder();
    const { cli, localUrl } = await startListen([], { home });
    await sendTo(`${localUrl}/before`);
    const notes = `${home.db}.notes`;
    writeFileSync(notes, 'my notes, not a database. '.repeat(900));
    renameSync(notes, home.db);
    const { statuses } = await sendMany(`${localUrl}/between`, 20);
    expect([...statuses.keys()]).toEqual([503]);
    await cli.waitForOutput(/Senders get a 503 until it can be opened/);
    expect(readFileSync(home.db, 'utf8')).toContain('my notes');
    const good = `${home.db}.good`;
    copyFileSync(await anotherDatabase(), good);
    renameSync(good, home.db);
    await expect.poll(async () => (await sendTo(`${localUrl}/after`)).status, { timeout: 10_000 }).toBe(200);
    cli.signal('SIGKILL');
    await cli.exit;
    expect(recordedPaths(home)).toEqual(['/of-another', '/after']);
  });

  test('a delivery under way at that moment is reported, and the listener goes on', async () => {
    const home = await homeWithFolder();
    const target = await startTarget({
      async answer(request, response) {
        if (request.url === '/slow') for (const end of [home.db]) rmSync(end);
        response.end('done');
      },
    });
    onTestFinished(() => target.close());
    const { cli, localUrl } = await startListen([String(target.port)], { home });
    expect((await sendTo(`${localUrl}/slow`)).status).toBe(200);
    await cli.waitForOutput(/was not recorded/);
    expect((await sendTo(`${localUrl}/next`)).status).toBe(200);
    expect((await listed(home)).map(({ requestTarget }) => requestTarget)).toEqual(['/next']);
  });
});

describe('changes by our own processes are no loss', () => {
  test('deleting and vacuuming beside two listeners under load', async () => {
    const home = await temporaryHome();
    const listeners = [await startListen([], { home }), await startListen([], { home })];
    const loads = Promise.all(
      listeners.map(({ localUrl }, index) =>
        sendMany(`${localUrl}/kept/${index}`, 1_500, { connections: 4, body: 'b'.repeat(5_000) }),
      ),
    );
    const [first] = listeners;
    let isOver = false;
    const over = loads.finally(() => {
      isOver = true;
    });
    let rounds = 0;
    while (!isOver) {
      await sendTo(`${first!.localUrl}/gone`);
      const gone = (await listed(home, '-n', '200')).find(({ requestTarget }) => requestTarget === '/gone');
      if (gone) expect((await runCli(['delete', gone.id, '--yes'], { home })).code).toBe(0);
      expect([0, 1]).toContain((await runCli(['vacuum'], { home })).code);
      rounds++;
    }
    const acknowledged = (await over).flatMap((load) => load.acknowledged);
    expect(rounds).toBeGreaterThan(0);
    for (const { cli } of listeners) {
      expect(cli.stderr()).not.toMatch(/while it was in use/);
      cli.signal('SIGKILL');
      await cli.exit;
    }
    const kept = new Set(recordedPaths(home));
    expect(acknowledged.filter((path) => !kept.has(path))).toEqual([]);
    expect(integrityOf(home)).toBe('ok');
  });
});

const marked = 'CREATE TABLE IF NOT EXISTS marks (m); ';
const trigger = (on: string) => `CREATE TRIGGER evil AFTER ${on} BEGIN INSERT INTO marks VALUES (1); END`;

const foreign: Record<string, string> = {
  'a trigger on requests': trigger('INSERT ON requests'),
  'a trigger on sessions': trigger('INSERT ON sessions'),
  'a trigger that deletes': 'CREATE TRIGGER evil AFTER UPDATE ON claims BEGIN DELETE FROM requests; END',
  'a view': 'CREATE VIEW evil AS SELECT * FROM requests',
  'a view in place of a table':
    'ALTER TABLE claims RENAME TO hidden; CREATE VIEW claims AS SELECT target, pid, heartbeat_at FROM hidden',
  'a table of somebody else': 'CREATE TABLE evil (a)',
  'a virtual table': 'CREATE VIRTUAL TABLE evil USING fts5(a)',
  'an index with an expression': 'CREATE INDEX evil ON requests (abs(seq))',
  'a generated column': 'ALTER TABLE requests ADD COLUMN evil AS (abs(seq))',
  'the id of another program': 'PRAGMA application_id = 0x0f055111',
  'no id': 'PRAGMA application_id = 0',
};

attacks('a database with foreign schema objects', foreign, async (sql) => {
  const file = await anotherDatabase();
  const db = connector()(file);
  if (/marks/.test(sql)) db.exec(marked);
  db.exec(sql);
  db.close();
  const before = readFileSync(file);
  const commands = [['list'], ['show', '@'], ['listen', '--no-tunnel'], ['delete', '@', '--yes'], ['vacuum']];
  for (const args of commands) {
    const { code, stderr } = await runCli([...args, '--db', file]);
    expect([args[0], code]).toEqual([args[0], 1]);
    expect(stderr).toMatch(/The database .* is (not|another)/);
    expect(stderr).not.toMatch(/\n {4}at /);
  }
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
});

attacks(
  'a database of a version before ids, with something that is not ours',
  { 'a trigger': trigger('INSERT ON requests'), 'a table': 'CREATE TABLE t (a)', nothing: 'SELECT 1' },
  async (sql) => {
    const home = await temporaryHome();
    oldDatabase(home.db, [{ id: 'abcdefghjkmn', status: 200, by: 'listener' }]);
    const db = connector()(home.db);
    if (/marks/.test(sql)) db.exec(marked);
    db.exec(sql);
    db.close();
    const { code } = await runCli(['list'], { home });
    expect(code).toBe(sql === 'SELECT 1' ? 0 : 1);
    const after = connector()(home.db);
    const id = after.pragma('application_id', { simple: true });
    after.close();
    expect(id).toBe(sql === 'SELECT 1' ? 0x77686b31 : 0);
  },
);

attacks(
  'a database that others can read',
  { '0644': 0o644, '0666': 0o666, '0640': 0o640, '0604': 0o604, '0620': 0o620, '0777': 0o777 },
  async (mode) => {
    const { home, localUrl, cli } = await startListen();
    await sendTo(localUrl);
    for (const suffix of ['', '-wal', '-shm']) chmodSync(home.db + suffix, mode);
    const { stderr, code } = await runCli(['list'], { home });
    expect([code, stderr]).toEqual([0, expect.stringContaining('could be read by others')]);
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(home.db + suffix).mode & 0o777).toBe(0o600);
    }
    expect((await sendTo(localUrl)).status).toBe(200);
    cli.signal('SIGINT');
    await cli.exit;
    chmodSync(home.db, mode);
    const again = await startListen([], { home });
    await again.cli.waitForOutput(/"type":"warning".*could be read by others/);
  },
);

describe('deleted data', () => {
  test('is in no file, during and after a listener', async () => {
    const { home, localUrl } = await startListen();
    const texts = Array.from({ length: 12 }, (_, index) => `secret-${index}-of-somebody`);
    for (const [index, text] of texts.entries()) {
      const body = text.repeat([1, 50, 900, 40_000][index % 4]!);
      await sendTo(`${localUrl}/${text}`, { body, headers: { 'x-secret': text } });
    }
    const doomed = (await listed(home, '-n', '50')).filter((_, index) => index % 2 === 0);
    const gone = doomed.map(({ requestTarget }) => requestTarget.slice(1));
    expect(await runCli(['delete', ...doomed.map(({ id }) => id), '--yes'], { home })).toMatchObject({
      code: 0,
      stderr: 'Deleted 6 requests.\n',
    });
    const found = () => {
      const names = ['', '-wal'].map((suffix) => home.db + suffix).filter((name) => existsSync(name));
      const bytes = names.map((name) => readFileSync(name, 'latin1')).join();
      return texts.filter((text) => bytes.includes(text));
    };
    expect(found()).toEqual(texts.filter((text) => !gone.includes(text)));
    const { code, stdout } = await runCli(['vacuum'], { home });
    expect([code, stdout.toString()]).toEqual([
      0,
      expect.stringMatching(/^\S+ \S+ before, \S+ \S+ after\n$/),
    ]);
    expect((await sendTo(localUrl)).status).toBe(200);
    expect(basename(home.db)).toBe('webhooks.db');
  });

  test('help names what is out of reach', async () => {
    for (const command of ['delete', 'vacuum']) {
      const { stdout } = await runCli([command, '--help']);
      expect(stdout.toString().replace(/\s+/g, ' ')).toMatch(
        /Backups, snapshots and copies of the file.*disk/,
      );
    }
  });

  test('vacuum does not ask and prints JSON', async () => {
    const { home, localUrl, cli } = await startListen();
    await sendTo(localUrl);
    cli.signal('SIGINT');
    await cli.exit;
    const vacuum = await startCli(['vacuum', '--json'], { home });
    expect(await vacuum.exit).toBe(0);
    const { before, after } = JSON.parse(vacuum.stdout().toString());
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
  });
});
