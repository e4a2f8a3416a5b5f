import {
  type Comparable,
  comparableAttempt,
  comparableRequest,
  compareLines,
} from '../format/compare/compare.ts';
import { countText } from '../format/size.ts';
import { type StyledLine, wrapLine } from '../format/styled.ts';
import { helpLines } from './help-text.ts';
import type { History } from './history.ts';
import type { Keymap } from './keymap.ts';
import type { Layout } from './layout.ts';
import type { Compared, Overlay, State } from './state.ts';

/** What stands in place of list and detail: the lines that fit. */
export interface OverlayFacts {
  readonly lines: readonly StyledLine[];
  readonly from: number;
}

/** Makes the help, or a comparison, when it is asked for, and keeps it until it is put away. */
export function createOverlayReader(history: History, keymap: Keymap) {
  let kept:
    | { readonly overlay: Overlay; readonly columns: number; readonly lines: readonly StyledLine[] }
    | undefined;

  function linesOf(overlay: Overlay, columns: number): readonly StyledLine[] {
    if (overlay.type === 'help') return helpLines(keymap, columns);
    const before = comparable(history, overlay.before);
    const after = comparable(history, overlay.after);
    if (!before || !after) return [[['warn', 'One of the two was deleted a moment ago.']]];
    return compareLines(before, after, history.masking).flatMap((line) => [...wrapLine(line, columns)]);
  }

  return {
    view({ overlay, scroll }: State, { columns, bodyRows }: Layout): OverlayFacts | undefined {
      if (!overlay) {
        kept = undefined;
        return undefined;
      }
      if (kept?.overlay !== overlay || kept.columns !== columns) {
        kept = { overlay, columns, lines: linesOf(overlay, columns - 2) };
      }
      const { lines } = kept;
      const from = Math.max(0, Math.min(scroll, lines.length - bodyRows));
      const shown = lines.slice(from, from + bodyRows);
      if (lines.length <= bodyRows) return { lines: shown, from };
      const below = lines.length - from - bodyRows;
      // That there is more is said where the last line would be.
      const more: StyledLine = [['dim', `… ${countText(below + 1)} more lines`]];
      return { lines: below > 0 ? [...shown.slice(0, -1), more] : shown, from };
    },
  };
}

function comparable(history: History, { seq, attempt }: Compared): Comparable | undefined {
  const record = history.record(seq);
  if (!record) return undefined;
  if (attempt === undefined) return comparableRequest(record.request);
  const found = record.attempts.find(({ number }) => number === attempt);
  return found && comparableAttempt(found);
}
