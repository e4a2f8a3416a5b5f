import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadCommands } from '../../src/cli/command.ts';
import { variableOf } from '../../src/cli/settings.ts';
import { commands } from '../../src/commands/index.ts';
import { flagOf } from '../../src/format/in-flags.ts';
import { openDatabase } from '../../src/store/driver.ts';
import { openStore } from '../../src/store/store.ts';
import { attacks } from '../support/attacks.ts';
import { anAnswered, aRefused, aRequest } from '../support/builders.ts';
import { runCli, startCli } from '../support/cli.ts';
import {
  expectSafe,
  foreign,
  foreignField,
  foreignWithNul,
  type Walk,
  walkPiped,
  walkTerminal,
} from '../support/foreign-text.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { runInProcess } from '../support/in-process.ts';
import { trusting } from '../support/project-file.ts';
import { startRawTarget } from '../support/raw-target.ts';
import { openTui } from '../support/tui.ts';

/** Calls of a command that end by themselves; a command of the table without any here fails a test below. */
const calls: Readonly<Record<string, readonly (readonly string[])[]>> = {
  listen: [
    ['--no-tunnel', '--port', '1'],
    ['3000', '--forward-to', '4000'],
  ],
  forward: [['not a target'], ['9', '--all', '--since', '1m']],
  replay: [['@', '--to', '9'], ['@', '@~1', '--to', '9', '--json'], ['@', '--resign'], ['nothing']],
  list: [[], ['--json'], ['--json', '--bodies'], ['--held'], ['--project', foreign]],
  show: [['@'], ['@~1'], ['@', '--json'], ['@', '--headers'], ['@', '--headers', '--show-secrets'], ['a']],
  verify: [['@'], ['@', '--json'], ['@', '--provider', 'stripe']],
  trigger: [
    ['--list'],
    ['stripe', 'charge.succeeded', '--unsigned', '--to', '9'],
    ['stripe', '--from', '@', '--unsigned', '--to', '9'],
    ['stripe', '--from', '@', '--unsigned', '--to', '9', '--json'],
    ['stripe', 'charge.succeeded', '--unsigned', '--dry-run', '--to', '9'],
    ['--from', '@'],
  ],
  providers: [[], ['--json'], ['stripe', 'github']],
  tunnels: [[], ['--json'], ['ssh', 'localtunnel'], [foreign]],
  doctor: [
    ['9', '--no-tunnel'],
    ['9', '--no-tunnel', '--json'],
  ],
  retry: [['--all'], ['@'], ['--all', '--json']],
  drop: [['--all'], ['@'], ['--all', '--json']],
  delete: [['@'], ['@', '--yes', '--json'], ['--yes', '@']],
  config: [[], ['list', '--json'], ['trust', '--show'], ['trust', '--yes'], ['untrust'], [foreign]],
  vacuum: [[], ['--json']],
};

const callsOf = (name: string) => (calls[name] ?? []).map((args) => [name, ...args]);
const names = commands.map(({ name }) => name);

test('every command of the table has calls to walk', () => {
  expect(names.filter((name) => (calls[name] ?? []).length === 0)).toEqual([]);
});

/** A history with one of everything, in which something else then changes cells. */
async function prepared(change: (column: Column) => string | undefined): Promise<TestHome> {
  const home = await temporaryHome();
  const store = openStore(home.db);
  const session = await store.openSession({ project: 'project', localUrl: 'http://localhost:9' });
  for (const body of ['{"a":1}', 'text']) {
    const request = aRequest({ body });
    const seq = await store.add(request, {
      sessionId: session.id,
      classification: {
        provider: 'stripe',
        event: 'e',
        eventId: body,
        verification: { result: 'invalid', reason: 'no' },
        replyDeadlineMs: 10,
      },
      deliveries: [{ target: 'http://localhost:9', isHeld: true }],
    });
    await store.addAttempt(seq, request.id, { ...anAnswered(200, body), sent: request });
    await store.addAttempt(seq, request.id, aRefused());
  }
  await store.close();
  const db = openDatabase(home.db);
  for (const column of columnsOf(db)) {
    const value = change(column);
    if (value !== undefined)
      db.prepare(`UPDATE OR IGNORE ${column.table} SET "${column.name}" = ${value}`).run();
  }
  db.close();
  return home;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** What joins rows: without it there is nothing to be seen. */
  readonly isKey: boolean;
}

