import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { openShell } from '../support/shell.ts';
import { startTarget } from '../support/target.ts';
import { listeningAt, openTui, type TuiOptions } from '../support/tui.ts';

/** `listen` in a terminal, once it says where it listens. */
async function startTui(options: Partial<TuiOptions> = {}) {
  const home = options.home ?? (await temporaryHome());
  const terminal = openTui({ ...options, home });
  const url = await listeningAt(terminal);
  return { home, terminal, url };
}

async function aTarget() {
  const target = await startTarget({
    answer(_, response) {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"handled":true}');
    },
  });
  onTestFinished(() => target.close());
  return target;
}

const clean = { alternateBuffer: false, cursorVisible: true, bracketedPaste: false, mouseTracking: false };

const json = { 'Content-Type': 'application/json' };

describe('the terminal UI', () => {
  test('receives, selects, shows the body, replays, fits any size, and restores the terminal', async () => {
    const target = await aTarget();
    const { terminal, url } = await startTui({ args: [String(target.port)] });
    await terminal.waitFor(/Waiting for the first request[\s\S]*curl -d hello http:\/\/localhost:/);
    expect(terminal.state()).toMatchObject({ alternateBuffer: true, cursorVisible: false });
    terminal.write('t');
    await terminal.waitFor(/No secret of Stripe is configured\.[\s\S]*export WEBHOOK_CLI_SECRET_STRIPE=/);
    terminal.write('\u001b');
    await terminal.waitFor(/Waiting for the first request/);

    await sendTo(`${url}/first`, { body: '{"order":12345678901234567890}', headers: json });
    await sendTo(`${url}/second`, { body: 'hello' });
    await terminal.waitFor(/● up [\s\S]*POST \/first .* 200 [\s\S]*POST \/second .* 200 /);
    terminal.write('k');
    await terminal.waitFor(/following paused/);
    terminal.write('\r3');
    await terminal.waitFor(/POST \/first[\s\S]*\[3 Body\][\s\S]*"order": 12345678901234567890/);
    terminal.write('r');
    await terminal.waitFor(/replayed \w{5}: 200 in /);
    expect(target.requests.map((request) => request.url)).toEqual(['/first', '/second', '/first']);
    terminal.write('4');
    await terminal.waitFor(/\[4 Response\][\s\S]*attempt 2, replay to [\s\S]*"handled": true/);
    terminal.write('5');
    await terminal.waitFor(/\[5 Attempts ·2\][\s\S]* 2 {2}replay[\s\S]* 1 {2}forward/);

    terminal.resize(40, 10);
    await terminal.waitFor(
      (screen) => /\[(?:5 )?Attempts ·2\]/.test(screen) && screen.split('\n').length === 10,
    );
    terminal.write('\u001b');
    await terminal.waitFor(/POST \/first +↻ +200\n.*POST \/second +200/);
    terminal.resize(160, 45);
    await terminal.waitFor(/POST \/first .*│[\s\S]*2 {2}replay/);

    terminal.write('q');
    expect(await terminal.exit).toEqual({ code: 0, signal: undefined });
    expect(terminal.state()).toMatchObject(clean);
  });

  test('shows requests and replays of other processes on the same database', async () => {
    const target = await aTarget();
    const { home, terminal } = await startTui();
    const other = await startListen([], { home });
    await sendTo(`${other.localUrl}/theirs`, { body: 'x' });
    await terminal.waitFor(/POST \/theirs .* 200 /);
    const replay = await startCli(['replay', '@', '--to', String(target.port)], { home });
    expect(await replay.exit).toBe(0);
    terminal.write('\r4');
    await terminal.waitFor(/\[4 Response\][\s\S]*attempt 1, replay/);
  });

  test('uses ASCII and no colour as locale and NO_COLOR say', async () => {
    const { terminal, url } = await startTui({ env: { LC_ALL: 'C', NO_COLOR: '1' } });
    await sendTo(`${url}/caf%C3%A9`, { body: 'é' });
    await terminal.waitFor(/>\d\d:\d\d:\d\d {2}POST/);
    expect(terminal.screen()).toMatch(/^[\n -~]*$/);
    expect(terminal.raw()).not.toMatch(/\u001b\[[1-9][\d;]*m/);
  });

  test('makes control sequences in captured text visible', async () => {
    const { terminal, url } = await startTui();
    await sendTo(`${url}/x`, {
      body: '\u001b]0;owned\u0007\u001b[2J\u009b2J\u202e',
      headers: { 'X-A': '\u009b31m' },
    });
    await terminal.waitFor(/POST \/x/);
    terminal.write('\r3');
    await terminal.waitFor(/␛\]0;owned␇␛\[2J\\x9b2J\\u202e/);
    terminal.write('2');
    await terminal.waitFor(/X-A: \\x9b31m/);
    expect(terminal.raw()).not.toMatch(/\u001b\]0|\u009b|\u202e/);
  });
});

