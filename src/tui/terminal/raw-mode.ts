import { ReadStream } from 'node:tty';

/** Raw mode of the terminal; only a foreground process may set it. */
export interface RawMode {
  /** Sets raw mode, again if a shell has changed it since. */
  enter(): void;
  /** Restores the previous mode, if raw mode is set. */
  leave(): void;
}

/**
 * Opens a handle each time. Node restores the mode when it closes the handle that set it, at exit at the latest, and
 * the system stops a background process that does so.
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

/** Another handle of the terminal; `stdin` itself if there is none, and on Windows, where each handle has its mode. */
function handleBeside(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  if (process.platform === 'win32' || !(stdin instanceof ReadStream)) return stdin;
  try {
    const { fd } = stdin as ReadStream & { readonly fd: number };
    return new ReadStream(fd).on('error', (error) => stdin.emit('error', error));
  } catch {
    // The terminal is gone; its reader gets the error.
    return stdin;
  }
}
