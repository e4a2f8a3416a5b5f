import { isInForeground, isKnownInBackground } from '../../editor/process-tree.ts';
import { createRawMode, type RawMode } from './raw-mode.ts';
import type { Screen } from './screen.ts';
import type { TerminalInput } from './terminal-input.ts';

/** Ownership of the terminal: ours, the shell's after Ctrl-Z, or an external program's. */
export interface TerminalOwnership {
  acquire(): void;
  /** Gives the terminal to the shell until `fg` (SIGCONT); false on Windows, which has no job control. */
  suspend(): boolean;
  /** Gives the terminal to a program until it has ended. */
  runExternal<T>(program: () => Promise<T>): Promise<T>;
  /** Gives the terminal back for good, at once; resolves when nothing is read from it any more. */
  release(): Promise<void>;
}

/** The parts of the terminal, and a callback. */
export interface TerminalOwnershipOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly input: TerminalInput;
  readonly screen: Screen;
  /** Called after the terminal was acquired again: it may have another size, and shows something else. */
  readonly resumed: () => void;
}

/** Time for a process to stop after its SIGTSTP. */
const stopMs = 100;

/** Interval in which a background process checks for the foreground: `fg` sends no signal to one that runs. */
const pollMs = 500;

interface Ownership extends TerminalOwnershipOptions {
  readonly rawMode: RawMode;
  released: boolean;
  external: boolean;
  /** The terminal was seen to be the shell's: setting its modes would stop us. */
  inBackground: boolean;
  polling: NodeJS.Timeout | undefined;
  /** Listener of SIGTSTP. */
  readonly onStop: () => void;
}

/**
 * In the background (`bg` after Ctrl-Z) the terminal is the shell's. The system stops a process that reads it or sets
 * its modes there, and a stopped process captures nothing and handles no signal, so we do neither.
 */
export function createTerminalOwnership(options: TerminalOwnershipOptions): TerminalOwnership {
  const own: Ownership = {
    ...options,
    rawMode: createRawMode(options.stdin),
    released: false,
    external: false,
    inBackground: false,
    polling: undefined,
    onStop: () => suspend(own),
  };
  const onContinue = () => void resume(own);
  process.on('SIGCONT', onContinue);
  return {
    acquire: () => acquire(own),
    suspend() {
      if (process.platform === 'win32') return false;
      suspend(own);
      return true;
    },
    runExternal: (program) => runExternal(own, program),
    release() {
      own.released = true;
      clearTimeout(own.polling);
      process.off('SIGCONT', onContinue);
      return giveBack(own);
    },
  };
}

/** Raw mode first: the terminal itself would handle a key pressed before it. */
function acquire(own: Ownership): void {
  own.rawMode.enter();
  own.inBackground = false;
  own.screen.enter();
  own.input.start();
  if (!process.listeners('SIGTSTP').includes(own.onStop)) process.on('SIGTSTP', own.onStop);
}

/** Modes and screen are restored when this returns; it resolves when nothing is read any more. */
function giveBack({ input, screen, rawMode, inBackground, onStop }: Ownership): Promise<void> {
  const stopped = input.stop();
  screen.leave();
  if (!inBackground && !isKnownInBackground()) rawMode.leave();
  process.off('SIGTSTP', onStop);
  return stopped;
}

/** Acquires the terminal again after `fg`, or soon if there is no shell to stop us. */
function suspend(own: Ownership): void {
  giveBack(own).then(() => {
    if (own.released) return;
    // To the whole group, as the terminal does it: npx waits beside us, and the shell waits for npx.
    process.kill(0, 'SIGTSTP');
    // The stop comes a moment after the call; the timer does not run while it lasts.
    setTimeout(resume, stopMs, own).unref();
  });
}

/** Acquires the terminal again as soon as it is ours. */
async function resume(own: Ownership): Promise<void> {
  const isAllowed = await isInForeground();
  clearTimeout(own.polling);
  if (own.released || own.external) return;
  if (isAllowed) {
    acquire(own);
    own.resumed();
    return;
  }
  own.inBackground = true;
  void giveBack(own);
  own.polling = setTimeout(resume, pollMs, own);
  own.polling.unref();
}

async function runExternal<T>(own: Ownership, program: () => Promise<T>): Promise<T> {
  own.external = true;
  try {
    // Two readers of one terminal would share what is typed between them.
    await giveBack(own);
    return await program();
  } finally {
    own.external = false;
    if (!own.released) await resume(own);
  }
}
