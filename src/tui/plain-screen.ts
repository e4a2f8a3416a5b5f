import { PassThrough } from 'node:stream';
import { clipboard, type Screen, type TerminalOutput } from './screen.ts';

const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';

/** A terminal that keeps all that was written to it: nothing is taken over, no frame is drawn. */
export function openPlainScreen(terminal: TerminalOutput, tmux: boolean): Screen {
  let active = false;
  const unseen = new PassThrough();
  unseen.resume();

  function leave(): void {
    if (!active) return;
    active = false;
    process.off('exit', leave);
    terminal.write(pasteOff);
  }

  return {
    output: Object.assign(unseen, { columns: 80, rows: 24, isTTY: false }) as unknown as NodeJS.WriteStream,
    enter() {
      if (active) return;
      active = true;
      process.on('exit', leave);
      terminal.write(pasteOn);
    },
    leave,
    forget() {},
    copy: (text) => terminal.write(clipboard(text, tmux)),
  };
}
