import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { cliFile, runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { openShell } from '../support/shell.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** Editors that make it hard to leave: each says in the file `open` that it is there, and in `pids` who it is. */
const editors = {
  'that waits': 'say_open; sleep 1000',
  'in raw mode on the alternate screen':
    'stty raw -echo; printf "\\033[?1049h\\033[?25l"; say_open; sleep 1000',
  'that ignores SIGTERM and SIGHUP, in raw mode':
    'trap "" TERM HUP; stty raw -echo; printf "\\033[?1049h\\033[?25l"; say_open; while :; do sleep 1; done',
  'with a child of its own': 'sleep 1000 & echo $! >>"$DIR/pids"; say_open; wait',
  'with a child that ignores SIGTERM':
    '(trap "" TERM HUP; while :; do sleep 1; done) & echo $! >>"$DIR/pids"; say_open; wait',
  'that was stopped': 'say_open; kill -STOP $$; sleep 1000',
  'whose child was stopped':
    '(kill -STOP $BASHPID) & echo $! >>"$DIR/pids"; sleep 1000 & kill -STOP $!; say_open; wait',
  'that writes at SIGTERM and takes its time':
    'trap "echo late >>\\"$1\\"; sleep 0.2; exit 0" TERM; say_open; while :; do sleep 0.05; done',
  'that says it failed when it is ended': 'trap "exit 3" TERM HUP; say_open; while :; do sleep 0.05; done',
} as const;

type Editor = (typeof editors)[keyof typeof editors];

interface Leaving {
  readonly editor: Editor | 'vi';
  readonly signal: NodeJS.Signals;
  readonly from: 'trigger' | 'listen';
}

interface Editing {
  readonly home: TestHome;
  readonly terminal: TestTerminal;
  /** The process that lends its terminal to the editor. */
  readonly pid: number;
  readonly edits: string;
  read(name: string): string;
}

const editsOf = (home: TestHome) => join(home.folder, 'state', 'webhook-cli', 'edits');
const entries = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

/** Opens the editor in a terminal, from a shell that tells the terminal's modes before and after. */
async function editing({ editor, from }: Pick<Leaving, 'editor' | 'from'>): Promise<Editing> {
  const home = await temporaryHome();
  const script = join(home.folder, 'editor');
  const say = 'say_open() { echo $$ >>"$DIR/pids"; echo yes >"$DIR/open"; }';
  if (editor !== 'vi') {
    writeFileSync(script, `#!/bin/bash\nDIR='${home.folder}'\n${say}\n${editor}\n`);
    chmodSync(script, 0o700);
  }
  const command =
    from === 'trigger'
      ? `trigger stripe charge.succeeded --unsigned --edit --to 9`
      : 'listen --no-tunnel --port 0';
  const terminal = openTerminal({
    command: '/bin/bash',
    args: [
      '-c',
      `stty -g >'${home.folder}/before'; trap : TERM HUP; '${process.execPath}' '${cliFile}' ${command}; code=$?; ` +
        `stty -g >'${home.folder}/after'; exit $code`,
    ],
    cwd: home.work,
    env: { LANG: 'C.UTF-8', ...home.env, EDITOR: editor === 'vi' ? 'vi -u NONE' : script },
    cols: 100,
    rows: 30,
  });
  const edits = editsOf(home);
  if (from === 'listen') {
    const screen = await terminal.waitFor(/http:\/\/localhost:\d+ /);
    const url = /http:\/\/localhost:\d+/.exec(screen)![0];
    await fetch(`${url}/order`, { method: 'POST', body: '{"a":1}' });
    await terminal.waitFor(/\/order/);
    terminal.write('e');
  }
  if (editor === 'vi') await terminal.waitFor(/\.http"/);
  else await until(() => existsSync(join(home.folder, 'open')));
  await until(() => entries(edits).length === 1);
  const pid = Number(/^\d+/.exec(entries(edits)[0]!)![0]);
  return { home, terminal, pid, edits, read: (name) => readFileSync(join(home.folder, name), 'utf8') };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const leavings: Record<string, Leaving> = {};
for (const [name, editor] of Object.entries(editors)) {
  leavings[`trigger --edit, SIGTERM, an editor ${name}`] = { editor, signal: 'SIGTERM', from: 'trigger' };
  leavings[`listen, SIGTERM, an editor ${name}`] = { editor, signal: 'SIGTERM', from: 'listen' };
}
leavings['trigger --edit, SIGHUP, vi'] = { editor: 'vi', signal: 'SIGHUP', from: 'trigger' };
leavings['listen, SIGTERM, vi'] = { editor: 'vi', signal: 'SIGTERM', from: 'listen' };
leavings['trigger --edit, SIGHUP, an editor that ignores it'] = {
  editor: editors['that ignores SIGTERM and SIGHUP, in raw mode'],
  signal: 'SIGHUP',
  from: 'trigger',
};
leavings['listen, SIGHUP, an editor with a child that ignores it'] = {
  editor: editors['with a child that ignores SIGTERM'],
  signal: 'SIGHUP',
  from: 'listen',
};

attacks('leaving while the editor is open', leavings, async (leaving) => {
  const { terminal, pid, edits, read } = await editing(leaving);
  process.kill(pid, leaving.signal);
  expect((await terminal.exit).code).toBe(143);
  expect(entries(edits)).toEqual([]);
  expect(read('after')).toBe(read('before'));
  expect(terminal.state()).toMatchObject({
    alternateBuffer: false,
    cursorVisible: true,
    bracketedPaste: false,
  });
  if (leaving.editor !== 'vi') {
    const pids = read('pids').trim().split('\n').map(Number);
    await until(() => !pids.some(isAlive));
  }
});

interface Left {
  /** Puts something where copies lie; returns what must be there afterwards, and what must not. */
  plant(
    edits: string,
    home: TestHome,
  ): { readonly stays?: readonly string[]; readonly goes?: readonly string[] };
  readonly command?: readonly string[];
}

/** No process has this id: it is over the highest that Linux gives. */
const gone = 4_194_305;
const host = hostname().replace(/[^\w.-]/g, '_');

function copyIn(edits: string, name: string): string {
  mkdirSync(join(edits, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(edits, name, 'request.http'), 'POST / HTTP/1.1\nAuthorization: secret\n');
  return join(edits, name);
}

const left: Record<string, Left> = {
  'a copy of a process that is gone': {
    plant: (edits) => ({ goes: [copyIn(edits, `${gone}@${host}-abcdef`)] }),
  },
  'a copy of a process that is gone, at a start of list': {
    plant: (edits) => ({ goes: [copyIn(edits, `${gone}@${host}-abcdef`)] }),
    command: ['list'],
  },
  'the copy of a process that lives stays': {
    plant: (edits) => ({ stays: [copyIn(edits, `${process.pid}@${host}-abcdef`)] }),
  },
  'a copy that was kept for its user stays': {
    plant: (edits) => ({ stays: [copyIn(edits, `kept-${gone}@${host}-abcdef`)] }),
  },
  'the copy of another machine stays': {
    plant: (edits) => ({ stays: [copyIn(edits, `${gone}@elsewhere-abcdef`)] }),
  },
  'an old copy of another machine goes': {
    plant: (edits) => {
      const copy = copyIn(edits, `${gone}@elsewhere-abcdef`);
      utimesSync(copy, 1, 1);
      return { goes: [copy] };
    },
  },
  'a link among them is not followed': {
    plant: (edits, home) => {
      const precious = join(home.folder, 'precious');
      copyIn(home.folder, 'precious');
      mkdirSync(edits, { recursive: true });
      symlinkSync(precious, join(edits, `${gone}@${host}-abcdef`));
      return { stays: [join(precious, 'request.http')] };
    },
  },
  'a link in a copy is not followed': {
    plant: (edits, home) => {
      const copy = copyIn(edits, `${gone}@${host}-abcdef`);
      copyIn(home.folder, 'precious');
      symlinkSync(join(home.folder, 'precious'), join(copy, 'link'));
      return { goes: [copy], stays: [join(home.folder, 'precious', 'request.http')] };
    },
  },
  'a link in place of the folder is not followed': {
    plant: (edits, home) => {
      const elsewhere = copyIn(join(home.folder, 'elsewhere'), `${gone}@${host}-abcdef`);
      mkdirSync(dirname(edits), { recursive: true });
      symlinkSync(join(home.folder, 'elsewhere'), edits);
      return { stays: [elsewhere] };
    },
  },
  'other files among them stay': {
    plant: (edits) => ({
      stays: [copyIn(edits, 'notes'), copyIn(edits, `${gone}`), copyIn(edits, `${gone}@${host}-..`)],
    }),
  },
};

attacks('stale copies', left, async ({ plant, command = ['providers', 'stripe'] }) => {
  const home = await temporaryHome();
  const { stays = [], goes = [] } = plant(editsOf(home), home);
  for (const each of [...stays, ...goes]) expect(existsSync(each)).toBe(true);
  await runCli(command, { home });
  for (const each of stays) expect([each, existsSync(each)]).toEqual([each, true]);
  for (const each of goes) expect([each, existsSync(each)]).toEqual([each, false]);
});

attacks(
  'kill -9 while the editor is open',
  { 'from trigger --edit': 'trigger', 'from listen': 'listen' } as const,
  async (from) => {
    const { home, terminal, pid, edits } = await editing({ editor: editors['that waits'], from });
    process.kill(pid, 'SIGKILL');
    terminal.kill('SIGKILL');
    await terminal.exit;
    await until(() => !isAlive(pid));
    expect(entries(edits)).toHaveLength(1);
    await runCli(['list'], { home });
    expect(entries(edits)).toEqual([]);
  },
);

attacks(
  'a job that was stopped with Ctrl-Z while the editor is open',
  {
    'kill of the job': 'kill %1',
    'SIGTERM, then fg': 'kill -TERM $(jobs -p); fg',
    'SIGHUP, then bg': 'kill -HUP $(jobs -p); bg',
  },
  async (ending) => {
    const home = await temporaryHome();
    const terminal = await openShell({ home, env: { EDITOR: 'vi -u NONE' }, prompt: 'shell> ' });
    const edits = editsOf(home);
    terminal.write(
      `'${process.execPath}' '${cliFile}' trigger stripe charge.succeeded --unsigned --edit --to 9\r`,
    );
    await terminal.waitFor(/request\.http"/);
    const pid = Number(/^\d+/.exec(entries(edits)[0]!)![0]);
    terminal.write('\r\u001a');
    await terminal.waitFor(/Stopped/);
    terminal.write(`${ending}\r`);
    await until(() => !isAlive(pid));
    expect(entries(edits)).toEqual([]);
    terminal.write('echo sti"ll he"re\r');
    await terminal.waitFor(/still here/);
    terminal.write('exit\r');
    await terminal.exit;
  },
);

interface UrlFileAttack {
  /** What stands where the URL is to be written; returns what must be as it was. */
  plant(file: string, folder: string): readonly string[];
  readonly refused?: RegExp;
}

function precious(folder: string): string {
  const file = join(folder, 'precious');
  writeFileSync(file, 'precious', { mode: 0o600 });
  return file;
}

const urlFiles: Record<string, UrlFileAttack> = {
  'a link to a file': {
    plant(file, folder) {
      symlinkSync(precious(folder), file);
      return [join(folder, 'precious')];
    },
  },
  'a link to a link': {
    plant(file, folder) {
      symlinkSync(precious(folder), join(folder, 'between'));
      symlinkSync(join(folder, 'between'), file);
      return [join(folder, 'precious')];
    },
  },
  'a link to nothing': {
    plant(file, folder) {
      symlinkSync(join(folder, 'none'), file);
      return [];
    },
  },
  'a link to a folder': {
    plant(file, folder) {
      mkdirSync(join(folder, 'sub'));
      precious(join(folder, 'sub'));
      symlinkSync(join(folder, 'sub'), file);
      return [join(folder, 'sub', 'precious')];
    },
  },
  'a link to a device': {
    plant(file) {
      symlinkSync('/dev/null', file);
      return [];
    },
  },
  'a file of two names': {
    plant(file, folder) {
      linkSync(precious(folder), file);
      return [join(folder, 'precious')];
    },
  },
  'a file that others could read': {
    plant(file) {
      writeFileSync(file, 'http://earlier\n', { mode: 0o666 });
      return [];
    },
  },
  'a folder': {
    plant(file) {
      mkdirSync(file);
      precious(file);
      return [join(file, 'precious')];
    },
    refused: /Cannot write the URL to .*: it is a folder/,
  },
  'a pipe': {
    plant(file) {
      execFileSync('mkfifo', [file]);
      return [];
    },
    refused: /Cannot write the URL to .*: it is a pipe/,
  },
};

attacks('--url-file', urlFiles, async ({ plant, refused }) => {
  const home = await temporaryHome();
  const folder = join(home.folder, 'shared');
  mkdirSync(folder);
  chmodSync(folder, 0o1777);
  const file = join(folder, 'url');
  const kept = plant(file, folder);
  const before = readdirSync(folder).filter((name) => name !== 'url');
  if (refused) {
    const cli = await runCli(['listen', '--no-tunnel', '--url-file', file], { home });
    expect([cli.code, cli.stderr]).toEqual([1, expect.stringMatching(refused)]);
  } else {
    const server = await startLocaltunnelServer();
    onTestFinished(() => server.kill());
    const { ready } = await startListen(['--tunnel-host', server.url, '--url-file', file], { home });
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(`${ready['url']}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  expect(readdirSync(folder).filter((name) => name !== 'url')).toEqual(before);
  for (const each of kept) expect(readFileSync(each, 'utf8')).toBe('precious');
});
