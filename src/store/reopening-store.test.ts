import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { anAnswered, aRequest } from '../../test/support/builders.ts';
import { temporaryFolder } from '../../test/support/folders.ts';
import { openDatabase } from './driver.ts';
import { emptyLog } from './file-watch.ts';
import { openStore, type Store } from './store.ts';

async function recording(file: string) {
  const store = openStore(file, { dbTimeoutMs: 2_000 });
  onTestFinished(() => store.close());
  const warnings: string[] = [];
  store.onWarning((message) => warnings.push(message));
  const { id: sessionId } = await store.openSession({ project: 'project', localUrl: 'http://localhost:1' });
  const add = (path: string) => store.add(aRequest({ requestTarget: path }), { sessionId });
  return { store, warnings, add, sessionId };
}

async function aDatabase(name = 'w.db') {
  const folder = await temporaryFolder();
  const file = join(folder, name);
  return { folder, file, ...(await recording(file)) };
}

/** What somebody finds who opens the file now. */
function onDisk(file: string): string[] {
  const db = openDatabase(file);
  try {
    return db.prepare('SELECT request_target FROM requests ORDER BY seq').pluck().all() as string[];
  } finally {
    db.close();
  }
}

const remove = (file: string) => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
};

async function otherDatabase(folder: string, ...paths: string[]): Promise<string> {
  const file = join(folder, 'other.db');
  const { store, add } = await recording(file);
  for (const path of paths) await add(path);
  await store.close();
  return file;
}

/** One write fails with the reason; the next one is kept, even if it comes at once. */
async function failsOnce(add: (path: string) => Promise<number>, reason: RegExp): Promise<void> {
  await expect(add('/between')).rejects.toThrow(reason);
  await add('/after');
}

const pageBytes = 16_384;

interface Loss {
  readonly happens: (file: string, folder: string, store: Store) => void | Promise<void>;
  readonly reason: RegExp;
  readonly told: RegExp;
  /** What is in the file afterwards. */
  readonly left: readonly string[];
}

const losses: Record<string, Loss> = {
  'the file and all beside it deleted': {
    happens: remove,
    reason: /was deleted or moved away/,
    told: /A new database was started/,
    left: ['/after'],
  },
  'the file alone deleted': {
    happens: (file) => rmSync(file),
    reason: /was deleted or moved away/,
    told: /A new database was started/,
    left: ['/after'],
  },
  'its folder deleted': {
    happens: (_, folder) => rmSync(folder, { recursive: true }),
    reason: /was deleted or moved away/,
    told: /A new database was started/,
    left: ['/after'],
  },
  'its folder moved away': {
    happens: (_, folder) => {
      renameSync(folder, `${folder}-moved`);
      onTestFinished(() => rmSync(`${folder}-moved`, { recursive: true }));
    },
    reason: /was deleted or moved away/,
    told: /A new database was started/,
    left: ['/after'],
  },
  'another database moved over it': {
    happens: async (file, folder) => renameSync(await otherDatabase(folder, '/other'), file),
    reason: /another file was put in place/,
    told: /recorded in the file that is there now/,
    left: ['/other', '/after'],
  },
  'an empty file moved over it': {
    happens: (file, folder) => {
      writeFileSync(join(folder, 'empty'), '');
      renameSync(join(folder, 'empty'), file);
    },
    reason: /another file was put in place/,
    told: /recorded in the file that is there now/,
    left: ['/after'],
  },
  'the file emptied': {
    happens: (file) => truncateSync(file, 0),
    reason: /was truncated/,
    told: /What is left of it is in .*broken/,
    left: ['/after'],
  },
  'the second half of the file cut off': {
    happens: (file, _, store) => {
      checkpoint(store);
      truncateSync(file, statSync(file).size >> 1);
    },
    reason: /was truncated/,
    told: /What is left of it is in .*broken/,
    left: ['/after'],
  },
  'pages of the file overwritten': {
    happens: (file, _, store) => {
      checkpoint(store);
      const pages = openSync(file, 'r+');
      writeSync(pages, Buffer.alloc(statSync(file).size - pageBytes, 'x'), 0, undefined, pageBytes);
      closeSync(pages);
    },
    reason: /malformed/,
    told: /was damaged while it was in use. What is left of it is in .*broken/,
    left: ['/after'],
  },
  'the last byte of the file cut off': {
    happens: (file, _, store) => {
      checkpoint(store);
      truncateSync(file, statSync(file).size - 1);
    },
    reason: /was truncated/,
    told: /What is left of it is in .*broken/,
    left: ['/after'],
  },
  'a text written over the file': {
    happens: (file) => writeFileSync(file, 'notes'),
    reason: /was truncated/,
    told: /What is left of it is in .*broken/,
    left: ['/after'],
  },
  'the log deleted': {
    happens: (file) => rmSync(`${file}-wal`),
    reason: /log \(-wal or -shm\) was deleted or replaced/,
    told: /nothing is lost/,
    left: ['/1', '/2', '/3', '/after'],
  },
  'the index of the log deleted': {
    happens: (file) => rmSync(`${file}-shm`),
    reason: /log \(-wal or -shm\) was deleted or replaced/,
    told: /nothing is lost/,
    left: ['/1', '/2', '/3', '/after'],
  },
  'another file in place of the log': {
    happens: (file, folder) => {
      writeFileSync(join(folder, 'x'), 'x'.repeat(40_000));
      renameSync(join(folder, 'x'), `${file}-wal`);
    },
    reason: /log \(-wal or -shm\) was deleted or replaced/,
    told: /nothing is lost/,
    left: ['/1', '/2', '/3', '/after'],
  },
  'a copy of the log in its place': {
    happens: (file) => {
      copyFileSync(`${file}-wal`, `${file}-copy`);
      renameSync(`${file}-copy`, `${file}-wal`);
    },
    reason: /log \(-wal or -shm\) was deleted or replaced/,
    told: /nothing is lost/,
    left: ['/1', '/2', '/3', '/after'],
  },
};

