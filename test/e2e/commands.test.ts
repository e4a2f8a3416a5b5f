import { stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { commands as specs } from '../../src/commands/index.ts';
import { openStore } from '../../src/store/store.ts';
import { anAnswered, aRefused, aRequest } from '../support/builders.ts';
import { cliFile, runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { listed } from '../support/listening.ts';
import { openTerminal } from '../support/terminal.ts';

/** Records requests as a `listen` named `project` would have, oldest first. */
async function record(home: TestHome, requests: readonly ReturnType<typeof aRequest>[], name = 'project') {
  const store = openStore(home.db);
  const session = await store.openSession({ project: name });
  for (const request of requests) {
    await store.add(request, { sessionId: session.id, reply: { status: 200, by: 'listener' } });
  }
  await session.end();
  await store.close();
}

const commands = specs.map(({ name }) => name);

/** The bytes that start a colour or any other control sequence. */
const control = '\u001b';

describe('help', () => {
  test('is the same with no argument, --help and help: stdout, exit 0', async () => {
    const outputs = [];
    for (const args of [[], ['--help'], ['help'], ['-h']]) outputs.push(await runCli(args));
    for (const { code, stdout, stderr } of outputs) {
      expect([code, stderr, stdout.toString()]).toEqual([0, '', outputs[0]!.stdout.toString()]);
    }
    for (const name of commands)
      expect(outputs[0]!.stdout.toString()).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  test.each(commands)('of %s tells its arguments and options, and fits 80 columns', async (name) => {
    const { code, stdout } = await runCli([name, '--help']);
    const text = stdout.toString();
    expect([code, text]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: webhook-cli ${name} `))]);
    expect(text).toMatch(/\nExamples:\n {2}webhook-cli /);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await runCli(['help', name])).stdout.toString()).toBe(text);
  });
});

describe('mistyped arguments', () => {
  test.each([
    [['lisst'], "Unknown command 'lisst'.", 'Did you mean list?'],
    [['help', 'shwo'], "Unknown command 'shwo'.", 'Did you mean show?'],
    [['frobnicate'], "Unknown command 'frobnicate'.", 'Run webhook-cli --help for help.'],
    [['list', '--limt', '3'], "Unknown option '--limt'.", 'Did you mean --limit?'],
    [['show'], "Missing required argument 'ref'.", 'Run webhook-cli show --help for help.'],
    [['listen', '--json', '--port'], "Option '-p, --port <port>' argument missing.", expect.any(String)],
    [['list', 'k7m'], "Too many arguments for 'list'. Expected 0 arguments but got 1.", expect.any(String)],
    [['list', '-n', 'ten'], '--limit: "ten" is not a whole number, such as 20.', null],
    [['list', '--since', '5'], '--since: "5" is not a duration, such as 30s, 10m, 1h30m or 7d.', null],
    [['listen', '--port', '70000'], '--port: "70000" is not a port from 0 to 65535.', null],
    [['listen', '--max-body', 'big'], '--max-body: "big" is not a size, such as 500kb, 25mb or 1gb.', null],
    [['listen', 'ftp://x'], '"ftp://x" is not a target.', expect.stringContaining('localhost:3000')],
    [
      ['listen', '3000', '-f', '4000'],
      'Two targets are given: an argument and --forward-to.',
      'Use one of them.',
    ],
    [
      ['listen', '--tunnel', 'foo'],
      'Unknown tunnel "foo".',
      expect.stringMatching(/^Available: localtunnel, .*none\.$/),
    ],
    [
      ['listen', '--no-tunnel', '--require-tunnel'],
      expect.any(String),
      expect.stringContaining('--no-tunnel'),
    ],
    [['listen', '--tunnel-host', 'foo'], '"foo" is not the URL of a tunnel server.', expect.any(String)],
    [
      ['forward', '3000', '--all', '--since', '1m'],
      '--all cannot be combined with --since.',
      'Use one of them.',
    ],
    [['show', '@', '--raw', '--json'], '--raw and --json cannot be combined.', 'Use one of them.'],
    [['show', 'zz'], '"zz" does not name a request.', expect.stringContaining('3 characters')],
  ])('%j: exit 2, on stderr, in JSON with --json', async (args, message, hint) => {
    const home = await temporaryHome();
    if (!args.includes('--json')) {
      const text = await runCli(args, { home });
      expect([text.code, text.stdout.toString()]).toEqual([2, '']);
      expect(text.stderr).toMatch(/^webhook-cli: .*\.\n(.*[.?]\n)?$/);
    }
    const json = await runCli(args.includes('--json') ? args : [...args, '--json'], { home });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stderr)).toEqual({ type: 'error', code: 'usage', message, hint });
  });
});

describe('refs', () => {
  test('@, @~1, ids and prefixes name requests; no match is exit 1, several are exit 2', async () => {
    const home = await temporaryHome();
    const ids = ['kaa000000001', 'kaa000000002', 'mbb000000003'];
    await record(
      home,
      ids.map((id) => aRequest({ id, requestTarget: `/${id}` })),
    );
    const body = async (ref: string) => {
      const { code, stdout, stderr } = await runCli(['show', ref, '--json'], { home });
      if (code === 0) return (JSON.parse(stdout.toString()) as { id: string }).id;
      return `${code}: ${(JSON.parse(stderr) as { message: string }).message}`;
    };
    expect(await body('@')).toBe('mbb000000003');
    expect(await body('@~1')).toBe('kaa000000002');
    expect(await body('@~2')).toBe('kaa000000001');
    expect(await body('mbb')).toBe('mbb000000003');
    expect(await body('kaa000000001')).toBe('kaa000000001');
    expect(await body('@~3')).toMatch(/^1: There are not that many requests\./);
    expect(await body('zzzz')).toMatch(/^1: No request has the id zzzz\./);
    expect(await body('kaa')).toMatch(
      /^2: kaa matches several ids: (kaa000000002, kaa000000001|kaa000000001, kaa000000002)\./,
    );
  });

  test('--project selects requests of one project', async () => {
    const home = await temporaryHome();
    await record(home, [aRequest({ id: 'kaa000000001', project: 'shop' })], 'shop');
    await record(home, [aRequest({ id: 'kaa000000002', project: 'blog' })], 'blog');
    const { stdout } = await runCli(['show', '@', '--project', 'shop', '--json'], { home });
    expect(JSON.parse(stdout.toString())).toMatchObject({ id: 'kaa000000001', project: 'shop' });
    expect((await listed(home, '--project', 'blog')).map(({ id }) => id)).toEqual(['kaa000000002']);
    const none = await runCli(['show', '@', '--project', 'none'], { home });
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('No request named none is recorded yet.'),
    ]);
  });
});

describe('list', () => {
  test('with no requests says how to begin, on stderr, exit 0', async () => {
    const home = await temporaryHome();
    const { code, stdout, stderr } = await runCli(['list'], { home });
    expect([code, stdout.toString()]).toEqual([0, '']);
    expect(stderr).toBe('No requests recorded yet. Run webhook-cli listen 3000 to receive some.\n');
    await record(home, [aRequest()]);
    const filtered = await runCli(['list', '--project', 'other', '--since', '1m'], { home });
    expect(filtered.stderr).toBe('No requests in project other in this time.\n');
    expect((await runCli(['list', '--json', '--project', 'other'], { home })).stderr).toBe('');
    expect((await runCli(['list', '--held'], { home })).stderr).toBe('No requests are held.\n');
  });

  test('prints newest first, tab-separated, up to --limit', async () => {
    const home = await temporaryHome();
    const receivedAt = Date.parse('2026-01-02T03:04:05.678Z');
    const requests = Array.from({ length: 25 }, (_, index) =>
      aRequest({
        id: `kaa0000000${10 + index}`,
        requestTarget: `/${index}?a\tb`,
        receivedAt,
        ms: 1.5,
        body: 'x',
      }),
    );
    await record(home, requests);
    const lines = async (...args: string[]) =>
      (await runCli(['list', ...args], { home })).stdout.toString().replace(/\n$/, '').split('\n');
    const cut = await runCli(['list'], { home });
    expect(cut.stdout.toString().match(/\n/g)).toHaveLength(20);
    expect(cut.stderr).toBe('5 more: --limit 25\n');
    expect((await runCli(['list', '-n', '25'], { home })).stderr).toBe('');
    expect(await runCli(['list', '-n', '0'], { home })).toMatchObject({
      code: 2,
      stderr: 'webhook-cli: --limit must be at least 1.\n',
    });
    expect(await lines('-n', '100')).toHaveLength(25);
    const [first, second] = await lines('-n', '2');
    expect(first).toBe(
      'kaa000000034\t2026-01-02T03:04:05.678Z\tproject\tPOST\t/24?a␉b\t200\t1.5\t1\t\t\t\tunchecked\t',
    );
    expect(second).toMatch(/^kaa000000033\t/);
  });

  test('--since selects requests of this time', async () => {
    const home = await temporaryHome();
    await record(home, [
      aRequest({ id: 'kaa000000001', receivedAt: Date.now() - 3_600_000 }),
      aRequest({ id: 'kaa000000002', receivedAt: Date.now() - 60_000 }),
    ]);
    expect((await listed(home, '--since', '10m')).map(({ id }) => id)).toEqual(['kaa000000002']);
  });

  test('is aligned, coloured and cut to width on a terminal; NO_COLOR and TERM=dumb remove colour', async () => {
    const home = await temporaryHome();
    await record(home, [
      aRequest({ requestTarget: `/short` }),
      aRequest({ requestTarget: `/${'long'.repeat(50)}` }),
    ]);
    const show = async (cols: number, ...variables: string[]) => {
      const terminal = openTerminal({
        // The terminal sets a TERM of its own.
        command: '/usr/bin/env',
        args: [...variables, process.execPath, cliFile, 'list'],
        cwd: home.work,
        env: home.env,
        cols,
      });
      expect((await terminal.exit).code).toBe(0);
      return { lines: terminal.screen().split('\n').filter(Boolean), raw: terminal.raw() };
    };
    const { lines, raw } = await show(70);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^ID +TIME +METHOD +PATH +STATUS +MS +SIZE$/);
    expect(lines[1]).toMatch(/\/long.*… +200/);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([70]));
    expect(raw).toContain(control);
    for (const variable of ['NO_COLOR=1', 'TERM=dumb']) {
      expect((await show(70, variable)).raw).not.toContain(`${control}[`);
    }
  });

  test('reports output that cannot be written, exit 1', async () => {
    const home = await temporaryHome();
    await record(home, [aRequest()]);
    const program = ['/bin/sh', '-c', '"$0" "$1" list > /dev/full', process.execPath, cliFile] as const;
    const { code, stderr } = await runCli([], { home, program });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^webhook-cli: Output can't be written: .*\.\n$/),
    ]);
  });

  test('ends quietly when its reader ends', async () => {
    const home = await temporaryHome();
    await record(
      home,
      Array.from({ length: 3_000 }, () => aRequest({ requestTarget: `/${'x'.repeat(500)}` })),
    );
    const { code, stdout, stderr } = await runCli([], {
      home,
      program: ['/bin/sh', '-c', '"$0" "$1" list -n 3000 --json | head -1', process.execPath, cliFile],
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.toString())).toMatchObject({ method: 'POST' });
  });
});

describe('show', () => {
  async function withAttempts() {
    const home = await temporaryHome();
    const request = aRequest({
      id: 'kaa000000001',
      headers: [
        ['Host', 'h'],
        ['authorization', 'Bearer hush'],
        ['Content-Type', 'application/json'],
        ['Content-Length', '7'],
      ],
      body: '{"a":1}',
    });
    await record(home, [request]);
    const store = openStore(home.db);
    const seq = store.resolve('@');
    await store.addAttempt(seq, request.id, aRefused());
    await store.addAttempt(seq, request.id, anAnswered(201, 'made', [['X-Made', 'yes']], { kind: 'replay' }));
    await store.close();
    return home;
  }

  test('prints request line, masked headers, pretty body and attempts', async () => {
    const home = await withAttempts();
    const { stdout } = await runCli(['show', '@'], { home });
    const text = stdout.toString();
    expect(text).toContain('POST');
    expect(text).toContain('/hooks?x=1');
    expect(text).not.toContain('hush');
    expect(text).toContain('"a": 1');
    expect(text).toMatch(/refused/);
    expect(text).toMatch(/201/);
    expect(text).not.toContain(control);
    expect((await runCli(['show', '@', '--show-secrets'], { home })).stdout.toString()).toContain(
      'Bearer hush',
    );
  });

  test('prints exact data with --body, --headers, --raw and --json', async () => {
    const home = await withAttempts();
    const output = async (form: string) => (await runCli(['show', 'kaa', form], { home })).stdout.toString();
    expect(await output('--body')).toBe('{"a":1}');
    expect(await output('--headers')).toMatch(
      /^Host: h\nauthorization: .*\nContent-Type: application\/json\n/,
    );
    expect(await output('--headers')).not.toContain('hush');
    expect(await output('--raw')).toBe(
      'POST /hooks?x=1 HTTP/1.1\r\nHost: h\r\nauthorization: Bearer hush\r\n' +
        'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
    );
    expect(JSON.parse(await output('--json'))).toMatchObject({
      id: 'kaa000000001',
      attempts: [
        { number: 1, kind: 'forward', outcome: 'failed', error: { code: 'refused' } },
        { number: 2, kind: 'replay', outcome: 'response', response: { status: 201, body: { data: 'made' } } },
      ],
    });
  });
});

describe('delete', () => {
  const two = [aRequest({ id: 'kaa000000001' }), aRequest({ id: 'mbb000000002' })];

  test('requires --yes without a terminal', async () => {
    const home = await temporaryHome();
    await record(home, two);
    const refused = await runCli(['delete', '@'], { home });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Use --yes')]);
    expect(await listed(home)).toHaveLength(2);
    const done = await runCli(['delete', '@', 'mbb', '--yes'], { home });
    expect([done.code, done.stdout.toString(), done.stderr]).toEqual([0, '', 'Deleted mbb000000002.\n']);
    const json = await runCli(['delete', '@', '-y', '--json'], { home });
    expect(JSON.parse(json.stdout.toString())).toEqual({ deleted: ['kaa000000001'] });
    expect(await listed(home)).toEqual([]);
  });

  test('deletes nothing if one ref matches nothing', async () => {
    const home = await temporaryHome();
    await record(home, two);
    const { code } = await runCli(['delete', 'kaa', 'zzzz', '--yes'], { home });
    expect(code).toBe(1);
    expect(await listed(home)).toHaveLength(2);
  });

  test('lists the requests and asks on a terminal', async () => {
    const home = await temporaryHome();
    await record(home, two);
    const ask = async (answer: string) => {
      const terminal = openTerminal({
        command: process.execPath,
        args: [cliFile, 'delete', 'kaa'],
        cwd: home.work,
        env: home.env,
      });
      await terminal.waitFor(/kaa000000001[\s\S]*Delete permanently\? \[y\/N\] $|\[y\/N\]/);
      expect(terminal.screen()).toContain('kaa000000001');
      terminal.write(answer);
      return (await terminal.exit).code;
    };
    expect(await ask('n\r')).toBe(1);
    expect(await ask('\r')).toBe(1);
    expect(await ask('\u0003')).toBe(130);
    expect(await ask('\u0004')).toBe(1);
    expect(await listed(home)).toHaveLength(2);
    expect(await ask('y\r')).toBe(0);
    expect((await listed(home)).map(({ id }) => id)).toEqual(['mbb000000002']);
  });
});

describe('vacuum', () => {
  test('frees the space of deleted requests and reports it', async () => {
    const home = await temporaryHome();
    await record(home, [aRequest({ body: 'x'.repeat(200_000) }), aRequest()]);
    expect((await runCli(['delete', '@~1', '--yes'], { home })).code).toBe(0);
    const { code, stdout, stderr } = await runCli(['vacuum', '--json'], { home });
    expect([code, stderr]).toEqual([0, '']);
    const { before, after } = JSON.parse(stdout.toString());
    expect(before - after).toBeGreaterThan(150_000);
    const again = await runCli(['vacuum'], { home });
    expect(again.stdout.toString()).toMatch(/^\d+ kB before, \d+ kB after\n$/i);
    expect(await listed(home)).toHaveLength(1);
  });
});

describe('the database', () => {
  test('is created in $XDG_DATA_HOME with modes 0700 and 0600, or at WEBHOOK_CLI_DB', async () => {
    const home = await temporaryHome();
    const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);
    await runCli(['list'], { home, env: { WEBHOOK_CLI_DB: '' } });
    expect(await mode(`${home.folder}/data/webhook-cli`)).toBe('700');
    expect(await mode(`${home.folder}/data/webhook-cli/webhooks.db`)).toBe('600');
    await runCli(['list'], { home, env: { WEBHOOK_CLI_DB: `${home.folder}/own.db` } });
    expect(await mode(`${home.folder}/own.db`)).toBe('600');
  });

  test('given with --db must exist, and is not created', async () => {
    const home = await temporaryHome();
    for (const args of [
      ['list'],
      ['show', '@'],
      ['replay', '@'],
      ['delete', '@', '--yes'],
      ['retry', '--all'],
    ]) {
      const file = `${home.folder}/typo/x.db`;
      const { code, stderr } = await runCli([...args, '--db', file], { home });
      expect([args, code, stderr]).toEqual([args, 1, expect.stringContaining(`Database ${file}`)]);
      await expect(stat(file)).rejects.toThrow();
    }
  });

  test('can be created by several processes at once', async () => {
    for (let round = 0; round < 4; round++) {
      const home = await temporaryHome();
      const results = await Promise.all(Array.from({ length: 6 }, () => runCli(['list'], { home })));
      for (const { code, stderr } of results)
        expect([code, stderr]).toEqual([0, expect.stringMatching(/^No requests/)]);
    }
  });

  test('that cannot be created is reported, exit 1', async () => {
    const { code, stderr } = await runCli(['list', '--db', '/dev/null/x.db']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^webhook-cli: .*\/dev\/null.*\n/)]);
    expect(stderr).not.toContain('bug');
  });

  test('that is not a database is reported, exit 1', async () => {
    const home = await temporaryHome();
    await writeFile(home.db, 'this is a text file, and a rather long one for that matter'.repeat(20));
    const { code, stderr } = await runCli(['list'], { home });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^webhook-cli: .*webhooks\.db.*\.\n/);
    expect(stderr).not.toMatch(/ at .*:\d+:\d+/);
  });
});
