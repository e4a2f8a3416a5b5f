import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CliOptions, cliFile, runCli, startCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { freePort, listed, startListen } from '../support/listening.ts';
import { trustedProject, trusting, untrustedProject } from '../support/project-file.ts';
import { sendTo } from '../support/send.ts';
import { openTerminal } from '../support/terminal.ts';

async function userFile(home: TestHome, text: string): Promise<string> {
  const folder = join(home.folder, 'config', 'webhook-cli');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'config.jsonc');
  await writeFile(file, text);
  return file;
}

/** The target that `listen` says it forwards to. */
async function targetOf(home: TestHome, args: readonly string[] = [], options: CliOptions = {}) {
  const { cli, ready } = await startListen(args, { ...options, home });
  cli.signal('SIGTERM');
  await cli.exit;
  return ready['target'];
}

describe('precedence', () => {
  test('flag over environment over project file over user file', async () => {
    const home = await temporaryHome();
    const sub = join(home.work, 'deep', 'down');
    await mkdir(sub, { recursive: true });
    const env = { WEBHOOK_CLI_FORWARD_TO: '3003' };
    expect(await targetOf(home)).toBe(null);
    await userFile(home, '{ "forwardTo": "3001" }');
    expect(await targetOf(home)).toBe('http://localhost:3001');
    await trustedProject(home, '{\n  // the dev server\n  "forwardTo": 3002,\n}\n');
    expect(await targetOf(home)).toBe('http://localhost:3002');
    expect(await targetOf(home, [], { cwd: sub })).toBe('http://localhost:3002');
    expect(await targetOf(home, [], { env })).toBe('http://localhost:3003');
    expect(await targetOf(home, ['-f', '3004'], { env })).toBe('http://localhost:3004');
    expect(await targetOf(home, ['3005'], { env })).toBe('http://localhost:3005');
  });

  test('the nearer of two project files applies', async () => {
    const home = await temporaryHome();
    const sub = join(home.work, 'sub');
    await mkdir(sub);
    await trustedProject(home, '{ "forwardTo": "3001" }');
    await writeFile(join(sub, 'webhook-cli.jsonc'), '{ "project": "nearer" }');
    expect(await targetOf(home, [], { cwd: sub })).toBe(null);
  });

  test('--no-tunnel can be set by every source', async () => {
    const home = await temporaryHome();
    await userFile(home, '{ "tunnel": "none", "json": true }');
    for (const [args, env] of [
      [['listen'], {}],
      [['listen', '--no-tunnel'], { WEBHOOK_CLI_TUNNEL: 'localtunnel' }],
      [['listen'], { WEBHOOK_CLI_TUNNEL: 'false' }],
    ] as const) {
      const cli = await startCli(args, { home, env });
      expect(await cli.waitForLine(({ type }) => type === 'ready')).toMatchObject({ url: null });
      cli.signal('SIGTERM');
      expect(await cli.exit).toBe(143);
      expect(cli.stdout().toString()).not.toContain('"tunnel"');
    }
  });
});

