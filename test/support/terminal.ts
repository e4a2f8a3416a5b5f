import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';

// CommonJS whose names Node cannot see: `import { Terminal }` fails.
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless');

export interface TerminalOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols?: number;
  readonly rows?: number;
}

/** A program in a real pseudo-terminal, and the screen that it paints. It is killed after the test. */
export interface TestTerminal {
  readonly pid: number;
  /** The rows that a user would see, without spaces at their ends. */
  screen(): string;
  /** Resolves with the screen once it satisfies `wanted`; rejects with the screen as it was at the end. */
  waitFor(wanted: RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>;
  /** Types. Keys are what a terminal sends: `\r` for Enter, `\u001b[A` for the up arrow, `\u0003` for Ctrl-C. */
  write(keys: string): void;
  /** Changes the size; the program gets SIGWINCH. */
  resize(cols: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** All that the program has written, control sequences included. */
  raw(): string;
  /** The state of the terminal if the program ended now. */
  state(): TerminalState;
  /** Resolves when the program has ended and all it wrote is on the screen. */
  readonly exit: Promise<{ readonly code: number; readonly signal: NodeJS.Signals | undefined }>;
}

export interface TerminalState {
  readonly alternateBuffer: boolean;
  readonly cursorVisible: boolean;
  readonly bracketedPaste: boolean;
  readonly mouseTracking: boolean;
  readonly cursor: { readonly column: number; readonly row: number };
}

/** Starts a program in a terminal of 80x24 unless told otherwise. */
export function openTerminal(options: TerminalOptions): TestTerminal {
  const { cols = 80, rows = 24 } = options;
  const screen = new Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
  const pty: IPty = spawn(options.command, [...(options.args ?? [])], {
    name: 'xterm-256color',
    cols,
    rows,
    cwd: options.cwd,
    env: { TERM: 'xterm-256color', ...options.env },
  });
  const watchers = new Set<() => void>();
  let raw = '';
  let over = false;
  let cursorVisible = true;

  for (const [final, visible] of [
    ['h', true],
    ['l', false],
  ] as const) {
    screen.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
      if (params.includes(25)) cursorVisible = visible;
      return false;
    });
  }
  // A terminal answers what programs ask it (where the cursor is, which keyboard protocol it knows).
  screen.onData((answer) => pty.write(answer));
  pty.onData((data) => {
    raw += data;
    screen.write(data, changed);
  });
  const exit: TestTerminal['exit'] = new Promise((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      over = true;
      screen.write('', () => {
        changed();
        resolve({ code: exitCode, signal: signal ? signalName(signal) : undefined });
      });
    });
  });
  onTestFinished(async () => {
    if (!over) pty.kill('SIGKILL');
    await exit;
    screen.dispose();
  });

  function changed(): void {
    for (const watcher of [...watchers]) watcher();
  }
  function text(): string {
    const { active } = screen.buffer;
    const lines = Array.from({ length: screen.rows }, (_, row) =>
      active.getLine(active.baseY + row)?.translateToString(true),
    );
    return lines.map((line) => (line ?? '').trimEnd()).join('\n');
  }
  function waitFor(wanted: RegExp | ((screen: string) => boolean), timeoutMs = 10_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void) => {
        clearTimeout(timer);
        watchers.delete(look);
        act();
      };
      const fail = (why: string) =>
        done(() =>
          reject(new Error(`The screen never showed ${wanted}: ${why}\n${framed(text(), screen.cols)}`)),
        );
      const look = () => {
        const shown = text();
        if (wanted instanceof RegExp ? wanted.test(shown) : wanted(shown)) done(() => resolve(shown));
        else if (over) fail('the program ended');
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
      watchers.add(look);
      look();
    });
  }

  return {
    pid: pty.pid,
    screen: text,
    waitFor,
    write: (keys) => pty.write(keys),
    resize: (newCols, newRows) => {
      screen.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    kill: (signal) => pty.kill(signal),
    raw: () => raw,
    state: () => ({
      alternateBuffer: screen.buffer.active.type === 'alternate',
      cursorVisible,
      bracketedPaste: screen.modes.bracketedPasteMode,
      mouseTracking: screen.modes.mouseTrackingMode !== 'none',
      cursor: { column: screen.buffer.active.cursorX, row: screen.buffer.active.cursorY },
    }),
    exit,
  };
}

function signalName(number: number): NodeJS.Signals | undefined {
  const names = Object.keys(constants.signals) as NodeJS.Signals[];
  return names.find((name) => constants.signals[name] === number);
}

function framed(text: string, width: number): string {
  const edge = `+${'-'.repeat(width)}+`;
  return [edge, ...text.split('\n').map((line) => `|${line.padEnd(width)}|`), edge].join('\n');
}
