import { lineWidth, paintLine, type StyledLine } from '../../format/styled.ts';
import type { Theme } from './theme.ts';

/**
 * Draws lines past Ink. Ink does the layout, but splitting and joining every character takes it more than half of the
 * time of a frame. So it gets one letter for each line, a slot, and the text replaces the slot in the finished frame. A
 * line must fit its place without Ink's help.
 */
export interface Canvas extends Theme {
  /** Slots for these lines, one below the other; valid for this frame. */
  put(lines: readonly StyledLine[]): string;
  /** Replaces the slots in a frame of Ink's by their lines. */
  fill(frame: string): string;
  /** Starts a new frame. */
  clear(): void;
}

/** ASCII text and colour sequences. */
const plainAscii = /^[\u001b -~]*$/;

/** The slots of one block share a letter, because they come in order. ASCII, which Ink measures fastest. */
const firstSlot = 'A'.charCodeAt(0);

/** A canvas that paints with this theme. */
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
          // Terminals disagree on the width of some characters: the rest of the row keeps its column.
          if (column > 0 && !plainAscii.test(filled)) filled += `\u001b[${column + 1}G`;
          filled += paintLine(line, theme.paint);
          columns = column + lineWidth(line);
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
