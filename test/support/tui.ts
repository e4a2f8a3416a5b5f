import { cliFile } from './cli.ts';
import type { TestHome } from './home.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

export interface TuiOptions {
  readonly home: TestHome;
  /** Behind `listen --no-tunnel`. */
  readonly args?: readonly string[];
  /** Added to the home's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cols?: number;
  readonly rows?: number;
}

/** `listen --no-tunnel` in a terminal of 100x30 unless told otherwise. */
export function openTui({ home, args = [], env = {}, cols = 100, rows = 30 }: TuiOptions): TestTerminal {
  return openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '--no-tunnel', ...args],
    cwd: home.work,
    env: { LANG: 'C.UTF-8', ...home.env, ...env },
    cols,
    rows,
  });
}

/** The URL on its screen, once shown. */
export async function listeningAt(terminal: TestTerminal): Promise<string> {
  const screen = await terminal.waitFor(/http:\/\/localhost:\d+ /);
  return /http:\/\/localhost:\d+/.exec(screen)![0];
}
