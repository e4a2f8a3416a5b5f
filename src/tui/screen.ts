import { EventEmitter } from 'node:events';
import { printableOutput } from '../format/printable.ts';
import { asciiTwin } from '../format/symbols.ts';
import { textWidth } from '../format/width.ts';

/** The part of a terminal's output stream that the screen needs. */
export type TerminalOutput = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'write' | 'on' | 'off'>;

/**
 * The alternate screen of a terminal: frames go there line by line, only those that changed, each to its own place,
 * so that nothing that was written before can shift them. All control sequences of the UI are in this file.
 */
export interface Screen {
  /** What Ink is given in place of the terminal: each write is a whole frame. */
  readonly output: NodeJS.WriteStream;
  /** Takes the terminal over. Should the process end by a crash, it is given back. */
  enter(): void;
  /** Gives the terminal back as it was. Safe to call twice. */
  leave(): void;
  /** Lets the next frame be written whole. */
  forget(): void;
  /** Puts text into the clipboard of the terminal, where it allows that (OSC 52). */
  copy(text: string): void;
}

export interface ScreenOptions {
  /** Everything but ASCII is replaced by its twin. */
  readonly ascii: boolean;
  /** Hear of the mouse, which then no longer selects text. */
  readonly mouse?: boolean;
  /** tmux is between us and the terminal. */
  readonly tmux?: boolean;
  /** Puts into a frame of Ink's what went past Ink. */
  readonly fill: (frame: string) => string;
  /** The size of the terminal has changed. */
  readonly resized: () => void;
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J';
/**
 * Gives the screen back in the name of a program that was ended. One that did so itself is not disturbed; `killed`: it
 * could not, so that the cursor goes back to where it was before the program came, too.
 */
export const giveBackScreen = (killed: boolean): string =>
  `\u001b[?1006l\u001b[?1000l\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?${killed ? 1049 : 1047}l`;

const leave = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Clicks and the wheel, in the form that knows no largest column. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const clear = '\u001b[2J';

export function openScreen(terminal: TerminalOutput, options: ScreenOptions): Screen {
  const { ascii, fill, resized, mouse = false, tmux = false } = options;
  let shown: string[] = [];
  let active = false;

  function draw(frame: string): void {
    if (!active) return;
    const lines = (ascii ? asciiTwin(fill(frame), textWidth) : fill(frame))
      .split('\n')
      .slice(0, terminal.rows);
    let changes = '';
    for (let row = 0; row < Math.max(lines.length, shown.length); row++) {
      const line = lines[row] ?? '';
      if (line !== shown[row]) changes += `\u001b[${row + 1};1H\u001b[2K${guarded(line)}\u001b[0m`;
    }
    shown = lines;
    if (changes !== '') terminal.write(beginFrame + changes + endFrame);
  }

  function forget(): void {
    shown = [];
    if (active) terminal.write(clear);
  }

  function onResize(): void {
    forget();
    resized();
  }

  function giveBack(): void {
    if (!active) return;
    active = false;
    terminal.off('resize', onResize);
    process.off('exit', giveBack);
    terminal.write(mouse ? mouseOff + leave : leave);
  }

  return {
    output: frameStream(terminal, draw),
    enter() {
      if (active) return;
      active = true;
      shown = [];
      terminal.on('resize', onResize);
      // Also after an exception that nobody caught: what Node prints of it then is on the ordinary screen.
      process.on('exit', giveBack);
      terminal.write(mouse ? enter + mouseOn : enter);
    },
    leave: giveBack,
    forget,
    copy(text) {
      terminal.write(clipboard(text, tmux));
    },
  };
}

/** Where the canvas begins a piece of a line: the one control sequence of a frame beside colours. */
const ownColumn = /(\u001b\[\d+G)/;

/** Whoever drew it, no line moves the cursor or tells the terminal anything. */
function guarded(line: string): string {
  return line
    .split(ownColumn)
    .map((part, index) => (index % 2 === 1 ? part : printableOutput(part, true)))
    .join('');
}

/**
 * OSC 52. tmux takes it for its own clipboard or hands it on, as `set-clipboard` says; and lets it pass to the terminal
 * around it in a wrapping of its own, where `allow-passthrough` is on. Twice the same does no harm.
 */
export function clipboard(text: string, tmux: boolean): string {
  const copy = `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
  return tmux ? `${copy}\u001bPtmux;\u001b${copy}\u001b\\` : copy;
}

/** A stream that is no terminal, so that Ink adds no control sequences of its own to the frames. */
function frameStream(terminal: TerminalOutput, draw: (frame: string) => void): NodeJS.WriteStream {
  const stream = Object.assign(new EventEmitter(), {
    isTTY: false,
    writable: true,
    write(frame: string) {
      draw(frame);
      return true;
    },
  });
  Object.defineProperties(stream, {
    columns: { get: () => terminal.columns },
    rows: { get: () => terminal.rows },
  });
  return stream as unknown as NodeJS.WriteStream;
}
