import { paintLine, type StyledLine } from '../format/styled.ts';
import { textWidth } from '../format/width.ts';
import type { Theme } from './theme.ts';

/**
 * Where lines are drawn, past Ink. Ink lays out, but it takes every character of a frame apart and puts it together
 * again, at more than half of what a frame costs. So it is given one character for each line, a slot, and the text
 * takes its place in the finished frame. A line must fit into its place without Ink's help.
 */
export interface Canvas extends Theme {
  /** The slot for a line, valid until the next frame is begun. */
  put(line: StyledLine): string;
  /** A frame of Ink's with the lines in their slots. */
  fill(frame: string): string;
  /** Begins a frame. */
  clear(): void;
}

/** Private-use characters: nothing else of a frame is one, for all text goes past Ink. */
const firstSlot = 0xe000;
const slotCount = 0x1900;

export function createCanvas(theme: Theme): Canvas {
  let lines: StyledLine[] = [];

  function fillRow(row: string): string {
    let filled = '';
    let columns = 0;
    for (let column = 0; column < row.length; column++) {
      if (row[column] === ' ') continue;
      const line = lines[row.charCodeAt(column) - firstSlot];
      filled +=
        ' '.repeat(Math.max(0, column - columns)) + (line ? paintLine(line, theme.paint) : row[column]);
      columns = column + (line ? line.reduce((sum, [, text]) => sum + textWidth(text), 0) : 1);
    }
    return filled;
  }

  return {
    ...theme,
    put(line) {
      if (line.length === 0 || lines.length === slotCount) return ' ';
      return String.fromCharCode(firstSlot + lines.push(line) - 1);
    },
    fill: (frame) => frame.split('\n').map(fillRow).join('\n'),
    clear() {
      lines = [];
    },
  };
}