function columnsOf(db: ReturnType<typeof openDatabase>): Column[] {
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  return tables.flatMap((table) =>
    (db.pragma(`table_info(${table})`) as { name: string; type: string; pk: number }[]).map(
      ({ name, type, pk }) => ({
        table,
        name,
        type,
        isKey:
          pk > 0 ||
          ['counters', 'ids'].includes(table) ||
          ['request', 'session', 'attempt', 'body_id', 'held'].includes(name) ||
          (table === 'deliveries' && name === 'state'),
      }),
    ),
  );
}

const asText = (text: string) => `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`;
const asBlob = (text: string) => `x'${Buffer.from(text).toString('hex')}'`;
const isJsonColumn = ({ name }: Column) => ['headers', 'trailers', 'sent'].includes(name);
const headersJson = JSON.stringify([foreignField, foreignField, 'Content-Type', foreignWithNul]);
const sentJson = JSON.stringify({ method: foreign, requestTarget: foreign, headers: [[foreign, foreign]] });

/** The text in every column that is no key; header fields stay readable. */
const everywhere =
  (text: string, types: RegExp = /TEXT|BLOB/) =>
  (column: Column): string | undefined => {
    if (column.isKey || !types.test(column.type)) return undefined;
    if (isJsonColumn(column)) return asText(column.name === 'sent' ? sentJson : headersJson);
    return column.type === 'BLOB' ? asBlob(text) : asText(text);
  };

const databases: Record<string, (column: Column) => string | undefined> = {
  'text in every text and blob column': everywhere(foreign),
  'text with NUL': everywhere(foreignWithNul),
  'text in every column of any type': everywhere(foreign, /./),
  'long text': everywhere(foreign.repeat(2_000)),
  'blobs in every column': (column) => (column.isKey || isJsonColumn(column) ? undefined : asBlob(foreign)),
  'numbers in every column': (column) => (column.isKey || isJsonColumn(column) ? undefined : '1.5'),
  'the largest numbers in every column': (column) =>
    column.isKey || isJsonColumn(column) ? undefined : '9e307',
  'negative numbers in every column': (column) => (column.isKey || isJsonColumn(column) ? undefined : '-1'),
  'headers that are no JSON': (column) => (isJsonColumn(column) ? asText(foreign) : undefined),
  'headers that are other JSON': (column) => (isJsonColumn(column) ? asText('[1,{"a":[]}]') : undefined),
  'text as ids of requests': ({ table, name }) =>
    table === 'requests' && name === 'id' ? asText(foreign) : undefined,
  'paths as ids of requests': ({ table, name }) =>
    table === 'requests' && name === 'id' ? asText('../../../tmp/x') : undefined,
};

attacks('foreign text in a database', databases, async (change) => {
  for (const name of names.filter((each) => each !== 'listen' && each !== 'forward')) {
    const home = await prepared(change);
    for (const args of callsOf(name)) {
      await walkPiped(args, { home });
    }
  }
  const home = await prepared(change);
  for (const args of [
    ['list'],
    ['show', '@'],
    ['show', '@', '--body'],
    ['show', '@', '--raw'],
    ['verify', '@'],
  ]) {
    await walkTerminal(args, { home });
  }
  await walkTerminal(['trigger', 'stripe', '--from', '@', '--unsigned', '--dry-run', '--to', '9'], { home });
});

attacks('foreign text as arguments', Object.fromEntries(names.map((name) => [name, name])), async (name) => {
  const spec = (await loadCommands(commands)).find((each) => each.name === name)!;
  const home = await prepared(everywhere(foreign));
  const tries = [
    [name, foreign],
    [name, `--${foreign}`],
    [name, '--json', `--${foreign}`],
    [name, '--json', foreign, foreign, foreign],
    [`${name}${foreign}`],
    ['help', `${name}${foreign}`],
    ...Object.entries(spec.options).flatMap(([option, { type }]) =>
      type === 'boolean'
        ? [[name, `${flagOf(option)}=${foreign}`]]
        : [[name, ...(name === 'forward' ? ['x'] : []), flagOf(option), foreign]],
    ),
  ];
  for (const args of tries) await walkBriefly(args, { home });
});