describe('an error', () => {
  const oneObject = 'A config file contains one object, such as { "port": 4000 }.';

  test.each([
    ['{\n  "port": 4000\n  "project": "x"\n}', /:3:3: expected a comma\.$/, oneObject],
    ['[]', /:1:1: the file does not contain an object\.$/, oneObject],
    ['', /:1:1: the file is empty\.$/, oneObject],
    ['{\n  "prot": 4000\n}', /:2:3: unknown setting "prot"\.$/, 'Did you mean "port"?'],
    ['{ "max-body": "1mb" }', /:1:3: unknown setting "max-body"\.$/, 'Did you mean "maxBody"?'],
    ['{ "colour": true }', /:1:3: unknown setting "colour"\.$/, expect.stringContaining('maxBody')],
    ['{ "port": "many" }', /:1:3: port: "many" is not a port/, null],
    ['{ "port": [1] }', /:1:3: port: \[1\] is not a port from 0 to 65535\.$/, null],
    ['{ "timeout": 30 }', /:1:3: timeout: "30" is not a duration/, null],
    ['{ "requireTunnel": "maybe" }', /:1:3: requireTunnel: "maybe" is not true or false/, null],
    ['{ "limit": 5 }', /:1:3: unknown setting "limit"\.$/, expect.any(String)],
  ])('in a file names file, line and column: %s', async (text, message, hint) => {
    const home = await temporaryHome();
    const files = [await userFile(home, text)];
    if (text.includes('prot')) files.unshift(await untrustedProject(home, text));
    const { code, stdout, stderr } = await runCli(['listen', '--no-tunnel', '--json'], { home });
    expect([code, stdout.toString()]).toEqual([2, '']);
    const error = JSON.parse(stderr) as { message: string };
    expect(error).toEqual({
      type: 'error',
      code: expect.stringMatching(/^(config|usage)$/),
      message: expect.stringMatching(message),
      hint,
    });
    expect(error.message.startsWith(`${files[0]}:`)).toBe(true);
  });

  test('in the environment names the variable', async () => {
    const { code, stderr } = await runCli(['listen'], { env: { WEBHOOK_CLI_MAX_BODY: 'much' } });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^webhook-cli: WEBHOOK_CLI_MAX_BODY: "much" is not a size/),
    ]);
  });

  test('in a file also stops commands that do not use the setting, but not --help or --version', async () => {
    const home = await temporaryHome();
    await userFile(home, '{ "prot": 1 }');
    expect((await runCli(['list'], { home })).code).toBe(2);
    expect((await runCli(['list', '--help'], { home })).code).toBe(0);
    expect((await runCli(['--version'], { home })).code).toBe(0);
  });

  test('reports a config file that cannot be read', async () => {
    const home = await temporaryHome();
    await mkdir(join(home.work, 'webhook-cli.jsonc'));
    const { code, stderr } = await runCli(['list'], { home });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^webhook-cli: Cannot read .*webhook-cli\.jsonc: .*\.\n/),
    ]);
  });
});

describe('a project file that is not trusted', () => {
  test.each([
    ['tunnelHost', '"https://tunnel.example"'],
    ['insecure', 'true'],
  ])('does not set %s, which the user may', async (name, value) => {
    const home = await temporaryHome();
    const file = await untrustedProject(home, `{\n  "${name}": ${value}\n}`);
    const { cli } = await startListen([], { home });
    cli.signal('SIGTERM');
    await cli.exit;
    expect(JSON.parse(cli.stderr())).toMatchObject({
      type: 'warning',
      code: 'untrusted-config',
      message: expect.stringMatching(new RegExp(`^${file} is not trusted, .*ignored: ${name}\\.`)),
    });
    const other = await temporaryHome();
    await userFile(other, `{ "${name}": ${value} }`);
    expect(await targetOf(other)).toBe(null);
  });
});

test('an untrusted project file sets stricter limits, time limits and looks', async () => {
  const home = await temporaryHome();
  const port = await freePort();
  await untrustedProject(home, {
    port,
    maxBody: '10b',
    headTimeout: '50s',
    bodyTimeout: '20s',
    dbTimeout: '4s',
    timeout: '20s',
    connectTimeout: '4s',
    tui: false,
    plainTui: false,
    ascii: true,
    mouse: true,
    keys: { replay: 'ctrl-r' },
    commands: { list: { limit: 1 } },
  });
  const { cli, port: bound, localUrl } = await startListen([], { home });
  expect(bound).toBe(port);
  expect((await sendTo(localUrl, { method: 'POST', body: 'eleven byte' })).status).toBe(413);
  expect((await sendTo(localUrl, { method: 'POST', body: 'ten bytes!' })).status).toBe(200);
  expect(cli.stderr()).toBe('');
  expect(await listed(home)).toHaveLength(1);
  expect(await listed(home, '--limit', '5')).toHaveLength(2);
});

