import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

/** A Node, and what installs a package and runs it. */
interface Toolchain {
  readonly title: string;
  /** The version of Node; this one unless given. */
  readonly node?: string;
  /** The installer and its version. */
  readonly installer: readonly [name: 'npm' | 'pnpm', version: string];
  /** What has to be installed beside the package. */
  readonly beside: readonly string[];
  /** How many packages that makes. */
  readonly packages: number;
}

const driver = '@photostructure/sqlite@2.6.0';
const on20 = Number(process.versions.node.split('.')[0]) === 20 ? {} : { node: '20' };

const toolchains: readonly Toolchain[] = [
  { title: 'Node 20, npm 11', ...on20, installer: ['npm', '11'], beside: [driver], packages: 5 },
  { title: 'Node 22, npm 10', node: '22', installer: ['npm', '10'], beside: [], packages: 3 },
  { title: 'Node 24, npm 11', node: '24', installer: ['npm', '11'], beside: [], packages: 3 },
  { title: 'Node 26, npm 12', node: '26', installer: ['npm', '12'], beside: [], packages: 3 },
  { title: 'Node 20, pnpm 10', ...on20, installer: ['pnpm', '10'], beside: [driver], packages: 5 },
  { title: 'Node 24, pnpm 10', node: '24', installer: ['pnpm', '10'], beside: [], packages: 3 },
];

const platform = `node-${process.platform}-${process.arch}`;

/** The folder of an npm package that is kept between runs. */
async function kept(name: string, version: string): Promise<string> {
  const folder = join(cacheFolder, `${name}-${version}`);
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) {
    // Put in place whole, so that a run that was broken off leaves nothing that looks finished.
    await mkdir(cacheFolder, { recursive: true });
    const making = await mkdtemp(`${folder}-`);
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', '--prefix', making, ...quiet, `${name}@${version}`]);
    await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  }
  return join(modules, name);
}

/** A PATH on which there is this Node and a shell, but no compiler and no Python. */
async function pathWith(node: string, home: TestHome): Promise<string> {
  const folder = join(home.folder, 'path');
  await mkdir(folder);
  for (const name of ['sh', 'env', 'uname', 'dirname', 'sed']) {
    const { stdout } = await run('/bin/sh', ['-c', `command -v ${name}`]);
    await symlink(stdout.trim(), join(folder, name));
  }
  await symlink(node, join(folder, 'node'));
  return folder;
}

/** Runs the tarball in a home where nothing was ever installed. */
async function installedBy({ node, installer, beside }: Toolchain, home: TestHome): Promise<CliOptions> {
  const machine = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const nodeFile = node === undefined ? process.execPath : join(await kept(platform, node), 'bin', 'node');
  const [name, version] = installer;
  const tool = await kept(name, version);
  const packages = [packed.tarball, ...beside].flatMap((each) => ['--package', each]);
  const runs =
    name === 'npm'
      ? [join(tool, 'bin', 'npx-cli.js'), '--yes', ...packages]
      : [join(tool, 'bin', 'pnpm.cjs'), ...packages, 'dlx'];
  return {
    home,
    group: true,
    program: [nodeFile, ...runs, 'webhook-cli'],
    env: {
      ...(Object.fromEntries(machine) as Record<string, string>),
      PATH: await pathWith(nodeFile, home),
      // The machine's own registry and certificates, but none of what it has downloaded.
      npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
      npm_config_cache: join(home.folder, 'npm-cache'),
      npm_config_prefix: join(home.folder, 'npm-prefix'),
    },
  };
}

/** Every package that was installed below a home, with its folder. */
function installedPackages(home: TestHome): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(home.folder, { recursive: true }) as string[]) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\/package\.json$/.exec(file);
    if (match) found.set(match[1]!, dirname(join(home.folder, file)));
  }
  return found;
}

describe.for(toolchains.map((toolchain) => [toolchain.title, toolchain] as const))(
  'under %s',
  ([, toolchain]) => {
    test('the packed tarball installs without a compiler, records a request, lists it and ends on Ctrl-C', {
      timeout: 8 * minutes,
    }, async () => {
      const home = await temporaryHome();
      const options = await installedBy(toolchain, home);

      // The first call installs.
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

      const installed = installedPackages(home);
      expect([...installed.keys()].length).toBeLessThanOrEqual(toolchain.packages);
      expect([...installed.values()].filter((folder) => existsSync(join(folder, 'build')))).toEqual([]);
    });
  },
);

test('on Node 20 without a driver it says how to get one', {
  timeout: 8 * minutes,
}, async () => {
  const home = await temporaryHome();
  const [on20] = toolchains;
  const options = await installedBy({ ...on20!, beside: [] }, home);
  const { code, stderr } = await runCli(['list'], options);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /needs the SQLite driver .*\n.*npx -p webhook-cli -p @photostructure\/sqlite@[\d.]+ webhook-cli/,
    ),
  ]);
});

describe('the package', () => {
  const lint = (program: string, ...args: string[]) =>
    run(process.execPath, [join(projectRoot, 'node_modules', program), ...args]);

  test('resolves entries and types for ESM, CommonJS and bundlers', {
    timeout: minutes,
  }, async () => {
    await lint('@arethetypeswrong/cli/dist/index.js', packed.tarball);
    const { stdout } = await lint('publint/src/cli.js', packed.tarball, '--strict');
    expect(stdout).toContain('All good');
  });

  test.each([
    ['module', "import { listen, openStore, type ListenOptions } from 'webhook-cli';"],
    ['commonjs', "import { listen, openStore, type ListenOptions } from 'webhook-cli';"],
  ])(
    'type-checks whole in a program of type %s that has no types of drivers',
    { timeout: minutes },
    async (type, imports) => {
      const { folder } = await temporaryHome();
      const modules = join(folder, 'node_modules');
      await mkdir(join(modules, 'webhook-cli'), { recursive: true });
      await run('tar', ['-xzf', packed.tarball, '--strip-components=1', '-C', join(modules, 'webhook-cli')]);
      await mkdir(join(modules, '@types'));
      for (const name of ['@types/node', 'undici-types']) {
        await symlink(join(projectRoot, 'node_modules', name), join(modules, name));
      }
      await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
      await writeFile(
        join(folder, 'program.ts'),
        `${imports}\nexport const options: ListenOptions = { store: openStore(':memory:'), target: '3000' };\nexport const session = listen(options);\n`,
      );
      const flags = [
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        'false',
        '--module',
        'node16',
        '--target',
        'es2023',
        '--types',
        'node',
      ];
      const { stdout } = await run(
        process.execPath,
        [join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc'), ...flags, 'program.ts'],
        { cwd: folder },
      ).catch((error: { stdout: string }) => error);
      expect(stdout).toBe('');
    },
  );

  test('runs as CommonJS', async () => {
    const { stdout } = await run(process.execPath, [
      '-e',
      `const { openStore } = require(${JSON.stringify(join(projectRoot, 'dist/cjs/index.js'))});
       const store = openStore(':memory:'); console.log(store.highestSeq()); store.close();`,
    ]);
    expect(stdout).toBe('0\n');
  });

  test('a clone compiles nothing: the lock file marks the driver as prebuilt', () => {
    const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
    // npm would run node-gyp for its binding.gyp, since the lock file does not keep this from its package.json.
    expect(packages['node_modules/better-sqlite3'].gypfile).toBe(false);
    expect(packages['node_modules/@photostructure/sqlite'].version).toBe(driver.split('@').at(-1));
  });
});