/** What does not end by itself is told to, once it has said something. */
async function walkBriefly(
  args: readonly string[],
  { home, env = {}, cwd, stdin = '' }: Walk,
): Promise<string> {
  const isLong = args[0] === 'listen' || args[0] === 'forward';
  // Nothing leaves this machine.
  const opensTunnel = (args[0] === 'listen' || args[0] === 'doctor') && !args.includes('--tunnel-host');
  const given = opensTunnel ? [...args, '--no-tunnel'] : args;
  const inFolder = cwd === undefined ? {} : { cwd };
  const { stdout, stderr } = await runInProcess(given, {
    home,
    env,
    stdin,
    ...inFolder,
    endAfterFirstLine: isLong,
  });
  expectSafe(stdout, ['stdout', given, env]);
  expectSafe(stderr, ['stderr', given, env]);
  return stdout + stderr;
}

const plainVariables = [
  'EDITOR',
  'VISUAL',
  'HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'TERM',
  'LANG',
];
const settings = new Map<string, string>();
for (const { name, options } of await loadCommands(commands)) {
  for (const [option, { flagOnly }] of Object.entries(options)) {
    if (!flagOnly) settings.set(variableOf(option), settings.get(variableOf(option)) ?? name);
  }
}
for (const name of [
  ...plainVariables,
  'COLUMNS',
  'LINES',
  'NO_COLOR',
  'TMPDIR',
  'TZ',
  'TMUX',
  'WEBHOOK_CLI_SECRET_STRIPE',
])
  settings.set(name, 'show');

attacks(
  'foreign text in the environment',
  Object.fromEntries([...settings].map(([variable, command]) => [variable, { variable, command }])),
  async ({ variable, command }) => {
    const home = await prepared(() => undefined);
    const env = { [variable]: foreign };
    const args = command === 'show' ? ['show', '@'] : [command, ...(command === 'forward' ? ['9'] : [])];
    await walkBriefly(args, { home, env });
    await walkPiped(['providers', 'stripe'], { home, env });
    await walkPiped(['list', '--json'], { home, env });
  },
);

test("Node's warnings about the environment do not reach the terminal", async () => {
  const home = await temporaryHome();
  for (const env of [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, { NODE_PENDING_DEPRECATION: '1' }]) {
    await walkPiped(['trigger', 'stripe', 'charge.succeeded', '--unsigned', '--to', 'https://localhost:9'], {
      home,
      env,
    });
  }
});

const key = JSON.stringify(foreign);
const configs: Record<string, string> = {
  'a key': `{${key}: 1}`,
  'a text': `{"port": ${key}}`,
  'a list': `{"route": [${key}]}`,
  'an object': `{"keys": {${key}: ${key}}}`,
  'a database': `{"db": ${key}}`,
  'a broken file': `{"port": 1 ${foreign}`,
  'no object': key,
  'a provider': `{"defineProvider": [{"name": ${key}, "hmac": {"at": "header:X"}}]}`,
  'a title': `{"defineProvider": [{"name": "mine", "title": ${key}, "hmac": {"at": "header:X"}}]}`,
  'a source and a note': `{"defineProvider": [{"name": "mine", "source": ${key}, "note": ${key}, "hmac": {"at": "header:X"}}]}`,
  'a place': `{"defineProvider": [{"name": "mine", "hmac": {"at": ${key}}}]}`,
  'an unknown member': `{"defineProvider": [{"name": "mine", ${key}: 1, "hmac": {"at": "header:X", ${key}: 2}}]}`,
  'a secret': `{"secret": [${key}, "stripe=env:${key.slice(1, -1)}"]}`,
  'a nested setting': `{"commands": {${key}: {${key}: 1}, "list": {${key}: 1}}}`,
};

