import {
  type Comparable,
  comparableAttempt,
  comparableRequest,
  compareLines,
} from '../../format/compare/compare.ts';
import { countText } from '../../format/size.ts';
import { type StyledLine, wrapLine } from '../../format/styled.ts';
import type { History } from '../history/history.ts';
import { type Keymap, listedKeys } from '../input/keymap.ts';
import type { Layout } from '../state/layout.ts';
import type { ComparedItem, OverlayState, State } from '../state/state.ts';
import { helpLines } from './help.ts';

/** The overlay as it is drawn. */
export interface OverlayModel {
  /** The visible lines. */
  readonly lines: readonly StyledLine[];
  /** Index of the first of them. */
  readonly from: number;
}

/** Makes the lines of the help or a comparison. */
export interface OverlayView {
  /** Undefined: no overlay is open. */
  view(state: State, layout: Layout): OverlayModel | undefined;
}

interface OverlayLines {
  readonly overlay: OverlayState;
  readonly columns: number;
  readonly lines: readonly StyledLine[];
}

/** Keeps the lines while the overlay is open. */
export function createOverlayView(history: History, keymap: Keymap): OverlayView {
  let kept: OverlayLines | undefined;
  return {
    view(state, { columns, bodyRows }) {
      const { overlay, scroll } = state;
      if (!overlay) {
        kept = undefined;
        return undefined;
      }
      if (kept?.overlay !== overlay || kept.columns !== columns) {
        const lines =
          overlay.type === 'help'
            ? helpLines(listedKeys(keymap, state), columns - 2)
            : comparisonLines(history, overlay, columns - 2);
        kept = { overlay, columns, lines };
      }
      return visibleLines(kept.lines, scroll, bodyRows);
    },
  };
}

/** The last line says how many more there are. */
function visibleLines(lines: readonly StyledLine[], scroll: number, rows: number): OverlayModel {
  const from = Math.max(0, Math.min(scroll, lines.length - rows));
  const visible = lines.slice(from, from + rows);
  const below = lines.length - from - rows;
  if (below <= 0) return { lines: visible, from };
  const more: StyledLine = [['dim', `… ${countText(below + 1)} more lines`]];
  return { lines: [...visible.slice(0, -1), more], from };
}

function comparisonLines(
  history: History,
  overlay: Extract<OverlayState, { type: 'compare' }>,
  columns: number,
): readonly StyledLine[] {
  const before = comparable(history, overlay.before);
  const after = comparable(history, overlay.after);
  if (!before || !after) return [[['warn', 'One of the two requests was deleted.']]];
  return compareLines(before, after, history.masking).flatMap((line) => [...wrapLine(line, columns)]);
}

function comparable(history: History, { seq, attempt }: ComparedItem): Comparable | undefined {
  const record = history.record(seq);
  if (!record) return undefined;
  if (attempt === undefined) return comparableRequest(record.request);
  const found = record.attempts.find(({ number }) => number === attempt);
  return found && comparableAttempt(found);
}
