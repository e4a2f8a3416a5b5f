import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliOptions, runCli, startCli } from '../support/cli.ts';
import { cacheFolder, projectRoot } from '../support/folders.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { sendTo } from '../support/send.ts';

const run = promisify(execFile);
const minutes = 60_000;
const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));

let packed: { readonly folder: string; readonly tarball: string };

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-cli-pack-'));
  // The bundle that the other tests ran against is what is packed: `npm run build` comes before the tests.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: projectRoot,
  });
  const [{ filename }] = JSON.parse(stdout);
  packed = { folder, tarball: join(folder, filename) };
}, 2 * minutes);

afterAll(async () => {
  if (packed) await rm(packed.folder, { recursive: true, force: true });
});

/** A Node and the npm that goes with it. */
interface Toolchain {
  readonly node: string;
  /** What runs npx. */
  readonly npx: readonly [file: string, ...args: string[]];
}

const thisNode = async (): Promise<Toolchain> => ({ node: process.execPath, npx: ['npx'] });

/** Node 24 and npm 12, which runs no install scripts of dependencies; both from npm, kept between runs. */
async function nextNode(): Promise<Toolchain> {
  const folder = join(cacheFolder, 'node-24-npm-12');
  const platform = `node-${process.platform}-${process.arch}`;
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) {
    // Put in place whole, so that a run that was broken off leaves nothing that looks finished.
    await mkdir(cacheFolder, { recursive: true });
    const making = await mkdtemp(`${folder}-`);
    const wanted = [`${platform}@24`, 'npm@12'];
    await run('npm', [
      'install',
      '--prefix',
      making,
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      ...wanted,
    ]);
    await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  }
  const node = join(modules, platform, 'bin', 'node');
  return { node, npx: [node, join(modules, 'npm', 'bin', 'npx-cli.js')] };
}

/** `npx --package <tarball>` in a home where nothing was ever installed. */
function installedBy({ node, npx }: Toolchain, home: TestHome): CliOptions {
  const machine = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  return {
    home,
    group: true,
    program: [...npx, '--yes', '--package', packed.tarball, 'webhook-cli'],
    env: {
      ...(Object.fromEntries(machine) as Record<string, string>),
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      // The machine's own registry and certificates, but none of what it has downloaded.
      npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
      npm_config_cache: join(home.folder, 'npm-cache'),
      npm_config_prefix: join(home.folder, 'npm-prefix'),
    },
  };
}

describe.for([
  [`Node ${process.version} and the npm on this machine`, thisNode] as const,
  ['Node 24 and npm 12', nextNode] as const,
])('the packed tarball under %s', ([, toolchain]) => {
  test('installs with npx, records a request, lists it and ends on Ctrl-C', {
    timeout: 8 * minutes,
  }, async () => {
    const tools = await toolchain();
    const home = await temporaryHome();
    const options = installedBy(tools, home);

    // The first call installs; the driver may have to be compiled for Node 20.
    expect(await runCli(['--version'], options)).toMatchObject({
      code: 0,
      stdout: Buffer.from(`${version}\n`),
    });

    const listen = await startCli(['listen', '--no-tunnel', '--json'], options);
    const ready = await listen.waitForLine((line) => line.type === 'ready', minutes);
    expect(ready).toMatchObject({ type: 'ready', url: null, target: null, db: home.db });

    const answer = await sendTo(`${ready.localUrl}/hooks?x=1`, {
      headers: { 'X-Test': 'yes' },
      body: '{"a":1.0}',
    });
    expect(answer.status).toBe(200);
    const request = await listen.waitForLine((line) => line.type === 'request');
    expect(request).toMatchObject({
      method: 'POST',
      requestTarget: '/hooks?x=1',
      state: 'complete',
      body: { encoding: 'utf8', data: '{"a":1.0}', size: 9 },
    });

    const list = await runCli(['list', '--json'], options);
    expect(list.code).toBe(0);
    const listed = list.stdout.toString().trimEnd().split('\n');
    expect(listed.map((line) => JSON.parse(line).id)).toEqual([request.id]);

    listen.signal('SIGINT');
    expect(await listen.exit).toBe(130);
    const ownWords = listen
      .stderr()
      .split('\n')
      .filter((line) => !line.startsWith('npm '));
    expect(ownWords.join('\n')).not.toMatch(/error/i);
  });
});