/** Brings all that was recorded into the file itself. */
function checkpoint({ file }: Store): void {
  const db = openDatabase(file);
  emptyLog(db);
  db.close();
}

describe('a database that another program takes away', () => {
  test.each(Object.entries(losses))(
    '%s: one write fails with the reason, the next one is kept',
    async (_, { happens, reason, told, left }) => {
      const { file, folder, store, add, warnings } = await aDatabase();
      for (const path of ['/1', '/2', '/3']) await add(path);
      await happens(file, folder, store);
      await failsOnce(add, reason);
      expect(onDisk(file)).toEqual(left);
      expect(warnings.join('\n')).toMatch(told);
      expect(store.liveSessions().map(({ project: name, localUrl }) => [name, localUrl])).toContainEqual([
        'project',
        'http://localhost:1',
      ]);
    },
  );

  test('the log cut off: keeps the rest of it, and the next write', async () => {
    const { file, store, add, warnings } = await aDatabase();
    for (const path of ['/1', '/2', '/3']) await add(path);
    truncateSync(`${file}-wal`, statSync(`${file}-wal`).size - 1_000);
    await failsOnce(add, /log \(-wal\) was truncated/);
    expect(warnings.join('\n')).toMatch(/what was recorded last may be lost/);
    expect(onDisk(file)).toEqual(['/1', '/2', '/after']);
    await store.close();
    expect(onDisk(file)).toEqual(['/1', '/2', '/after']);
  });

  test('the log cut off after a checkpoint: loses nothing', async () => {
    const { file, store, add, warnings } = await aDatabase();
    await add('/1');
    const db = openDatabase(file);
    db.pragma('wal_checkpoint(PASSIVE)');
    truncateSync(`${file}-wal`, 0);
    await add('/2');
    db.close();
    expect(warnings).toEqual([]);
    await store.close();
    expect(onDisk(file)).toEqual(['/1', '/2']);
  });

  test('attributes no attempt under way to a request of the new database', async () => {
    const { file, store, add } = await aDatabase();
    const request = aRequest();
    const { id: sessionId } = await store.openSession({ project: 'x' });
    const seq = await store.add(request, { sessionId });
    remove(file);
    await expect(add('/x')).rejects.toThrow(/deleted/);
    await expect.poll(() => add('/after').catch(() => 0)).toBeGreaterThan(seq);
    await expect(store.addAttempt(seq, request.id, anAnswered(200))).rejects.toThrow(/that is gone/);
    await store.hold(seq, 'http://localhost:1');
    expect(store.held()).toEqual([]);
  });

  test('rejects a body that was written to the old database', async () => {
    const { file, store, add, sessionId } = await aDatabase();
    const sink = store.openBody();
    await sink.write(Buffer.alloc(600_000, 'a'));
    const body = await sink.end();
    remove(file);
    await expect(add('/x')).rejects.toThrow(/deleted/);
    await expect.poll(() => add('/after').catch(() => 0)).toBeGreaterThan(0);
    await expect(store.add(aRequest({ body }), { sessionId })).rejects.toThrow(/that is gone/);
    expect(store.page({ limit: 9 }).map(({ requestTarget }) => requestTarget)).toEqual(['/after']);
  });

  test('notifies watchers, and goes on', async () => {
    const { file, store, add } = await aDatabase();
    let rings = 0;
    store.watch(() => rings++);
    remove(file);
    await expect(add('/x')).rejects.toThrow(/deleted/);
    await expect.poll(() => rings).toBe(1);
    const { add: addElsewhere } = await recording(file);
    await addElsewhere('/elsewhere');
    await expect.poll(() => rings).toBeGreaterThan(1);
    expect(store.page({ limit: 9 }).map(({ requestTarget }) => requestTarget)).toContain('/elsewhere');
  });

  test('moved away and back: both files keep their requests', async () => {
    const { file, folder, add } = await aDatabase();
    await add('/1');
    const away = join(folder, 'away.db');
    renameSync(file, away);
    await failsOnce(add, /deleted or moved away/);
    expect(onDisk(away)).toEqual(['/1']);
    renameSync(away, file);
    await failsOnce(add, /another file was put in place/);
    expect(onDisk(file)).toEqual(['/1', '/after']);
  });

  test("warns once if it can't be opened, and opens it as soon as it can", async () => {
    const { file, folder, add, warnings } = await aDatabase();
    await add('/1');
    writeFileSync(join(folder, 'notes'), 'these are my notes. '.repeat(1_000));
    renameSync(join(folder, 'notes'), file);
    await expect(add('/2')).rejects.toThrow(/another file was put in place/);
    await expect.poll(() => add('/3').catch((error: Error) => error.message)).toMatch(/is not a database/);
    const other = await otherDatabase(folder, '/other');
    renameSync(other, file);
    await expect
      .poll(
        () =>
          add('/4').then(
            () => true,
            () => false,
          ),
        { timeout: 5_000 },
      )
      .toBe(true);
    expect(onDisk(file)).toEqual(['/other', '/4']);
    expect(warnings.map((message) => /503/.test(message))).toEqual([true, false]);
  });
});

