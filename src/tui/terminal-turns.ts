import type { TuiIo } from './controls.ts';
import type { Screen } from './screen.ts';

/** Whose turn it is at the terminal: ours, or the shell's after Ctrl-Z. */
export interface TerminalTurns {
  /** Takes the terminal over. */
  take(): void;
  /** Gives the terminal to the shell; false where there is no such thing. Taken again after `fg` (SIGCONT). */
  suspend(): boolean;
  /** Gives the terminal back for good. */
  end(): void;
}

/** Long enough for a process to be stopped after it was told to. */
const stopMs = 100;

/** `resumed` is called each time the terminal was taken again: it may have another size, and shows something else. */
export function createTurns({ stdin }: TuiIo, screen: Screen, resumed: () => void): TerminalTurns {
  let over = false;

  /** Raw mode first: a key pressed before it would be the terminal's, not ours. */
  function take(): void {
    stdin.setRawMode(true);
    screen.enter();
    if (!process.listeners('SIGTSTP').includes(suspend)) process.on('SIGTSTP', suspend);
  }

  function giveBack(): void {
    screen.leave();
    stdin.setRawMode(false);
  }

  /** Taken again after `fg`, or soon where no shell could stop us. */
  function suspend(): void {
    giveBack();
    process.off('SIGTSTP', suspend);
    // To the whole group, as the terminal does it: npx waits beside us, and the shell waits for npx.
    process.kill(0, 'SIGTSTP');
    // The stop comes a moment after the call; time does not pass while it lasts.
    setTimeout(resume, stopMs).unref();
  }

  function resume(): void {
    if (over) return;
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
    end() {
      over = true;
      process.off('SIGCONT', resume);
      process.off('SIGTSTP', suspend);
      giveBack();
    },
  };
}
