import { PassThrough } from 'node:stream';
import { printableLines } from '../format/printable.ts';
import { asciiTwin } from '../format/symbols.ts';
import { textWidth } from '../format/width.ts';
import { clipboard, type Multiplexer, type Screen, type TerminalOutput } from './terminal/screen.ts';

const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';

/** A screen that draws no frames and leaves everything on the terminal that was written to it. */
export function openScreenReaderScreen(
  terminal: TerminalOutput,
  multiplexer: Multiplexer | undefined,
): Screen {
  let active = false;
  const discarded = new PassThrough();
  discarded.resume();

  function leave(): void {
    if (!active) return;
    active = false;
    process.off('exit', leave);
    terminal.write(pasteOff);
  }

  return {
    output: Object.assign(discarded, {
      columns: 80,
      rows: 24,
      isTTY: false,
    }) as unknown as NodeJS.WriteStream,
    enter() {
      if (active) return;
      active = true;
      process.on('exit', leave);
      terminal.write(pasteOn);
    },
    leave,
    forget() {},
    copy: (text) => terminal.write(clipboard(text, multiplexer)),
  };
}

/** Writes text to the terminal as lines, with everything but printable characters made visible. */
export function createLineWriter(
  terminal: Pick<TerminalOutput, 'write'>,
  ascii: boolean,
): (text: string) => void {
  return (text) => {
    const lines = printableLines(text.trimEnd()).join('\r\n');
    terminal.write(`${ascii ? asciiTwin(lines, textWidth) : lines}\r\n`);
  };
}
