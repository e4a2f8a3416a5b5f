import type { Seq } from '../../model/seq.ts';
import { deleteRequests } from '../../operations/delete.ts';
import { type Controls, type Handlers, showError } from './controls.ts';

/** Time in which a delete can be undone, in ms. */
const undoMs = 10_000;

/** Handlers of marking and deleting. */
export interface MarksAndDelete {
  readonly handlers: Handlers<'mark' | 'delete' | 'undo'>;
  /** Carries out the pending deletes; they can't be undone any more. */
  settle(): Promise<void>;
}

interface DeleteTimer {
  timeout: NodeJS.Timeout | undefined;
}

/** Nothing is deleted from the database before the time to undo it is over. */
export function createMarksAndDelete(controls: Controls): MarksAndDelete {
  const timer: DeleteTimer = { timeout: undefined };
  return {
    handlers: {
      mark: () => toggleMark(controls),
      delete: () => hideDeleted(controls, timer),
      undo: () => undoDeletes(controls, timer),
    },
    settle: () => settleDeletes(controls, timer),
  };
}

function toggleMark(controls: Controls): void {
  const { selected } = controls.state;
  if (selected === undefined) return;
  controls.change({ type: 'mark-toggled', seq: selected });
  const { length } = controls.state.marks;
  const text =
    length === 0
      ? 'no marks'
      : `${length} marked${length === 2 ? `: ${controls.keymap.keyOf('compare-marked')} compares them` : ''}`;
  controls.notice(text, 'dim');
}

/** Hides the marked or selected requests, and deletes them when the time to undo is over. */
function hideDeleted(controls: Controls, timer: DeleteTimer): void {
  const { change, notice, viewModel, keymap } = controls;
  const { marks, selected } = controls.state;
  const toDelete = marks.length > 0 ? marks : selected === undefined ? [] : [selected];
  selectNeighbour(controls, toDelete);
  clearTimeout(timer.timeout);
  change({ type: 'pending-deletes', pendingDeletes: [...controls.state.pendingDeletes, ...toDelete] });
  timer.timeout = setTimeout(() => settleDeletes(controls, timer).catch(showError(controls)), undoMs);
  change({ type: 'pane', pane: 'list' });
  const [first] = toDelete;
  const id = first === undefined ? undefined : viewModel.summary(first)?.id.slice(0, 5);
  const marked = marks.length > 0 ? 'marked ' : '';
  const what = toDelete.length === 1 ? `${marked}request ${id}` : `${toDelete.length} ${marked}requests`;
  notice(`deleted ${what}: ${keymap.keyOf('undo')} undoes it within ${undoMs / 1000} s`, 'warn');
}

/** Moves the selection off a request that is about to disappear. */
function selectNeighbour({ state, viewModel, change }: Controls, toDelete: readonly Seq[]): void {
  const next = viewModel.moved(state, 1) ?? viewModel.moved(state, -1);
  const isDeleted = state.selected !== undefined && toDelete.includes(state.selected);
  if (isDeleted && next && !toDelete.includes(next.seq)) {
    change({ type: 'selected', seq: next.seq, row: state.row });
  }
}

function undoDeletes({ state, change, notice }: Controls, timer: DeleteTimer): void {
  clearTimeout(timer.timeout);
  const { length } = state.pendingDeletes;
  change({ type: 'pending-deletes', pendingDeletes: [] });
  notice(length === 1 ? 'request restored' : `${length} requests restored`, 'good');
}

/** The requests stay hidden until the database has deleted them. */
async function settleDeletes(controls: Controls, timer: DeleteTimer): Promise<void> {
  clearTimeout(timer.timeout);
  const { pendingDeletes } = controls.state;
  if (pendingDeletes.length === 0) return;
  await deleteRequests(controls, pendingDeletes);
  controls.change({
    type: 'pending-deletes',
    pendingDeletes: controls.state.pendingDeletes.filter((seq) => !pendingDeletes.includes(seq)),
  });
}
