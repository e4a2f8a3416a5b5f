import type { ShellCommand } from './controls.ts';
import type { Keymap } from './keymap.ts';
import { contextsOf } from './keymap.ts';
import type { Action } from './keys.ts';
import type { State } from './state.ts';

/** Something that the palette offers: an action of the UI, or a command for the shell. */
export type PaletteEntry =
  | { readonly type: 'action'; readonly action: Action; readonly label: string; readonly text: string }
  | { readonly type: 'command'; readonly label: string; readonly text: string };

/** What fits what was typed, the best first; all of it while nothing was. */
export function paletteEntries(
  { keys }: Keymap,
  commands: readonly ShellCommand[],
  state: State,
  typed: string,
): PaletteEntry[] {
  const reachable = new Set<string>([...contextsOf({ ...state, prompt: undefined }), 'copy', 'export']);
  const actions = keys
    .filter(({ context = 'everywhere', action }) => reachable.has(context) && action !== 'palette')
    .map(({ action, label, help, context = 'everywhere' }): PaletteEntry => {
      const prefix = context === 'copy' ? 'y ' : context === 'export' ? 'x ' : '';
      const words = context === 'copy' ? `copy ${help}` : context === 'export' ? `export ${help}` : help;
      return { type: 'action', action, label: prefix + label.split(' ')[0]!, text: words };
    });
  const all = [
    ...actions,
    ...commands.map(
      ({ name, summary }): PaletteEntry => ({
        type: 'command',
        label: '$',
        text: `webhook-cli ${name}: ${summary}`,
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
 * How well a text has all letters of `typed` in their order: 0 if it has not. Beginnings of words and letters that
 * stand together count more, and what is near the front.
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
