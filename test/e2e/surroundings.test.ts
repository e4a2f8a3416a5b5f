import { spawnSync } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';
import { openTerminal } from '../support/terminal.ts';

/** Options that run the program in a folder that is deleted before it starts. */
async function inDeletedFolder(home: TestHome) {
  const cwd = join(home.work, 'deleted');
  await mkdir(cwd);
  const script = 'rmdir "$PWD" && exec "$@"';
  return { home, cwd, program: ['sh', '-c', script, 'sh', process.execPath, cliFile] as const };
}

const noHome = {
  HOME: '',
  XDG_DATA_HOME: 'relative',
  XDG_STATE_HOME: '',
  XDG_CONFIG_HOME: '',
  WEBHOOK_CLI_DB: '',
};

describe('without a home folder', () => {
  test.each([
    [['--version'], 0, /^$/],
    [['--help'], 0, /^$/],
    [['providers', 'github'], 0, /^$/],
    [['list'], 2, /^webhook-cli: There is no home folder, .*\nSet --db, HOME or XDG_DATA_HOME\.\n$/],
    [['listen', '--no-tunnel'], 2, /There is no home folder/],
    [['trigger', 'github', 'push'], 2, /There is no home folder, so a running listen cannot be found\./],
    [['list', '--db', 'missing.db'], 1, /Database missing\.db does not exist\./],
  ])('%j exits with %i', async (args, code, stderr) => {
    expect(await runCli(args, { env: noHome })).toMatchObject({
      code,
      stderr: expect.stringMatching(stderr),
    });
  });
});

describe('in a deleted folder', () => {
  test.each([
    [['--version'], 0, /^$/],
    [['--help'], 0, /^$/],
    [['list'], 0, /^No requests recorded yet/],
    [
      ['list', '--db', 'a.db'],
      1,
      /^webhook-cli: The current folder no longer exists\.\nChange to another folder/,
    ],
    [['listen', '--no-tunnel', '--path-token'], 1, /The current folder no longer exists\./],
    [['listen', '--port', 'x'], 2, /--port: "x" is not a port/],
  ])('%j exits with %i', async (args, code, stderr) => {
    const home = await temporaryHome();
    expect(await runCli(args, await inDeletedFolder(home))).toMatchObject({
      code,
      stderr: expect.stringMatching(stderr),
    });
  });
});

test('listen records to --db with neither a home nor a working folder', async () => {
  const home = await temporaryHome();
  const args = ['listen', '--no-tunnel', '--json', '--db', home.db];
  const cli = await startCli(args, { ...(await inDeletedFolder(home)), env: noHome });
  const { localUrl, project } = await cli.waitForLine(({ type }) => type === 'ready');
  expect(project).toBe('default');
  expect((await fetch(String(localUrl))).status).toBe(200);
  expect(cli.stderr()).toContain('There is no home folder');
  expect(cli.stderr()).toContain('The current folder no longer exists');
  const listed = await runCli(['list', '--db', home.db], { env: noHome });
  expect([listed.code, listed.stdout.toString()]).toEqual([0, expect.stringContaining('GET')]);
});

describe("another user's database", () => {
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] as const;
  const program = [...asNobody, process.execPath, cliFile] as const;
  const isPossible = spawnSync(asNobody[0], [...program.slice(1), '--version']).status === 0;

  test.skipIf(!isPossible)('can be read while it is recorded to, and not changed', async () => {
    const { home, localUrl } = await startListen();
    for (const path of ['/a', '/b', '/c']) await fetch(localUrl + path);
    await chmod(home.folder, 0o755);
    for (const suffix of ['', '-wal']) await chmod(home.db + suffix, 0o644);
    // Traces of coverage could not be written by that user.
    const env = { ...noHome, NODE_V8_COVERAGE: '' };
    const run = (...args: string[]) => runCli([...args, '--db', home.db], { home, cwd: '/', program, env });
    const listed = await run('list');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout.toString().match(/\/[abc]/g)).toHaveLength(3);
    expect((await run('show', '@')).stdout.toString()).toContain('GET /c HTTP/1.1');
    const deleted = await run('delete', '@', '--yes');
    expect([deleted.code, deleted.stderr]).toEqual([1, expect.stringContaining("can't be opened")]);
    expect((await run('list', '--json')).stdout.toString().split('\n')).toHaveLength(4);
  });
});

describe('on a terminal', () => {
  async function inTerminal(env: Readonly<Record<string, string>>, before = ':', args = '') {
    const home = await temporaryHome();
    // The library of the terminal sets TERM itself.
    const variables = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    const program = `'${process.execPath}' '${cliFile}' listen --no-tunnel ${args}`;
    const script = `${before}; exec env ${variables.join(' ')} ${program}`;
    const options = { cwd: home.work, env: { LANG: 'C.UTF-8', ...home.env } };
    return openTerminal({ command: 'sh', args: ['-c', script], ...options });
  }

  test.each([
    ['CI=true', { CI: 'true' }, ''],
    ['an empty TERM', { TERM: '' }, ''],
    ['an unknown TERM', { TERM: 'unknown' }, ''],
    ['TERM=dumb, even with --tui', { TERM: 'dumb' }, '--tui'],
  ])('%s: prints lines without colour', async (_name, env, args) => {
    const terminal = await inTerminal(env, ':', args);
    await terminal.waitFor(/listening on http:/);
    expect(terminal.state().alternateBuffer).toBe(false);
  });

  test.each([
    ['CI=false', { CI: 'false' }, ':', ''],
    ['an unknown TERM with --tui', { TERM: 'unknown' }, ':', '--tui'],
    ['a width and height of 0', {}, 'stty cols 0 rows 0', ''],
  ])('%s: shows the terminal UI', async (_name, env, before, args) => {
    const terminal = await inTerminal(env, before, args);
    await terminal.waitFor(/Waiting for the first request/);
    expect(terminal.state().alternateBuffer).toBe(true);
  });
});
