import {
  type Comparable,
  comparableAttempt,
  comparableRequest,
  compareLines,
} from '../../format/compare/compare.ts';
import { countText } from '../../format/size.ts';
import { type StyledLine, wrapHanging, wrapLine } from '../../format/styled.ts';
import type { History } from '../history/history.ts';
import { activeContexts, type Keymap, listedKeys } from '../input/keymap.ts';
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
  /** Changes with everything else that the lines depend on. */
  readonly key: string;
  readonly lines: readonly StyledLine[];
}

/** Keeps the lines while the overlay is open. */
export function createOverlayView(history: History, keymap: Keymap): OverlayView {
  let kept: OverlayLines | undefined;
  return {
    view(state, layout) {
      const { overlay, scroll } = state;
      const { columns, bodyRows } = layout;
      if (!overlay) {
        kept = undefined;
        return undefined;
      }
      const listed = listedKeys(keymap, state);
      const contexts = activeContexts({ ...state, overlay: undefined, prompt: undefined });
      const key = [columns, listed.keys.length, ...contexts].join();
      if (kept?.overlay !== overlay || kept.key !== key) {
        kept = { overlay, key, lines: linesOf(overlay, state, history, listed, layout) };
      }
      return visibleLines(kept.lines, scroll, bodyRows);
    },
  };
}

function linesOf(
  overlay: OverlayState,
  state: State,
  history: History,
  keymap: Keymap,
  layout: Layout,
): readonly StyledLine[] {
  const columns = layout.columns - 2;
  switch (overlay.type) {
    case 'help':
      return helpLines(keymap, state, overlay, columns);
    case 'compare':
      return comparisonLines(history, overlay, columns);
    case 'qr-code':
      return [
        [['plain', `A QR code is a picture: ${keymap.keyOf('copy-url')} copies the public URL as text.`]],
      ];
    case 'verification':
      return overlay.lines
        .filter((line) => line.length > 0 || layout.size !== 'small')
        .flatMap((line) => [...wrapHanging(line, columns)]);
  }
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
