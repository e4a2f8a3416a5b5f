import type { StyledLine } from '../../format/styled.ts';
import { cut, padded } from '../../format/width.ts';
import { activeContexts, type Keymap } from '../input/keymap.ts';
import type { Action } from '../input/keys.ts';
import type { Layout } from '../state/layout.ts';
import type { State } from '../state/state.ts';
import { selectedLine, type Theme } from '../terminal/theme.ts';

/** A shell command that the palette offers. */
export interface ShellCommand {
  readonly name: string;
  readonly summary: string;
  /** Resolves with true if it takes the ref of a request. */
  readonly takesRef: () => Promise<boolean>;
}

/** An entry of the palette: an action of the UI, or a shell command. */
export type PaletteEntry =
  | { readonly type: 'action'; readonly action: Action; readonly label: string; readonly text: string }
  | {
      readonly type: 'command';
      readonly command: ShellCommand;
      readonly label: string;
      readonly text: string;
    };

/** The entries that match the typed text, best match first; all entries if it is empty. */
export function paletteEntries(
  { keys }: Keymap,
  commands: readonly ShellCommand[],
  state: State,
  typed: string,
): PaletteEntry[] {
  const reachable = new Set<string>([...activeContexts({ ...state, prompt: undefined }), 'copy', 'export']);
  const actions = keys
    .filter(({ isHidden }) => !isHidden?.(state))
    .filter(({ context = 'everywhere', action }) => reachable.has(context) && action !== 'palette')
    .map(({ action, label, help, context = 'everywhere' }): PaletteEntry => {
      const prefix = context === 'copy' ? 'y ' : context === 'export' ? 'x ' : '';
      return { type: 'action', action, label: prefix + label.split(' ')[0]!, text: help };
    });
  const all = [
    ...actions,
    ...commands.map(
      (command): PaletteEntry => ({
        type: 'command',
        command,
        label: '$',
        text: `webhook-cli ${command.name}: ${command.summary}`,
      }),
    ),
  ];
  if (typed.trim() === '') return all;
  return all
    .map((entry) => ({ entry, score: fuzzyScore(nameOf(entry), typed) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

function nameOf(entry: PaletteEntry): string {
  return entry.type === 'action' ? `${entry.action.replaceAll('-', ' ')} ${entry.text}` : entry.text;
}

/**
 * Score of a fuzzy match; 0 if `text` lacks the letters of `typed` in their order. Beginnings of words, adjacent
 * letters and matches near the front score higher.
 */
export function fuzzyScore(text: string, typed: string): number {
  const lower = text.toLowerCase();
  const letters = typed.toLowerCase().replace(/\s+/g, '');
  const whole = lower.indexOf(typed.toLowerCase().trim());
  if (whole >= 0) return 1000 - Math.min(whole, 500) + (whole === 0 || lower[whole - 1] === ' ' ? 500 : 0);
  let score = 0;
  let at = 0;
  let last = -2;
  for (const letter of letters) {
    const found = lower.indexOf(letter, at);
    if (found < 0) return 0;
    score += found === last + 1 ? 8 : found === 0 || lower[found - 1] === ' ' ? 5 : 1;
    last = found;
    at = found + 1;
  }
  return score / (1 + last / 40);
}

const labelColumns = 10;

interface PaletteModel {
  readonly state: State;
  readonly layout: Layout;
  readonly keymap: Keymap;
}

/** The visible entries of the palette, with the selected one among them. */
export function paletteLines(
  { state, layout, keymap }: PaletteModel,
  commands: readonly ShellCommand[],
  theme: Theme,
): StyledLine[] {
  if (state.prompt?.type !== 'palette') return [];
  const entries = paletteEntries(keymap, commands, state, state.prompt.field.text);
  if (entries.length === 0) return [[['dim', ' No matching action or command.']]];
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
