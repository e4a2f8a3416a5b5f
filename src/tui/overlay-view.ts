import type { StyledLine } from '../format/styled.ts';
import { helpLines } from './help-text.ts';
import type { History } from './history.ts';
import type { Keymap } from './keymap.ts';
import type { Layout } from './layout.ts';
import type { Overlay, State } from './state.ts';

/** What stands in place of list and detail: the lines that fit. */
export interface OverlayFacts {
  readonly lines: readonly StyledLine[];
  readonly from: number;
  readonly known: number;
}

/** Makes the help, or a comparison, when it is asked for, and keeps it until it is put away. */
export function createOverlayReader(_history: History, keymap: Keymap) {
  let kept:
    | { readonly overlay: Overlay; readonly columns: number; readonly lines: readonly StyledLine[] }
    | undefined;

  return {
    view({ overlay, scroll }: State, { columns, bodyRows }: Layout): OverlayFacts | undefined {
      if (!overlay) {
        kept = undefined;
        return undefined;
      }
      if (kept?.overlay !== overlay || kept.columns !== columns) {
        kept = { overlay, columns, lines: helpLines(keymap, columns - 2) };
      }
      const { lines } = kept;
      const from = Math.max(0, Math.min(scroll, lines.length - bodyRows));
      return { lines: lines.slice(from, from + bodyRows), from, known: lines.length };
    },
  };
}
