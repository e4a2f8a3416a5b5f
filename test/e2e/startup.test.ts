import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cliFile, runCli } from '../support/cli.ts';
import { projectRoot } from '../support/folders.ts';
import { temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';
import { openTerminal } from '../support/terminal.ts';

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

/** The packages of which Node compiled anything, as V8 itself reports it: in our bundles or in files of their own. */
async function packagesLoaded(folder: string): Promise<Set<string>> {
  const meta = JSON.parse(await readFile(join(projectRoot, 'dist', 'meta.json'), 'utf8')) as Metafile;
  const loaded = new Set<string>();
  for (const file of await readdir(folder)) {
    const { result } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Coverage;
    const scripts = result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
    expect(scripts.map((script) => basename(script))).toContain('main.js');
    for (const script of scripts) {
      const inputs = Object.keys(meta.outputs[relative(projectRoot, script)]?.inputs ?? {});
      for (const source of [script, ...inputs]) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
        if (name !== undefined) loaded.add(name);
      }
    }
  }
  return loaded;
}

async function traced() {
  const home = await temporaryHome();
  const folder = join(home.folder, 'loaded');
  await mkdir(folder);
  return { home, folder, env: { NODE_V8_COVERAGE: folder } };
}

async function loadedBy(...args: string[]): Promise<Set<string>> {
  const { home, folder, env } = await traced();
  await runCli(args, { home, env });
  return packagesLoaded(folder);
}

const driver = /^(better-sqlite3|@photostructure\/sqlite)$/;
const slow = ['ink', 'react', 'react-reconciler', 'yoga-layout', 'undici', 'localtunnel'];

test('--version and --help load neither the SQLite driver nor Ink nor undici', async () => {
  for (const args of [['--version'], ['--help'], ['help', 'listen'], ['listen', '--help'], ['lisst']]) {
    const loaded = [...(await loadedBy(...args))];
    if (args[0] !== '--version') expect(loaded).toContain('commander');
    expect(loaded.filter((name) => driver.test(name) || slow.includes(name))).toEqual([]);
  }
});

test('list and show load the SQLite driver, but neither Ink nor undici', async () => {
  for (const args of [['list'], ['list', '--json'], ['show', '@'], ['delete', '@', '--yes']]) {
    const loaded = [...(await loadedBy(...args))];
    expect(loaded.some((name) => driver.test(name))).toBe(true);
    expect(loaded.filter((name) => slow.includes(name))).toEqual([]);
  }
});

test('replay and a headless listen load undici, but not Ink', async () => {
  const { home, folder, env } = await traced();
  const { cli } = await startListen([], { home, env });
  cli.signal('SIGTERM');
  await cli.exit;
  const loaded = [...(await packagesLoaded(folder)), ...(await loadedBy('replay', '@'))];
  expect(loaded).toContain('undici');
  expect(loaded).not.toContain('ink');
});

test('the check finds Ink where it is loaded, by the terminal UI', async () => {
  const { home, folder, env } = await traced();
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '--no-tunnel'],
    cwd: home.work,
    env: { ...home.env, ...env },
  });
  await terminal.waitFor(/localhost:\d+/);
  terminal.kill('SIGTERM');
  expect((await terminal.exit).code).toBe(143);
  expect([...(await packagesLoaded(folder))]).toEqual(expect.arrayContaining(['ink', 'react', 'undici']));
});
