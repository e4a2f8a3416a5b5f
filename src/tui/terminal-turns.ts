import type { Screen } from './screen.ts';

/** Whose turn it is at the terminal: ours, the shell's after Ctrl-Z, or a program's that we started. */
export interface TerminalTurns {
  /** Takes the terminal over. */
  take(): void;
  /** Gives the terminal to the shell; false where there is no such thing. Taken again after `fg` (SIGCONT). */
  suspend(): boolean;
  /** Lends the terminal to a program until that has ended. */
  lend<T>(program: () => Promise<T>): Promise<T>;
  /** Gives the terminal back for good. */
  end(): void;
}

export interface TurnsOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly screen: Screen;
  /** Begins or ends to read keys; resolves when nothing is read any more. */
  readonly hear: (on: boolean) => Promise<void>;
  /** The terminal was taken again: it may have another size, and shows something else. */
  readonly resumed: () => void;
}

/** Long enough for a process to be stopped after it was told to. */
const stopMs = 100;

export function createTurns({ stdin, screen, hear, resumed }: TurnsOptions): TerminalTurns {
  let over = false;
  let lent = false;

  /** Raw mode first: a key pressed before it would be the terminal's, not ours. */
  function take(): void {
    stdin.setRawMode(true);
    screen.enter();
    if (!process.listeners('SIGTSTP').includes(suspend)) process.on('SIGTSTP', suspend);
  }

  function giveBack(): void {
    screen.leave();
    stdin.setRawMode(false);
    process.off('SIGTSTP', suspend);
  }

  /** Taken again after `fg`, or soon where no shell could stop us. */
  function suspend(): void {
    giveBack();
    // To the whole group, as the terminal does it: npx waits beside us, and the shell waits for npx.
    process.kill(0, 'SIGTSTP');
    // The stop comes a moment after the call; time does not pass while it lasts.
    setTimeout(resume, stopMs).unref();
  }

  function resume(): void {
    if (over || lent) return;
    take();
    resumed();
  }

  process.on('SIGCONT', resume);
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
        await hear(false);
        giveBack();
        return await program();
      } finally {
        lent = false;
        if (!over) {
          await hear(true);
          resume();
        }
      }
    },
    end() {
      over = true;
      process.off('SIGCONT', resume);
      giveBack();
    },
  };
}
