import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { userErrorOf } from '../../test/support/user-error.ts';
import { findProgram, requireProgram } from './driver-program.ts';
import { openProgramTunnel, type ProgramTunnel } from './program-tunnel.ts';

const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** A program of `sh`, which can be run. */
function aProgram(script: string, name = 'tunnel'): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const urlIn = (line: string) => /https:\/\/\S+/.exec(line)?.[0];

async function open(script: string, more: Partial<ProgramTunnel> = {}, signal = never) {
  const tunnel = await openProgramTunnel(
    { title: 'The program', file: aProgram(script), args: [], env: process.env, urlIn, ...more },
    signal,
  );
  onTestFinished(() => tunnel.close());
  return tunnel;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const pidIn = (name: string) => Number(readFileSync(join(folder, name), 'utf8'));
const forever = 'while :; do sleep 0.1; done';

describe('the program of a tunnel', () => {
  test.each([
    ['echo "connected"; echo "your url is https://fox.example/"'],
    ['printf "\\033[1mhttps://fox.example\\033[0m\\r\\n" >&2'],
    ['printf "https://fox."; sleep 0.1; printf "example\\n"'],
  ])('tells the URL: %s', async (script) => {
    expect((await open(`${script}; ${forever}`)).url).toBe('https://fox.example');
  });

  test('gets its arguments as they are, no input, and none of our own variables', async () => {
    const args = ['$HOME', '`id`', "a'b", '', '*'];
    const script = `printf '<%s>' "$@" > ${folder}/args; cat; env > ${folder}/env; echo https://fox.example; ${forever}`;
    await open(script, { args, env: { ...process.env, WEBHOOK_CLI_SECRET_STRIPE: 's', KEPT: 'yes' } });
    expect(readFileSync(join(folder, 'args'), 'utf8')).toBe(args.map((arg) => `<${arg}>`).join(''));
    const env = readFileSync(join(folder, 'env'), 'utf8');
    expect(env).toContain('KEPT=yes');
    expect(env).not.toContain('WEBHOOK_CLI');
  });

  test('can have an input that stays open and silent', async () => {
    const script = `echo https://fox.example; cat; echo ended > ${folder}/ended`;
    const tunnel = await open(script, { input: 'silent' });
    let hasEnded = false;
    void tunnel.ended.then(() => (hasEnded = true));
    const other = aProgram('sleep 0.3', 'other');
    await userErrorOf(
      openProgramTunnel({ title: 'It', file: other, args: [], env: process.env, urlIn }, never),
    );
    expect([hasEnded, existsSync(join(folder, 'ended'))]).toEqual([false, false]);
    await tunnel.close();
    expect(await tunnel.ended).toBeUndefined();
  });

  test('runs in a folder', async () => {
    await open(`pwd > ${folder}/pwd; echo https://fox.example; ${forever}`, { folder });
    expect(readFileSync(join(folder, 'pwd'), 'utf8')).toBe(`${realpathSync(folder)}\n`);
  });

  test('ends the tunnel when it ends, and says how', async () => {
    const tunnel = await open('echo https://fox.example; sleep 0.2; echo "bye: gone."; exit 3');
    expect((await tunnel.ended)?.message).toBe('The program ended with exit code 3: bye: gone.');
  });

  test('is ended by close, with what it has started, even where that ignores the signal', async () => {
    const deaf = `trap '' TERM HUP; echo $$ > ${folder}/deaf; ${forever}`;
    const tunnel = await open(
      `sh -c "${deaf.replaceAll('$$', '\\$\\$')}" & while [ ! -s ${folder}/deaf ]; do sleep 0.01; done
       echo $$ > ${folder}/pid; echo https://fox.example; ${forever}`,
    );
    const pids = [pidIn('pid'), pidIn('deaf')];
    expect(pids.map(isRunning)).toEqual([true, true]);
    await Promise.all([tunnel.close(), tunnel.close()]);
    expect(await tunnel.ended).toBeUndefined();
    await expect.poll(() => pids.map(isRunning)).toEqual([false, false]);
  });

  test('has time to end by itself', async () => {
    const tunnel = await open(
      `trap 'sleep 0.2; echo done > ${folder}/left; exit 0' TERM; echo https://fox.example; ${forever}`,
    );
    await tunnel.close();
    expect(existsSync(join(folder, 'left'))).toBe(true);
  });

  /** Runs a program from another process, and kills that as soon as the program has printed something. */
  async function killedParentOf(file: string): Promise<void> {
    const script = join(folder, 'parent.mjs');
    await build({
      stdin: {
        contents: `import { runProgram } from './running-program.ts';
          runProgram({ file: ${JSON.stringify(file)}, args: [], env: process.env, onLine: console.log });`,
        resolveDir: import.meta.dirname,
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout!, 'data');
    parent.kill('SIGKILL');
  }

  test('ends with us, even if we are killed', async () => {
    await killedParentOf(aProgram(`echo $$ > ${folder}/pid; echo https://fox.example; ${forever}`));
    await expect.poll(() => isRunning(pidIn('pid')), { timeout: 10_000 }).toBe(false);
  });

  test.each([
    ['goes on', ''],
    ['ignores the signal', "trap '' TERM; "],
  ])('ends with us with what it has started, where that %s', async (_what, before) => {
    const child = aProgram(
      `${before}echo $$ > ${folder}/child; echo https://fox.example; ${forever}`,
      'child',
    );
    await killedParentOf(aProgram(`${before}echo $$ > ${folder}/pid; "${child}" & wait`));
    await expect.poll(() => isRunning(pidIn('pid')), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => isRunning(pidIn('child')), { timeout: 10_000 }).toBe(false);
  });
});

describe('a program that opens no tunnel', () => {
  test('is an error with its last line', async () => {
    const error = await userErrorOf(open('echo starting; echo "ERR: no such account." >&2; exit 1'));
    expect([error.code, error.message]).toEqual([
      'unavailable',
      'The program ended with exit code 1: ERR: no such account.',
    ]);
  });

  test('is an error with its last line that is no detail', async () => {
    const isDetail = (line: string) => line.startsWith('debug');
    const error = await userErrorOf(open('echo "no route"; echo "debug: bye"; exit 1', { isDetail }));
    expect(error.message).toBe('The program ended with exit code 1: no route.');
  });

  test('is an error with the reason that its output tells', async () => {
    const reasonIn = (line: string) => (line.startsWith('ERR') ? 'The account is full.' : undefined);
    const error = await userErrorOf(open('echo ERR 17; echo see the manual; exit 1', { reasonIn }));
    expect(error.message).toBe('The account is full.');
  });

  test('is ended with the obstacle that it waits for the user to remove', async () => {
    const obstacleIn = (line: string) => (line.startsWith('visit') ? 'Visit the page.' : undefined);
    const error = await userErrorOf(open(`echo $$ > ${folder}/pid; echo visit; ${forever}`, { obstacleIn }));
    expect([error.code, error.message]).toEqual(['unavailable', 'Visit the page.']);
    expect(isRunning(pidIn('pid'))).toBe(false);
  });

  test('shows no control characters of its output', async () => {
    const error = await userErrorOf(open(String.raw`printf 'a\033]0;title\007b\033[31mc\200\n'; exit 1`));
    expect(error.message).toBe('The program ended with exit code 1: abc�.');
  });

  test('is ended when the opening is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const opening = open(`echo $$ > ${folder}/pid; ${forever}`, {}, controller.signal);
    await expect.poll(() => existsSync(join(folder, 'pid')) && pidIn('pid') > 0).toBe(true);
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(isRunning(pidIn('pid'))).toBe(false);
  });

  test('says what it has printed last', async () => {
    const heard: string[] = [];
    const controller = new AbortController();
    const more = { heard: (what: string) => void heard.push(what) };
    const opening = open(`echo "log in."; ${forever}`, more, controller.signal);
    await expect
      .poll(() => heard)
      .toEqual(['The program has printed nothing', 'the last line of The program is: log in']);
    controller.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
  });

  test('cannot be started', async () => {
    const opening = openProgramTunnel(
      { title: 'It', file: join(folder, 'none'), args: [], env: {}, urlIn },
      never,
    );
    expect((await userErrorOf(opening)).message).toMatch(/^It ended with exit code 12[67]/);
  });
});

test('finds a program on PATH, or where a path leads', () => {
  const file = aProgram('', 'found');
  writeFileSync(join(folder, 'text'), '');
  const env = { PATH: `/nowhere:${folder}` };
  expect(findProgram('found', env)).toBe(file);
  expect(findProgram(file, {})).toBe(file);
  for (const name of ['text', 'missing', '.', folder]) expect(findProgram(name, env)).toBeUndefined();
});

test('says how to install a program that is missing', () => {
  const program = { name: 'cloudflared', install: 'Install it: brew install cloudflared.' };
  expect(() => requireProgram(program, { PATH: '' })).toThrowError(
    expect.objectContaining({
      code: 'usage',
      message: 'The program cloudflared was not found on PATH.',
      hint: 'Install it: brew install cloudflared.',
    }),
  );
});
