import type { StyledLine } from '../../format/styled.ts';
import { cut } from '../../format/width.ts';
import { firstLabel, type Keymap } from '../input/keymap.ts';

/** The choices of a menu, one below the other, where the key bar has no room for them. */
export function menuLines({ keys }: Keymap, menu: 'copy' | 'export', columns: number): StyledLine[] {
  return keys
    .filter(({ context }) => context === menu)
    .map((key) => [
      ['key', ` ${firstLabel(key)}  `],
      ['plain', cut(key.help, columns - firstLabel(key).length - 5)],
    ]);
}