attacks('foreign text in config files', configs, async (text) => {
  for (const place of ['project', 'trusted project', 'user'] as const) {
    const prepares = await prepared(() => undefined);
    const trust = place === 'trusted project' ? trusting(text) : {};
    const home = { ...prepares, env: { ...prepares.env, ...trust } };
    const folder = place !== 'user' ? home.work : join(home.folder, 'config', 'webhook-cli');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, place !== 'user' ? 'webhook-cli.jsonc' : 'config.jsonc'), text);
    for (const name of names) await walkBriefly(callsOf(name)[0]!, { home });
    await walkPiped(['providers', '--json'], { home });
    await walkPiped(['providers', 'mine'], { home });
    await walkTerminal(['providers'], { home });
    await walkTerminal(['providers', 'mine'], { home });
    await walkPiped(['verify', '@', '--provider', 'mine'], { home });
    await walkPiped(['trigger', 'mine', foreign], { home });
  }
});

test('the folder name is a safe project name', async () => {
  const home = await prepared(() => undefined);
  const cwd = join(home.work, foreign);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'webhook-cli.jsonc'), '{"port": "x"}');
  for (const name of names) await walkBriefly(callsOf(name)[0]!, { home, cwd });
  writeFileSync(join(cwd, 'webhook-cli.jsonc'), '{}');
  await walkBriefly(['listen'], { home, cwd });
  await walkBriefly(['listen', '--json'], { home, cwd });
  await walkPiped(['list', '--json'], { home, cwd });
});

/** A tunnel server that answers what it likes. */
async function tunnelServer(status: number, statusText: string, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, statusText, { 'content-type': 'application/json' });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

attacks(
  'foreign text from a tunnel server',
  {
    'a message': [503, 'No', JSON.stringify({ message: foreign })],
    'a reason phrase': [503, foreignField.replaceAll(/[^ -~\x80-\xff]/g, ' '), '{}'],
    'an address': [
      200,
      'OK',
      JSON.stringify({ id: foreign, url: `http://h/${foreign}`, port: 9, max_conn_count: 1 }),
    ],
    'a host': [
      200,
      'OK',
      JSON.stringify({ id: 'a', url: `http://${foreign}.h`, port: 9, max_conn_count: 1 }),
    ],
    'an ip': [
      200,
      'OK',
      JSON.stringify({ id: 'a', url: 'http://a.h', ip: foreign, port: 9, max_conn_count: 1 }),
    ],
    'no JSON': [200, 'OK', foreign],
  } as const,
  async ([status, statusText, body]) => {
    for (const more of [[], ['--json']]) {
      const home = await temporaryHome();
      const host = await tunnelServer(status, statusText, body);
      const args = ['listen', '--tunnel-host', host, '--require-tunnel', '--tunnel', 'localtunnel', ...more];
      await walkBriefly(args, { home });
    }
  },
);

