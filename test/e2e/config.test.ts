import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CliOptions, runCli, startCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';

async function userFile(home: TestHome, text: string): Promise<string> {
  const folder = join(home.folder, 'config', 'webhook-cli');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'config.jsonc');
  await writeFile(file, text);
  return file;
}

async function projectFile(home: TestHome, text: string): Promise<string> {
  const file = join(home.work, 'webhook-cli.jsonc');
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
    await projectFile(home, '{\n  // the dev server\n  "forwardTo": 3002,\n}\n');
    expect(await targetOf(home)).toBe('http://localhost:3002');
    expect(await targetOf(home, [], { cwd: sub })).toBe('http://localhost:3002');
    expect(await targetOf(home, [], { env })).toBe('http://localhost:3003');
    expect(await targetOf(home, ['-f', '3004'], { env })).toBe('http://localhost:3004');
    expect(await targetOf(home, ['3005'], { env })).toBe('http://localhost:3005');
  });

  test('of two project files the nearer one counts', async () => {
    const home = await temporaryHome();
    const sub = join(home.work, 'sub');
    await mkdir(sub);
    await projectFile(home, '{ "forwardTo": "3001" }');
    await writeFile(join(sub, 'webhook-cli.jsonc'), '{ "name": "nearer" }');
    expect(await targetOf(home, [], { cwd: sub })).toBe(null);
  });

  test('--no-tunnel can be said in every place', async () => {
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
  test.each([
    ['{\n  "port": 4000\n  "name": "x"\n}', /:3:3: /, null],
    ['[]', /:1:1: a config file is one object/, null],
    ['', /:1:1: /, null],
    ['{\n  "prot": 4000\n}', /:2:3: there is no setting "prot"\.$/, 'Did you mean "port"?'],
    ['{ "max-body": "1mb" }', /:1:3: there is no setting "max-body"\.$/, 'Did you mean "maxBody"?'],
    ['{ "colour": true }', /:1:3: there is no setting "colour"\.$/, expect.stringContaining('maxBody')],
    ['{ "port": "many" }', /:1:3: port: "many" is not a port/, null],
    ['{ "port": [1] }', /:1:3: port: \[1\] is no value for this setting\.$/, null],
    ['{ "timeout": 30 }', /:1:3: timeout: "30" is not a duration/, null],
    ['{ "requireTunnel": "maybe" }', /:1:3: requireTunnel: "maybe" is not true or false/, null],
    ['{ "limit": 5 }', /:1:3: there is no setting "limit"\.$/, expect.any(String)],
  ])('in a file names file, line and column: %s', async (text, message, hint) => {
    const home = await temporaryHome();
    const files = [await userFile(home, text)];
    if (text.includes('prot')) files.unshift(await projectFile(home, text));
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

  test('in a file stops commands that do not use the setting, too, and never --help or --version', async () => {
    const home = await temporaryHome();
    await userFile(home, '{ "prot": 1 }');
    expect((await runCli(['list'], { home })).code).toBe(2);
    expect((await runCli(['list', '--help'], { home })).code).toBe(0);
    expect((await runCli(['--version'], { home })).code).toBe(0);
  });

  test('a config file that can not be read is told in a sentence', async () => {
    const home = await temporaryHome();
    await mkdir(join(home.work, 'webhook-cli.jsonc'));
    const { code, stderr } = await runCli(['list'], { home });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^webhook-cli: \/.*webhook-cli\.jsonc can't be read: .*\.\n/),
    ]);
  });
});

describe('what could harm', () => {
  test.each([
    ['tunnelHost', '"https://tunnel.example"', 'WEBHOOK_CLI_TUNNEL_HOST', '--tunnel-host'],
    ['insecure', 'true', 'WEBHOOK_CLI_INSECURE', '--insecure'],
  ])('%s is refused in a project file and taken from elsewhere', async (name, value, variable, flag) => {
    const home = await temporaryHome();
    await projectFile(home, `{\n  "${name}": ${value}\n}`);
    const { code, stderr } = await runCli(['listen', '--no-tunnel'], { home });
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`webhook-cli\\.jsonc:2:3: ${name}.* can't be set in a project's file`));
    expect(stderr).toContain(variable);
    expect(stderr).toContain(flag);
    const other = await temporaryHome();
    await userFile(other, `{ "${name}": ${value} }`);
    expect(await targetOf(other)).toBe(null);
  });
});
