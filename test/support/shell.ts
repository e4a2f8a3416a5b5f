import type { TestHome } from './home.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

export interface ShellOptions {
  readonly home: TestHome;
  readonly env?: Readonly<Record<string, string>>;
  readonly prompt?: string;
  readonly cols?: number;
}

/** A shell with job control in a terminal, once it has said its prompt (`$ ` unless given). */
export async function openShell({
  home,
  env,
  prompt = '$ ',
  cols = 120,
}: ShellOptions): Promise<TestTerminal> {
  const shell = openTerminal({
    command: '/bin/bash',
    args: ['--norc', '--noprofile', '-i'],
    cwd: home.work,
    env: { LANG: 'C.UTF-8', PS1: prompt, ...home.env, ...env },
    cols,
    rows: 30,
  });
  await shell.waitFor((screen) => screen.includes(prompt.trim()));
  return shell;
}