describe('settings of one command', () => {
  test('override flat settings in one file', async () => {
    const home = await temporaryHome();
    await userFile(home, '{ "forwardTo": "3001", "commands": { "listen": { "forwardTo": "3002" } } }');
    expect(await targetOf(home)).toBe('http://localhost:3002');
    await trustedProject(home, '{ "forwardTo": "3003" }');
    expect(await targetOf(home)).toBe('http://localhost:3003');
  });

  test.each([
    ['{ "commands": [] }', /:1:3: commands must be an object/],
    ['{ "commands": { "lisen": {} } }', /:1:17: unknown command "lisen"[\s\S]*"listen"/],
    ['{ "commands": { "list": 5 } }', /:1:17: commands\.list must be an object/],
    ['{ "commands": { "list": { "limt": 5 } } }', /:1:27: unknown setting "limt" of list[\s\S]*"limit"/],
    ['{ "commands": { "list": { "forwardTo": "1" } } }', /:1:27: unknown setting "forwardTo" of list/],
    [
      '{ "commands": { "list": { "limit": "x" } } }',
      /:1:27: commands\.list\.limit: "x" is not a whole number/,
    ],
  ])('are checked as the others are: %s', async (text, message) => {
    const home = await temporaryHome();
    await userFile(home, text);
    const { code, stderr } = await runCli(['list'], { home });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('config', () => {
  const text = '{ "forwardTo": "3000", "commands": { "list": { "limit": 5 } } }';

  test('trust prints the settings and the hash, and requires --yes without a terminal', async () => {
    const home = await temporaryHome();
    const file = await untrustedProject(home, text);
    const hash = trusting(text).WEBHOOK_CLI_TRUST_CONFIG;
    const printed = `${file}\nSHA-256 ${hash}\n  forwardTo            "3000"\n  commands.list.limit  5\n`;
    const asked = await runCli(['config', 'trust'], { home });
    expect([asked.code, asked.stdout.toString(), asked.stderr]).toEqual([
      2,
      printed,
      expect.stringContaining('Use --yes'),
    ]);
    const shown = await runCli(['config', 'trust', '--show'], { home });
    expect([shown.code, shown.stdout.toString(), shown.stderr]).toEqual([0, printed, '']);
    expect(await targetOf(home)).toBe(null);
    const trusted = await runCli(['config', 'trust', '--yes', '--json'], { home });
    expect([trusted.code, JSON.parse(trusted.stdout.toString())]).toEqual([
      0,
      { file, sha256: hash, trusted: false, settings: { forwardTo: '3000', 'commands.list.limit': 5 } },
    ]);
    expect(await targetOf(home)).toBe('http://localhost:3000');
    expect((await runCli(['config'], { home })).stdout.toString()).toBe(printed);
    expect((await runCli(['config', 'untrust'], { home })).stderr).toBe(
      'webhook-cli: the file is no longer trusted.\n',
    );
    expect(await targetOf(home)).toBe(null);
    const list = await runCli(['config'], { home });
    expect(list.stdout.toString()).toBe(printed.replace('\n', ' (not trusted)\n'));
  });

  test('trust asks on a terminal', async () => {
    const home = await temporaryHome();
    await untrustedProject(home, text);
    const ask = async (answer: string) => {
      const { work: cwd, env } = home;
      const args = [cliFile, 'config', 'trust'];
      const terminal = openTerminal({ command: process.execPath, args, cwd, env, cols: 100, rows: 20 });
      await terminal.waitFor(/Trust this file\? \[y\/N\]/);
      terminal.write(answer);
      return (await terminal.exit).code;
    };
    expect(await ask('\r')).toBe(1);
    expect(await targetOf(home)).toBe(null);
    expect(await ask('y\r')).toBe(0);
    expect(await targetOf(home)).toBe('http://localhost:3000');
  });

  test('reports wrong usage and a missing file', async () => {
    const home = await temporaryHome();
    const said = async (...args: string[]) => {
      const { code, stderr } = await runCli(['config', ...args], { home });
      return `${code} ${stderr}`;
    };
    expect(await said()).toBe('0 webhook-cli: no config file found.\n');
    expect(await said('trust')).toMatch(/^2 .*No webhook-cli\.jsonc in this folder or its parents/);
    expect(await said('untrust')).toMatch(/^2 .*No webhook-cli\.jsonc/);
    expect(await said('trsut')).toMatch(/^2 .*Unknown action "trsut"[\s\S]*Did you mean trust\?/);
    expect(await said('untrust', '--yes')).toMatch(/^2 .*--yes requires config trust/);
    expect(await said('trust', 'x')).toMatch(/^2 /);
  });
});