describe('work of our other processes loses nothing', () => {
  test.each<[string, (file: string) => void]>([
    ['a checkpoint that empties the log', (file) => withDatabase(file, emptyLog)],
    ['a vacuum', (file) => withDatabase(file, (db) => void db.exec('VACUUM'))],
    [
      'a vacuum that empties the log',
      (file) =>
        withDatabase(file, (db) => {
          db.exec('VACUUM');
          emptyLog(db);
        }),
    ],
    [
      'a copy with VACUUM INTO',
      (file) => withDatabase(file, (db) => void db.exec(`VACUUM INTO '${file}.copy'`)),
    ],
    ['opening and closing', (file) => withDatabase(file, () => {})],
    ['a commit', (file) => withDatabase(file, (db) => void db.exec("UPDATE sessions SET project = 'y'"))],
    [
      'a checkpoint that starts the log anew',
      (file) =>
        withDatabase(file, (db) => {
          db.pragma('wal_checkpoint(RESTART)');
          db.exec("UPDATE sessions SET project = 'y'");
        }),
    ],
    [
      'moving the file away and back',
      (file) => {
        renameSync(file, `${file}.x`);
        renameSync(`${file}.x`, file);
      },
    ],
  ])('%s', async (_, happens) => {
    const { file, folder, store, add, warnings } = await aDatabase();
    const seqs = [];
    for (let index = 0; index < 30; index++) seqs.push(await add(`/${'x'.repeat(9_000)}${index}`));
    await store.delete(seqs.slice(0, 25));
    for (let round = 0; round < 3; round++) {
      happens(file);
      rmSync(`${file}.copy`, { force: true });
      await add(`/round/${round}`);
      await add(`/again/${round}`);
    }
    expect(warnings).toEqual([]);
    expect(onDisk(file)).toHaveLength(11);
    expect(readdirSync(folder).filter((name) => /broken/.test(name))).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  test('two stores that write and empty the log all the time', async () => {
    const { file, store, add, warnings } = await aDatabase();
    const other = await recording(file);
    const vacuums = async () => {
      for (let round = 0; round < 10; round++) {
        await other.store.delete([await other.add('/gone')]);
        await other.store.vacuum();
      }
    };
    let count = 0;
    let failed = 0;
    let isDone = false;
    const done = vacuums().finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await add('/kept').then(
        () => count++,
        () => failed++,
      );
    }
    await done;
    expect([...warnings, ...other.warnings].filter((message) => !/may still be/.test(message))).toEqual([]);
    expect(onDisk(file)).toHaveLength(count);
    expect(count).toBeGreaterThan(10);
    expect(store.page({ limit: 1 })).toHaveLength(1);
  });
});

function withDatabase(file: string, work: (db: ReturnType<typeof openDatabase>) => void): void {
  const db = openDatabase(file);
  work(db);
  db.close();
}
