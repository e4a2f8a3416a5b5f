import type { StyledLine } from '../format/styled.ts';
import type { Theme } from './theme.ts';

/**
 * The line that keys act on: inverse; or with a mark in the margin where there is no colour, or where the keys act
 * elsewhere. The line begins with a margin of one space.
 */
export function selectedLine(line: StyledLine, hasKeys: boolean, { colour, ascii }: Theme): StyledLine {
  if (colour && hasKeys) return line.map(([, text]) => ['selected', text]);
  const [[tone, first] = ['dim', ' '] as const, ...rest] = line;
  return [['plain', colour && !ascii ? '▌' : '>'], [tone, first.slice(1)], ...rest];
}