describe('the terminal is restored', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 143],
    ['SIGINT', 130],
  ] as const)('after %s', async (signal, code) => {
    const { terminal } = await startTui();
    terminal.kill(signal);
    expect(await terminal.exit).toEqual({ code, signal: undefined });
    expect(terminal.state()).toMatchObject(clean);
  });

  test('after Ctrl-C, within two seconds though a request hangs', async () => {
    const target = await startTarget({ answer: () => {} });
    onTestFinished(() => target.close());
    const { terminal, url } = await startTui({ args: [String(target.port)] });
    const answer = sendTo(`${url}/hangs`).catch(() => undefined);
    await terminal.waitFor(/\/hangs .* waiting/);
    const pressed = performance.now();
    terminal.write('\u0003');
    await terminal.waitFor(/quitting: waiting/);
    expect(await terminal.exit).toEqual({ code: 130, signal: undefined });
    expect(performance.now() - pressed).toBeLessThan(2000);
    expect(terminal.state()).toMatchObject(clean);
    await answer;
  });

  test('after a second Ctrl-C, at once', async () => {
    const target = await startTarget({ answer: () => {} });
    onTestFinished(() => target.close());
    const { terminal, url } = await startTui({ args: [String(target.port)] });
    const answer = sendTo(`${url}/hangs`).catch(() => undefined);
    await terminal.waitFor(/\/hangs .* waiting/);
    terminal.write('\u0003\u0003');
    expect(await terminal.exit).toEqual({ code: 0, signal: 'SIGINT' });
    expect(terminal.state()).toMatchObject(clean);
    await answer;
  });

  test('after a crash, with a readable report', async () => {
    const home = await temporaryHome();
    const crash = join(home.folder, 'crash.mjs');
    await writeFile(crash, `process.once('SIGUSR2', () => { throw new Error('a bug of ours'); });\n`);
    const { terminal } = await startTui({ home, env: { NODE_OPTIONS: `--import=${crash}` } });
    terminal.kill('SIGUSR2');
    const { code } = await terminal.exit;
    expect(code).toBeGreaterThan(0);
    expect(terminal.state()).toMatchObject(clean);
    expect(terminal.screen()).toContain('a bug of ours');
  });

  test('on Ctrl-Z, and acquired again on fg', async () => {
    const home = await temporaryHome();
    const shell = await openShell({ home, cols: 100 });
    shell.write(`${process.execPath} ${cliFile} listen --no-tunnel\r`);
    const url = await listeningAt(shell);
    await shell.waitFor(/Waiting for the first/);
    shell.write('\u001a');
    await shell.waitFor(/Stopped/);
    expect(shell.state()).toMatchObject({ ...clean, bracketedPaste: expect.any(Boolean) });
    shell.write('echo is-$((40+2))\r');
    await shell.waitFor(/is-42/);
    shell.write('fg\r');
    await shell.waitFor(/Waiting for the first/);
    await sendTo(`${url}/after`);
    await shell.waitFor(/POST \/after/);
    shell.write('q');
    await shell.waitFor(() => !shell.state().alternateBuffer);
    shell.write('exit $?\r');
    expect((await shell.exit).code).toBe(0);
  });
});
