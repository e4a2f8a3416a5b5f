import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliFile } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { sendTo } from '../support/send.ts';
import { openShell } from '../support/shell.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const listen = `'${process.execPath}' '${cliFile}' listen --no-tunnel`;

/** A shell with job control, in a terminal. */
async function aShell() {
  const home = await temporaryHome();
  return { home, shell: await openShell({ home }) };
}

async function addressIn(shell: TestTerminal): Promise<string> {
  const screen = await shell.waitFor(/http:\/\/localhost:\d+/);
  return /http:\/\/localhost:\d+/.exec(screen)![0];
}

/** Has the shell say something, which it can only where it has the terminal. */
let said = 0;
async function says(shell: TestTerminal): Promise<void> {
  said++;
  shell.write(`echo is-$((${said}+1000))\r`);
  await shell.waitFor(new RegExp(`is-${said + 1000}`));
}

/** The state of the process that listens, as /proc tells it: T is stopped. */
function stateOf(pid: number): string {
  try {
    return /^\d+ \(.*\) (.)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))![1]!;
  } catch {
    return 'gone';
  }
}

/** The process id of the job, as the shell knows it. */
async function jobOf(shell: TestTerminal, folder: string): Promise<number> {
  const file = join(folder, 'job');
  shell.write(`jobs -p >'${file}'; echo wrote-$((40+2))\r`);
  await shell.waitFor(/wrote-42/);
  return Number(readFileSync(file, 'utf8').trim());
}

describe('in the background of a terminal', () => {
  test.each(['', '--tui', '--plain-tui'])(
    'listen %s & prints lines, captures, and ends by SIGTERM',
    async (option) => {
      const { home, shell } = await aShell();
      shell.write(`${listen} ${option} &\r`);
      const url = await addressIn(shell);
      expect((await sendTo(`${url}/first`)).status).toBe(200);
      await shell.waitFor(/POST \/first/);
      expect(shell.state().alternateBuffer).toBe(false);
      const pid = await jobOf(shell, home.folder);
      expect(stateOf(pid)).toMatch(/[SR]/);
      await says(shell);
      shell.write('kill %1; wait %1; echo code-$?\r');
      await shell.waitFor(/code-143/);
      expect(stateOf(pid)).toBe('gone');
    },
  );

  test('ends in time below timeout in a script', async () => {
    const home = await temporaryHome();
    const script = openTerminal({
      command: '/bin/sh',
      args: ['-c', `timeout 3 ${listen}; echo code-$?`],
      cwd: home.work,
      env: { LANG: 'C.UTF-8', ...home.env },
      cols: 120,
    });
    const url = await addressIn(script);
    expect((await sendTo(`${url}/first`)).status).toBe(200);
    await script.waitFor(/code-124/);
    expect((await script.exit).code).toBe(0);
  });
});

describe('moved to the background', () => {
  test.each([
    ['Ctrl-Z', undefined],
    ['SIGTSTP', 'SIGTSTP'],
    ['SIGSTOP', 'SIGSTOP'],
  ] as const)(
    'by %s and bg, it captures, leaves the terminal to the shell, and returns by fg',
    async (_, signal) => {
      const { home, shell } = await aShell();
      // The shell of the job becomes the listener, and so keeps its id.
      shell.write(`bash -c 'echo $$ >pid; exec ${listen.replaceAll("'", '"')}'\r`);
      const url = await addressIn(shell);
      await shell.waitFor(/Waiting for the first/);
      const pid = Number(readFileSync(join(home.work, 'pid'), 'utf8'));
      if (signal) process.kill(pid, signal);
      else shell.write('\u001a');
      await shell.waitFor(/Stopped/);
      await until(() => stateOf(pid) === 'T');
      shell.write('bg\r');
      await until(() => stateOf(pid) !== 'T');
      expect((await sendTo(`${url}/behind`)).status).toBe(200);
      for (let count = 0; count < 3; count++) await says(shell);
      expect((await sendTo(`${url}/behind/2`)).status).toBe(200);
      expect(stateOf(pid)).toMatch(/[SR]/);
      expect(shell.state()).toMatchObject({ alternateBuffer: false, cursorVisible: true });

      shell.write('fg\r');
      await shell.waitFor(/POST \/behind [\s\S]*POST \/behind\/2[\s\S]*\? keys/);
      shell.write('k');
      await shell.waitFor(/following paused/);
      shell.write('\u001a');
      await until(() => stateOf(pid) === 'T');
      shell.write('bg\r');
      await until(() => stateOf(pid) !== 'T');
      shell.write('kill %1; wait %1; echo code-$?\r');
      await shell.waitFor(/code-143/);
      expect(stateOf(pid)).toBe('gone');
      await says(shell);
    },
  );
});
