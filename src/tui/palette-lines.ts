import type { StyledLine } from '../format/styled.ts';
import { cut, padded } from '../format/width.ts';
import type { ShellCommand } from './controls.ts';
import type { View } from './feed.ts';
import { paletteEntries } from './palette.ts';
import { selectedLine } from './selected-line.ts';
import type { Theme } from './theme.ts';

const labelColumns = 10;

/** What the palette offers, as much as fits, with the entry that Enter takes in sight. */
export function paletteLines(view: View, commands: readonly ShellCommand[], theme: Theme): StyledLine[] {
  const { state, layout, keymap } = view;
  if (state.prompt?.type !== 'palette') return [];
  const entries = paletteEntries(keymap, commands, state, state.prompt.field.text);
  if (entries.length === 0) return [[['dim', ' Nothing is called like that.']]];
  const chosen = Math.min(state.prompt.row, entries.length - 1);
  const from = Math.max(
    0,
    Math.min(chosen - Math.floor(layout.bodyRows / 2), entries.length - layout.bodyRows),
  );
  return entries.slice(from, from + layout.bodyRows).map((entry, index) => {
    const line: StyledLine = [
      ['plain', ' '],
      ['key', padded(entry.label, labelColumns)],
      ['plain', cut(entry.text, Math.max(4, layout.columns - labelColumns - 3))],
    ];
    return from + index === chosen ? selectedLine(line, true, theme) : line;
  });
}
