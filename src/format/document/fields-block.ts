import type { Tone } from '../paint.ts';
import type { Block } from './block.ts';
import { createLineTable } from './line-table.ts';
import { shapedRows } from './shaped-rows.ts';

/** A name and what it stands for, as one or more lines of ours. */
export interface NamedValue {
  readonly name: string;
  /** `name` and `value` stand side by side, so that what separates them belongs to one of them. */
  readonly value: string;
}

/** Fields that were taken out of a body, one below the other; further lines of a value are set in. */
export function createFieldsBlock(fields: readonly NamedValue[], nameTone: Tone, indent = 0): Block {
  const lines = createLineTable();
  /** The end of the name in each line, or the start of the line if it is a further one. */
  const nameEnds: number[] = [];
  const chunks: Buffer[] = [];
  let size = 0;
  for (const { name, value } of fields) {
    for (const [index, text] of value.split(/\r?\n/).entries()) {
      lines.add(size, index === 0 ? 0 : 1);
      const begun = index === 0 ? Buffer.from(name) : Buffer.alloc(0);
      nameEnds.push(size + begun.length);
      const rest = Buffer.from(text);
      chunks.push(begun, rest);
      size += begun.length + rest.length;
    }
  }
  const bytes = Buffer.concat(chunks, size);
  return {
    ...shapedRows(
      bytes,
      lines,
      () => size,
      (line, end) => ({
        indent: indent + 2 * lines.depth(line),
        pieces: [
          { tone: nameTone, from: lines.start(line), to: nameEnds[line]! },
          { tone: 'plain', from: nameEnds[line]!, to: end },
        ],
        loose: true,
      }),
    ),
    scanned: size,
    note: undefined,
    advance() {},
    folded: () => [],
  };
}
