import type { Seq } from '../../model/seq.ts';
import { type Acts, type Controls, withReason } from '../controls.ts';

/** How long a delete can be taken back, in ms. */
const undoMs = 10_000;

/** Marks, and deletes that can be taken back: nothing is gone from the database before that time is over. */
export function keeping(controls: Controls) {
  const { change, notice, store } = controls;
  let timer: NodeJS.Timeout | undefined;

  function hide(seqs: readonly Seq[]): void {
    clearTimeout(timer);
    change({ type: 'removed', removed: [...controls.state.removed, ...seqs] });
    timer = setTimeout(() => settle().catch(withReason(controls)), undoMs);
  }

  /** Deletes what is hidden. It stays hidden until it is gone. */
  async function settle(): Promise<void> {
    clearTimeout(timer);
    const { removed } = controls.state;
    if (removed.length === 0) return;
    await store.delete(removed);
    change({ type: 'removed', removed: controls.state.removed.filter((seq) => !removed.includes(seq)) });
  }

  const acts: Acts<'mark' | 'delete' | 'undo'> = {
    mark() {
      const { selected } = controls.state;
      if (selected === undefined) return;
      change({ type: 'marked', seq: selected });
      const { length } = controls.state.marks;
      notice(
        length === 0 ? 'nothing is marked' : `${length} marked${length === 2 ? ': D compares them' : ''}`,
        'dim',
      );
    },
    delete() {
      const { marks, selected } = controls.state;
      const doomed = marks.length > 0 ? marks : selected === undefined ? [] : [selected];
      // The next one takes the place of what goes.
      const next = controls.feed.moved(controls.state, 1) ?? controls.feed.moved(controls.state, -1);
      const isGoing = selected !== undefined && doomed.includes(selected);
      if (isGoing && next && !doomed.includes(next.seq)) {
        change({ type: 'selected', seq: next.seq, row: controls.state.row });
      }
      hide(doomed);
      change({ type: 'pane', pane: 'list' });
      const [only] = doomed;
      const id = only === undefined ? undefined : controls.feed.summary(only)?.id.slice(0, 5);
      const wasMarked = marks.length > 0 ? ' marked' : '';
      const what =
        doomed.length === 1 ? `the${wasMarked} request ${id}` : `the ${doomed.length}${wasMarked} requests`;
      notice(`deleted ${what}: u takes it back within ${undoMs / 1000} s`, 'warn');
    },
    undo() {
      clearTimeout(timer);
      const { length } = controls.state.removed;
      change({ type: 'removed', removed: [] });
      notice(`${length === 1 ? 'the request is' : `${length} requests are`} back`, 'good');
    },
  };
  return { acts, settle };
}
