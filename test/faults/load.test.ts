import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { inspect, integrityOf } from '../support/database.ts';
import { projectRoot } from '../support/folders.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { forgetMostMemory, memoryOf } from '../support/memory.ts';
import { sendTo } from '../support/send.ts';
import { until } from '../support/until.ts';

const megabyte = 1024 * 1024;
const manyFiles = (file: string) =>
  [
    'bash',
    '-c',
    'ulimit -n 25000 || ulimit -n $(ulimit -H -n); exec "$0" "$@"',
    process.execPath,
    file,
  ] as const;
const sender = (name: string) => manyFiles(join(projectRoot, 'test', 'support', name));

/** `listen` as people run it, a line for each request. */
async function headless(home: TestHome, args: readonly string[] = []) {
  const cli = await startCli(['listen', '--no-tunnel', ...args], { home, program: manyFiles(cliFile) });
  const [, url] = await cli.waitForOutput(/^(http:\/\/\S+)\n/);
  return { cli, url: url!, port: new URL(url!).port };
}

function countRequests(home: TestHome): number {
  return inspect(home, (db) => db.prepare('SELECT count(*) FROM requests').pluck().get() as number);
}

describe('load', () => {
  test('100,000 requests of 10 KB over 256 connections are recorded in flat memory', async () => {
    const count = 100_000;
    const connections = 256;
    const home = await temporaryHome();
    const { cli, port } = await headless(home);
    const began = performance.now();
    const args = [port, String(count), String(10 * 1024), String(connections)];
    const burst = await runCli(args, { program: sender('burst.mjs') });
    const seconds = (performance.now() - began) / 1000;
    const { most } = memoryOf(cli.pid);
    console.log(
      `${count} requests over ${connections} connections in ${seconds.toFixed(1)} s, ` +
        `${Math.round(most / megabyte)} MB of memory at most`,
    );
    expect(burst.stdout.toString().trim()).toBe(`{"200":${count}}`);
    expect(countRequests(home)).toBe(count);
    expect(most).toBeLessThan(200 * megabyte);
    expect(cli.stdout().toString().trimEnd().split('\n').length).toBe(count + 1);
  });

  test('10,000 idle connections cost 16 KB each at most, and do not block others', async (context) => {
    const count = 10_000;
    const home = await temporaryHome();
    const { cli, port, url } = await headless(home);
    const allowed = await runCli(['-e', ''], { program: ['bash', '-c', `test $(ulimit -H -n) -ge 12000`] });
    if (allowed.code !== 0) context.skip('this machine allows too few open files');
    for (let number = 0; number < 50; number++) await sendTo(`${url}/warm`);
    forgetMostMemory(cli.pid);
    const before = memoryOf(cli.pid).now;
    const idle = await startCli([port, String(count)], { program: sender('idle.mjs') });
    await idle.waitForOutput(/^open\n/, 60_000);
    expect((await sendTo(`${url}/beside`)).status).toBe(200);
    const each = (memoryOf(cli.pid).most - before) / count;
    console.log(`${(each / 1024).toFixed(1)} KB for an idle connection`);
    expect(each).toBeLessThan(16 * 1024);
    idle.signal('SIGKILL');
    await idle.exit;
    await until(async () => (await sendTo(`${url}/after`)).status === 200);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    expect(integrityOf(home)).toBe('ok');
  });
});
