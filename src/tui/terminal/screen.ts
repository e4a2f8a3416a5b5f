import { EventEmitter } from 'node:events';
import { printableOutput } from '../../format/printable.ts';
import { asciiTwin } from '../../format/symbols.ts';
import { textWidth } from '../../format/width.ts';
import type { Environment } from '../../model/environment.ts';

/** The part of a terminal's output stream that the screen uses. */
export type TerminalOutput = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'write' | 'on' | 'off'>;

/**
 * The alternate screen of a terminal. Only lines that changed are written, each to its own position, so that earlier
 * output can't shift them. All control sequences of the UI are in this file.
 */
export interface Screen {
  /** Ink's output stream: each write is a whole frame. */
  readonly output: NodeJS.WriteStream;
  /** Takes over the terminal; it is restored even if the process crashes. */
  enter(): void;
  /** Restores the terminal. Safe to call twice. */
  leave(): void;
  /** Makes the next frame be written whole. */
  forget(): void;
  /** Copies text to the terminal's clipboard, if the terminal allows that (OSC 52). */
  copy(text: string): void;
}

/** Size of a terminal in columns and rows. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Features of the terminal, and connections of the screen. */
export interface ScreenOptions {
  /** Non-ASCII characters are replaced by ASCII ones. */
  readonly ascii: boolean;
  /** Report mouse events; the mouse then no longer selects text. */
  readonly mouse?: boolean;
  /** The program between this one and the terminal. */
  readonly multiplexer?: Multiplexer | undefined;
  /** Fills the lines into a frame of Ink's. */
  readonly fill: (frame: string) => string;
  /** Called when the size of the terminal has changed. */
  readonly resized: () => void;
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J';
const leave = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Clicks and the wheel, in the form without a column limit (SGR). */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const clear = '\u001b[2J';

interface Drawing extends ScreenOptions {
  readonly terminal: TerminalOutput;
  /** The lines on screen. */
  shown: readonly string[];
  active: boolean;
  readonly onResize: () => void;
  readonly onExit: () => void;
}

/** The size of a terminal in columns and rows: 80 by 24 where it does not tell, as after `stty cols 0`. */
export function sizeOf({ columns, rows }: Pick<TerminalOutput, 'columns' | 'rows'>): ScreenSize {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Nothing is written before `enter`. */
export function openScreen(terminal: TerminalOutput, options: ScreenOptions): Screen {
  const drawing: Drawing = {
    ...options,
    terminal,
    shown: [],
    active: false,
    onResize() {
      forgetLines(drawing);
      options.resized();
    },
    onExit: () => leaveScreen(drawing),
  };
  return {
    output: frameStream(terminal, (frame) => drawFrame(drawing, frame)),
    enter: () => enterScreen(drawing),
    leave: () => leaveScreen(drawing),
    forget: () => forgetLines(drawing),
    copy: (text) => void terminal.write(clipboard(text, options.multiplexer)),
  };
}

function enterScreen(drawing: Drawing): void {
  const { terminal, mouse, onResize, onExit } = drawing;
  if (drawing.active) return;
  drawing.active = true;
  drawing.shown = [];
  terminal.on('resize', onResize);
  // Also after an uncaught exception, which Node then prints on the ordinary screen.
  process.on('exit', onExit);
  terminal.write(mouse ? enter + mouseOn : enter);
}

function leaveScreen(drawing: Drawing): void {
  const { terminal, mouse, onResize, onExit } = drawing;
  if (!drawing.active) return;
  drawing.active = false;
  terminal.off('resize', onResize);
  process.off('exit', onExit);
  terminal.write(mouse ? mouseOff + leave : leave);
}

function forgetLines(drawing: Drawing): void {
  drawing.shown = [];
  if (drawing.active) drawing.terminal.write(clear);
}

function drawFrame(drawing: Drawing, frame: string): void {
  const { terminal, ascii, fill, active, shown } = drawing;
  if (!active) return;
  const text = ascii ? asciiTwin(fill(frame), textWidth) : fill(frame);
  const lines = text.split('\n').slice(0, sizeOf(terminal).rows);
  const changes = changedLines(shown, lines);
  drawing.shown = lines;
  if (changes !== '') terminal.write(beginFrame + changes + endFrame);
}

function changedLines(before: readonly string[], after: readonly string[]): string {
  let changes = '';
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    const line = after[row] ?? '';
    if (line !== before[row]) changes += `\u001b[${row + 1};1H\u001b[2K${guarded(line)}\u001b[0m`;
  }
  return changes;
}

/** The only control sequence in a frame besides colours: the canvas moves to a column. */
const columnMove = /(\u001b\[\d+G)/;

/** A line without any other control sequences, whatever it contains. */
function guarded(line: string): string {
  return line
    .split(columnMove)
    .map((part, index) => (index % 2 === 1 ? part : printableOutput(part, true)))
    .join('');
}

/** A program that stands between this one and the terminal. */
export type Multiplexer = 'tmux' | 'screen';

/** The innermost multiplexer that this environment is in. */
export function multiplexerOf({ TMUX, STY }: Environment): Multiplexer | undefined {
  if (TMUX) return 'tmux';
  return STY ? 'screen' : undefined;
}

/** GNU screen drops longer strings. */
const maxScreenString = 240;

/**
 * OSC 52. tmux handles it as its `set-clipboard` option says, and passes a wrapped copy to the outer terminal if
 * `allow-passthrough` is on; copying twice does no harm. GNU screen passes only short strings to the outer terminal,
 * which puts them together.
 */
export function clipboard(text: string, multiplexer: Multiplexer | undefined): string {
  const copy = `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
  if (multiplexer === 'tmux') return `${copy}\u001bPtmux;\u001b${copy}\u001b\\`;
  if (multiplexer === undefined) return copy;
  const pieces = copy.match(new RegExp(`[\\s\\S]{1,${maxScreenString}}`, 'g')) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join('');
}

/** Not a TTY, so that Ink adds no control sequences of its own to the frames. */
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
    columns: { get: () => sizeOf(terminal).columns },
    rows: { get: () => sizeOf(terminal).rows },
  });
  return stream as unknown as NodeJS.WriteStream;
}
