import { attemptAt } from '../detail/attempt-list.ts';
import type { Controls, Handlers } from './controls.ts';

/** Handlers of the keys that compare two requests, or two responses of one request. */
export function compareHandlers(controls: Controls): Handlers<'compare-attempts' | 'compare-marked'> {
  return {
    'compare-attempts': () => compareAttempts(controls),
    'compare-marked': () => compareMarked(controls),
  };
}

function compareAttempts({ state, viewModel, change, notice }: Controls): void {
  const { selected: seq, tab, rowCursor, attempt } = state;
  const record = seq === undefined ? undefined : viewModel.record(seq);
  if (seq === undefined || !record) return;
  const chosen =
    tab === 'attempts' ? (attempt ?? attemptAt(record, rowCursor)?.number) : record.attempts.at(-1)?.number;
  // The first attempt has no predecessor: it is compared with the second.
  const later = Math.max(2, chosen ?? 2);
  if (!record.attempts.some(({ number }) => number === later)) {
    notice('Fewer than two attempts to compare.', 'dim');
    return;
  }
  change({
    type: 'overlay',
    overlay: { type: 'compare', before: { seq, attempt: later - 1 }, after: { seq, attempt: later } },
  });
}

function compareMarked({ state: { marks, selected }, change }: Controls): void {
  const [one, other = selected] = marks;
  if (one === undefined || other === undefined) return;
  const before = { seq: Math.min(one, other) };
  const after = { seq: Math.max(one, other) };
  change({ type: 'overlay', overlay: { type: 'compare', before, after } });
}
