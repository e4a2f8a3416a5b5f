import { PassThrough } from 'node:stream';
import { expect, vi } from 'vitest';
import { runTui } from '../../src/tui/run.tsx';
import type { TuiOptions } from '../../src/tui/ui.ts';
import type { TestHistory } from './a-history.ts';

export interface RunningOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tui?: Partial<TuiOptions>;
}

/** A terminal whose screen is whatever was last written to each row. */
function aTerminal(columns = 80, rows = 24) {
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    raw: false,
    setRawMode(raw: boolean) {
      stdin.raw = raw;
    },
    ref() {},
    unref() {},
  });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  let written = '';
  stdout.on('data', (data) => {
    written += data;
  });
  const screen = () => {
    const lines: string[] = [];
    const visible = written.slice(written.lastIndexOf('\u001b[2J'));
    for (const [, row, text] of visible.matchAll(/\u001b\[(\d+);1H\u001b\[2K([\s\S]*?)\u001b\[0m/g)) {
      lines[Number(row) - 1] = text!;
    }
    return Array.from(lines, (line) => line ?? '').join('\n');
  };
  return { stdin, stdout, screen, written: () => written };
}

/** The terminal UI over a history, in a terminal that is none. */
export function running(history: TestHistory, options: RunningOptions = {}) {
  const terminal = aTerminal(options.columns, options.rows);
  const stop = new AbortController();
  const quitAtOnce = vi.fn();
  const { stdin, stdout } = terminal;
  const exit = runTui({
    session: history.session,
    store: history.store,
    io: {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      cwd: options.cwd ?? '/nowhere',
      env: { NO_COLOR: '1', LANG: 'C.UTF-8', ...options.env },
      signal: stop.signal,
      quitAtOnce,
    },
    commands: [
      { name: 'show', summary: 'show one request', takesRef: async () => true },
      { name: 'providers', summary: 'list supported providers', takesRef: async () => false },
    ],
    ...options.tui,
  });
  exit.catch(() => {});
  const shows = (wanted: RegExp, timeout = 2_000) =>
    expect.poll(terminal.screen, { timeout }).toMatch(wanted);
  const press = (keys: string) => void stdin.write(keys);
  return { ...terminal, exit, shows, press, stop, quitAtOnce };
}
