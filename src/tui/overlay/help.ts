import type { StyledLine } from '../../format/styled.ts';
import { padded, textWidth, wrapWords } from '../../format/width.ts';
import type { Keymap } from '../input/keymap.ts';
import { groupTitles } from '../input/keys.ts';

const labelColumns = 12;

/** All keys by group, in two columns if there is room. */
export function helpLines({ keys }: Keymap, columns: number): StyledLine[] {
  const isWide = columns >= 110;
  const width = isWide ? Math.floor(columns / 2) - 2 : columns;
  const groups = (Object.keys(groupTitles) as (keyof typeof groupTitles)[]).map((group): StyledLine[] => [
    [['strong', groupTitles[group]]],
    ...keys.filter((key) => key.group === group).flatMap(({ label, help }) => keyLines(label, help, width)),
    [],
  ]);
  if (!isWide) return groups.flat();
  const half = groups.flat().length / 2;
  let rows = 0;
  const split = groups.findIndex((group) => {
    rows += group.length;
    return rows >= half;
  });
  return beside(groups.slice(0, split).flat(), groups.slice(split).flat(), width + 2);
}

function keyLines(label: string, help: string, width: number): StyledLine[] {
  return wrapWords(help, Math.max(10, width - labelColumns)).map((text, row) => [
    ['key', padded(row === 0 ? label : '', labelColumns)],
    ['plain', text],
  ]);
}

function beside(left: readonly StyledLine[], right: readonly StyledLine[], width: number): StyledLine[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const first = left[row] ?? [];
    const used = first.reduce((sum, [, text]) => sum + textWidth(text), 0);
    return [...first, ['plain', ' '.repeat(Math.max(0, width - used))] as const, ...(right[row] ?? [])];
  });
}
