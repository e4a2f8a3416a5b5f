import type { StyledLine } from '../format/styled.ts';
import { padded, wrapWords } from '../format/width.ts';
import { groupTitles, keys } from './keys.ts';

const labelColumns = 11;

/** Every key in its group; the groups in two columns where there is room. */
export function helpLines(columns: number): StyledLine[] {
  const isWide = columns >= 110;
  const width = isWide ? Math.floor(columns / 2) - 2 : columns;
  const groups = (Object.keys(groupTitles) as (keyof typeof groupTitles)[]).map((group): StyledLine[] => [
    [['strong', groupTitles[group]]],
    ...keys.filter((key) => key.group === group).flatMap(({ label, help }) => keyLines(label, help, width)),
    [],
  ]);
  if (!isWide) return groups.flat();
  const half = groups.length / 2;
  return beside(groups.slice(0, half).flat(), groups.slice(half).flat(), width + 2);
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
    const used = first.reduce((sum, [, text]) => sum + text.length, 0);
    return [...first, ['plain', ' '.repeat(Math.max(0, width - used))] as const, ...(right[row] ?? [])];
  });
}
