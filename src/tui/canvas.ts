import { paintLine, type StyledLine } from '../format/styled.ts';
import { textWidth } from '../format/width.ts';
import type { Theme } from './theme.ts';

/**
 * Where lines are drawn, past Ink. Ink lays out, but it takes every character of a frame apart and puts it together
 * again, at more than half of what a frame costs. So it is given one letter for each line, a slot, and the text takes
 * its place in the finished frame. A line must fit into its place without Ink's help.
 */
export interface Canvas extends Theme {
  /** The slots for these lines, one below the other, until the next frame is begun. */
  put(lines: readonly StyledLine[]): string;
  /** A frame of Ink's with the lines in their slots. */
  fill(frame: string): string;
  /** Begins a frame. */
  clear(): void;
}

/** Text, and the colours in it. */
const plainAscii = /^[\u001b -~]*$/;

/** Slots of one block of lines are the same letter, for they come in order; of ASCII, which Ink measures fastest. */
const firstSlot = 'A'.charCodeAt(0);

export function createCanvas(theme: Theme): Canvas {
  let blocks: (readonly StyledLine[])[] = [];

  return {
    ...theme,
    put(lines) {
      const slot = String.fromCharCode(firstSlot + blocks.push(lines) - 1);
      return Array.from(lines, () => slot).join('\n');
    },
    fill(frame) {
      const next = blocks.map((lines) => lines[Symbol.iterator]());
      const fillRow = (row: string): string => {
        let filled = '';
        let columns = 0;
        for (let column = 0; column < row.length; column++) {
          const line = next[row.charCodeAt(column) - firstSlot]?.next().value;
          if (!line || line.length === 0) continue;
          filled += ' '.repeat(Math.max(0, column - columns));
          // Terminals differ in how wide they draw some characters: what is beside them stays in its place.
          if (column > 0 && !plainAscii.test(filled)) filled += `\u001b[${column + 1}G`;
          filled += paintLine(line, theme.paint);
          columns = column + widthOf(line);
        }
        return filled;
      };
      return frame.split('\n').map(fillRow).join('\n');
    },
    clear() {
      blocks = [];
    },
  };
}

function widthOf(line: StyledLine): number {
  return line.reduce((sum, [, text]) => sum + textWidth(text), 0);
}
