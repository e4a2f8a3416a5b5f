import { ReadStream } from 'node:tty';

/** The raw mode of a terminal, which only a process in its foreground may set. */
export interface RawMode {
  /** Sets it, also where it was set and a shell has changed it since. */
  enter(): void;
  /** Sets the mode from before; does nothing where it is not set. */
  leave(): void;
}

/**
 * Uses a handle of its own for each time. Node sets a terminal back when it closes the handle that set the mode, at
 * exit at the latest, and the system stops a process that does so in the background.
 */
export function createRawMode(stdin: NodeJS.ReadStream): RawMode {
  let handle: NodeJS.ReadStream | undefined;

  function leave(): void {
    handle?.setRawMode(false);
    if (handle !== stdin) handle?.destroy();
    handle = undefined;
  }

  return {
    enter() {
      leave();
      handle = handleBeside(stdin);
      handle.setRawMode(true);
    },
    leave,
  };
}

/** Another handle of the same terminal; the same one where there is no other, and on Windows, where a mode is a handle's. */
function handleBeside(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  if (process.platform === 'win32' || !(stdin instanceof ReadStream)) return stdin;
  try {
    const { fd } = stdin as ReadStream & { readonly fd: number };
    return new ReadStream(fd).on('error', (error) => stdin.emit('error', error));
  } catch {
    // The terminal is gone, which whoever reads it hears.
    return stdin;
  }
}
