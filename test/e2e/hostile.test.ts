import { describe, expect, test } from 'vitest';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { openTerminal } from '../support/terminal.ts';

const controls = '\x1b]52;c;aGk=\x07 \x1b[2J \x1bP1$r\x1b\\ \r\b\x7f\x00 \x9b31m \x9d0;t\x9c';
const marks = '\u202eevil\u2066 \u200f \u061c';

/** Sequences that no output of ours has a use for: whatever of them is printed came from what was captured. */
const obeyed = /\x1b\]52|\x1b\]0|\x1bP|\x07|\x08|\x7f|\x00|\u009b|\u009d|\u202e|\u2066|\u200f|\u061c/;

/** One request whose path, header and body are full of what a terminal would obey. */
async function captured() {
  const home = await temporaryHome();
  const cli = await startCli(['listen', '--no-tunnel'], { home });
  const [, url] = await cli.waitForOutput(/^(http:\/\/\S+)\n/);
  // As UTF-8: to HTTP these are bytes. The request line can't hold them, the parser refuses that.
  const hidden = Buffer.from(`${marks}\u009b31m`).toString('latin1');
  const body = Buffer.from(controls + marks);
  const head = [
    'POST /hooks HTTP/1.1',
    'Host: h',
    `X-Evil: ${hidden}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
    '',
    '',
  ].join('\r\n');
  const answer = await exchangeRaw(
    Number(new URL(url!).port),
    Buffer.concat([Buffer.from(head, 'latin1'), body]),
  );
  return { home, cli, body, status: answer.status };
}

describe('captured text never reaches a terminal unescaped', () => {
  test('headless listen, list, show and errors escape it, in a pipe and on a terminal', async () => {
    const { home, cli, body, status } = await captured();
    expect(status).toBe(200);
    await cli.waitForOutput(/POST \//);
    expect(cli.stdout().toString('latin1')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    expect(cli.stdout().toString()).not.toMatch(obeyed);

    for (const args of [
      ['list'],
      ['show', '@'],
      ['show', '@', '--headers'],
      ['list', '--json'],
      ['show', '@', '--json'],
    ]) {
      const { stdout, code } = await runCli(args, { home });
      expect([args, code]).toEqual([args, 0]);
      expect([args, obeyed.exec(stdout.toString())]).toEqual([args, null]);
    }
    for (const args of [
      ['list'],
      ['show', '@'],
      ['show', '@', '--body'],
      ['show', '@', '--raw'],
      ['show', '@', '--headers'],
    ]) {
      const terminal = await openTerminal({
        command: process.execPath,
        args: [cliFile, ...args],
        cwd: home.work,
        env: home.env,
        cols: 100,
        rows: 30,
      });
      expect([args, (await terminal.exit).code]).toEqual([args, 0]);
      expect([args, obeyed.exec(terminal.raw())]).toEqual([args, null]);
    }
    const exact = await runCli(['show', '@', '--body'], { home });
    expect(exact.stdout.equals(body)).toBe(true);

    const error = await runCli(['show', `${controls.replaceAll('\0', '')}`], { home });
    expect([error.code, obeyed.exec(error.stderr)]).toEqual([2, null]);
  });

  test('credentials are masked for people, exact for programs, and shown with --show-secrets', async () => {
    const home = await temporaryHome();
    const cli = await startCli(['listen', '--no-tunnel'], { home });
    const [, url] = await cli.waitForOutput(/^(http:\/\/\S+)\n/);
    const secrets = ['s3cret-token', 's3cret-cookie', 's3cret-key', 's3cret-proxy'];
    await fetch(`${url}/`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secrets[0]}`,
        cookie: secrets[1]!,
        'x-api-key': secrets[2]!,
        'proxy-authorization': secrets[3]!,
      },
    });
    const shown = async (...args: string[]) =>
      (await runCli(['show', '@', ...args], { home })).stdout.toString();
    for (const args of [[], ['--headers']]) {
      const text = await shown(...args);
      expect(text).toMatch(/authorization: Bearer ••••/);
      for (const secret of secrets) expect(text).not.toContain(secret);
      const revealed = await shown(...args, '--show-secrets');
      for (const secret of secrets) expect(revealed).toContain(secret);
    }
    for (const args of [['--raw'], ['--json']]) expect(await shown(...args)).toContain(secrets[0]);
  });
});
