import { isInForeground, isKnownInBackground } from './process-tree.ts';
import { createRawMode } from './raw-mode.ts';
import type { Screen } from './screen.ts';
import type { TerminalInput } from './terminal-input.ts';

/** Whose turn it is at the terminal: ours, the shell's after Ctrl-Z, or a program's that we started. */
export interface TerminalTurns {
  /** Takes the terminal over. */
  take(): void;
  /** Gives the terminal to the shell; false where there is no such thing. Taken again after `fg` (SIGCONT). */
  suspend(): boolean;
  /** Lends the terminal to a program until that has ended. */
  lend<T>(program: () => Promise<T>): Promise<T>;
  /** Gives the terminal back for good, at once; resolves when nothing is read from it any more. */
  end(): Promise<void>;
}

export interface TurnsOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly input: TerminalInput;
  readonly screen: Screen;
  /** The terminal was taken again: it may have another size, and shows something else. */
  readonly resumed: () => void;
}

/** Long enough for a process to be stopped after it was told to. */
const stopMs = 100;

/** How often a process in the background looks whether it is still there: `fg` does not tell one that runs. */
const lookMs = 500;

/**
 * In the background (`bg` after Ctrl-Z) the terminal is the shell's: whoever reads it or sets its modes is stopped by
 * the system, and a process that is stopped captures nothing and hears no signal. So it is neither read nor set there.
 */
export function createTurns({ stdin, input, screen, resumed }: TurnsOptions): TerminalTurns {
  let over = false;
  let lent = false;
  const rawMode = createRawMode(stdin);
  /** Whether it was seen that the terminal is the shell's: setting its modes would have us stopped. */
  let isBehind = false;
  let looking: NodeJS.Timeout | undefined;

  /** Raw mode first: a key pressed before it would be the terminal's, not ours. */
  function take(): void {
    rawMode.enter();
    isBehind = false;
    screen.enter();
    input.start();
    if (!process.listeners('SIGTSTP').includes(suspend)) process.on('SIGTSTP', suspend);
  }

  /** The modes and the screen are as they were when this returns; it resolves when nothing is read any more. */
  function giveBack(): Promise<void> {
    const stopped = input.stop();
    screen.leave();
    if (!isBehind && !isKnownInBackground()) rawMode.leave();
    process.off('SIGTSTP', suspend);
    return stopped;
  }

  /** Taken again after `fg`, or soon where no shell could stop us. */
  function suspend(): void {
    giveBack().then(() => {
      if (over) return;
      // To the whole group, as the terminal does it: npx waits beside us, and the shell waits for npx.
      process.kill(0, 'SIGTSTP');
      // The stop comes a moment after the call; time does not pass while it lasts.
      setTimeout(resume, stopMs).unref();
    });
  }

  /** Takes the terminal again as soon as it is ours. */
  async function resume(): Promise<void> {
    const isAllowed = await isInForeground();
    clearTimeout(looking);
    if (over || lent) return;
    if (isAllowed) {
      take();
      resumed();
      return;
    }
    isBehind = true;
    void giveBack();
    looking = setTimeout(resume, lookMs);
    looking.unref();
  }

  const onContinue = () => void resume();
  process.on('SIGCONT', onContinue);
  return {
    take,
    suspend() {
      if (process.platform === 'win32') return false;
      suspend();
      return true;
    },
    async lend(program) {
      lent = true;
      try {
        // Two that read one terminal would share what is typed between them.
        await giveBack();
        return await program();
      } finally {
        lent = false;
        if (!over) await resume();
      }
    },
    end() {
      over = true;
      clearTimeout(looking);
      process.off('SIGCONT', onContinue);
      return giveBack();
    },
  };
}
