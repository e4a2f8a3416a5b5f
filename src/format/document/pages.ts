import type { Block } from './block.ts';
import type { BodySource } from './body-source.ts';

/** Blocks one after the other, their lines counted through; those that come later are known later. */
export interface Pages {
  readonly blocks: readonly Block[];
  /** The number of lines that are known. */
  readonly count: number;
  readonly complete: boolean;
  /** The block of a line and the line's number in it. */
  locate(line: number): { readonly block: Block; readonly index: number; readonly line: number };
  /** The number of the first line of a block. */
  firstLine(index: number): number;
  /** Reads and finds a little more: about a millisecond of work. False if there is no more. */
  advance(): boolean;
  /** True if the lines of a block are known to a byte of it. */
  knows(index: number, offset: number): boolean;
}

/** The number of bytes to look through at once: few at first, for code that never ran is slow. */
const firstSliceBytes = 16 * 1024;
const mostSliceBytes = 256 * 1024;

/** The blocks show what `source` has, or bytes of their own that are all there. */
export function createPages(blocks: readonly Block[], source: BodySource): Pages {
  const firstLines = [0];
  /** The block that is being looked through; all before it are known. */
  let current = 0;
  let given = 0;
  let sliceBytes = firstSliceBytes;

  const countBefore = (index: number) => firstLines[index]!;
  const isDone = () => current === blocks.length;

  function advance(): boolean {
    const block = blocks[current];
    if (!block) return false;
    const isSource = block.bytes === source.bytes;
    if (isSource && given === source.filled && !source.complete) source.read();
    const filled = isSource ? source.filled : block.bytes.length;
    given = Math.min(given + sliceBytes, filled);
    sliceBytes = Math.min(2 * sliceBytes, mostSliceBytes);
    const isLast = given === filled && (!isSource || source.complete);
    block.advance(given, isLast);
    if (isLast) {
      firstLines.push(countBefore(current) + block.lines.count);
      current++;
      given = 0;
    }
    return true;
  }

  return {
    blocks,
    get count() {
      return isDone() ? countBefore(current) : countBefore(current) + blocks[current]!.lines.count;
    },
    get complete() {
      return isDone();
    },
    locate(line) {
      let index = Math.min(current, blocks.length - 1);
      while (index > 0 && countBefore(index) > line) index--;
      return { block: blocks[index]!, index, line: line - countBefore(index) };
    },
    firstLine: countBefore,
    advance,
    knows: (index, offset) => current > index || (current === index && blocks[index]!.scanned > offset),
  };
}