const answers: Record<string, string> = {
  'a reason phrase': `HTTP/1.1 200 ${foreignField}\r\nContent-Length: 0\r\n\r\n`,
  'header fields': `HTTP/1.1 500 No\r\nX-A: ${foreignField.replaceAll(/[\0-\x1f\x7f]/g, '')}\r\nContent-Length: 0\r\n\r\n`,
  'a field with control characters': `HTTP/1.1 500 No\r\nX-A: ${foreignField}\r\nContent-Length: 0\r\n\r\n`,
  'a body': `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(foreign)}\r\n\r\n${Buffer.from(foreign).toString('latin1')}`,
  'no HTTP': `${foreignField}\r\n\r\n`,
  'a status that is none': `HTTP/1.1 ${foreignField}\r\n\r\n`,
  'a body that breaks off': `HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n${foreignField}`,
  'a chunk that is none': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${foreignField}\r\n`,
};

attacks('foreign text from a target', answers, async (answer) => {
  const target = await startRawTarget((socket) => void socket.end(Buffer.from(answer, 'latin1')));
  const to = String(target.port);
  const home = await prepared(() => undefined);
  for (const more of [[], ['--json']]) {
    await walkPiped(['replay', '@', '--to', to, ...more], { home });
    await walkPiped(['trigger', 'stripe', 'charge.succeeded', '--unsigned', '--to', to, ...more], { home });
    await walkBriefly(['forward', to, '--all', ...more], { home });
    await walkPiped(['show', '@', ...more], { home });
    await walkPiped(['list', ...more], { home });
  }
  await walkTerminal(['replay', '@', '--to', to], { home });
  await walkTerminal(['show', '@'], { home });
  await walkTerminal(['trigger', 'stripe', 'charge.succeeded', '--unsigned', '--to', to], { home });
});

describe('trigger --dry-run', () => {
  const dryRun = ['trigger', 'stripe', '--body', 'body', '--unsigned', '--dry-run', '--to', '9'];

  test('writes the exact bytes into a pipe, and on a terminal only with --raw', async () => {
    const home = await temporaryHome();
    writeFileSync(join(home.work, 'body'), foreignWithNul);
    const piped = (await runCli(dryRun, { home })).stdout;
    expect(piped.includes(Buffer.from(foreignWithNul))).toBe(true);
    const shown = await walkTerminal(dryRun, { home });
    expect(shown).toContain('␛]52;c;aGk=␇');
    await expect(walkTerminal([...dryRun, '--raw'], { home })).rejects.toThrow(/terminal/);
    const { code, stderr } = await runCli(['trigger', 'stripe', 'charge.succeeded', '--raw', '--to', '9'], {
      home,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--raw requires --dry-run')]);
  });
});

/** All that the terminal UI tells a terminal beside text: modes, clearing, where a line goes, colours. */
const ownInUi = /\u001b\[(?:\?\d+[hl]|2[JK]|\d+;1H|\d+G|(?:0|1|2|7|22|27|3\d|39|9\d)(?:;\d+)*m)/g;

attacks(
  'foreign text in the terminal UI',
  {
    'from text in a database': everywhere(foreign),
    'from text with NUL in a database': everywhere(foreignWithNul),
    'from text in every column of a database': everywhere(foreign, /./),
    'from blobs in a database': databases['blobs in every column']!,
    'from numbers in a database': databases['the largest numbers in every column']!,
    'from ids in a database': databases['text as ids of requests']!,
  },
  async (change) => {
    const home = await prepared((column) => (column.table === 'sessions' ? undefined : change(column)));
    const terminal = openTui({ home, args: ['--project', 'project'], cols: 140, rows: 40 });
    await terminal.waitFor(/Overview/);
    terminal.write('\r');
    for (const [index, tab] of ['Overview', 'Headers', 'Body', 'Response', 'Attempts', 'Related'].entries()) {
      terminal.write(String(index + 1));
      await terminal.waitFor(new RegExp(`\\[(?:${index + 1}|${tab})`));
    }
    terminal.write('\u0003');
    await terminal.exit;
    expectSafe(terminal.raw().replaceAll(ownInUi, ''), 'the terminal UI');
  },
);

attacks(
  'foreign text in exceptions that nobody caught',
  {
    'an exception': 'throw new Error(foreign)',
    'no error': 'throw foreign',
    'a rejection': 'Promise.reject(new Error(foreign))',
    'a rejection with no error': 'Promise.reject(foreign)',
    'a cause': 'throw new Error("outer", { cause: new Error(foreign) })',
    'a name': 'throw Object.assign(new Error("a"), { stack: undefined, message: foreign })',
    'a warning': 'process.emitWarning(foreign); process.kill(process.pid, "SIGTERM")',
  },
  async (act) => {
    const home = await temporaryHome();
    const file = join(home.folder, 'act.mjs');
    writeFileSync(
      file,
      `const foreign = ${JSON.stringify(foreign)};\nprocess.on('SIGUSR2', () => { ${act}; });\n`,
    );
    for (const more of [[], ['--json']]) {
      const env = { NODE_OPTIONS: `--import=${file}` };
      const cli = await startCli(['listen', '--no-tunnel', ...more], { home, env });
      await cli.waitForOutput(/http:\/\/localhost:\d+/);
      cli.signal('SIGUSR2');
      const isWarning = act.includes('emitWarning');
      expect(await cli.exit).toBe(isWarning ? 143 : 1);
      const said = cli
        .stderr()
        .replace(/this is a bug/, '')
        .replaceAll(/^ +at .*\n|node:internal/gm, '');
      expectSafe(said, ['stderr', act]);
      expect(said.includes('evil')).toBe(!isWarning && !act.includes('cause'));
    }
  },
);
