import type { Action } from '../input/keys.ts';
import type { MouseEvent } from '../terminal/mouse-report.ts';
import type { Controls } from './controls.ts';
import { moveInPicker } from './picker.ts';

/** Rows that one step of the wheel moves, as in most terminals. */
const wheelRows = 3;

/** Handles a mouse event: the wheel moves, a click selects, a click on the selected request opens it. */
export function handleMouse(controls: Controls, run: (action: Action) => void, event: MouseEvent): void {
  if (event.type === 'click') click(controls, run, event);
  else for (let row = 0; row < wheelRows; row++) turnWheel(controls, run, event.by > 0 ? 'down' : 'up');
}

function turnWheel(controls: Controls, run: (action: Action) => void, way: 'down' | 'up'): void {
  const { prompt } = controls.state;
  if (prompt?.type === 'picker') moveInPicker(controls, prompt, way);
  else run(way);
}

function click(
  { view, state, change }: Controls,
  run: (action: Action) => void,
  { column, row }: { readonly column: number; readonly row: number },
): void {
  if (!view || state.overlay || state.prompt) return;
  const { layout, rows } = view;
  const inList = layout.size === 'wide' ? column < layout.listColumns : state.pane === 'list';
  const index = row - layout.bodyTop;
  const request = rows[index];
  if (layout.size === 'wide' && !inList && index >= 0) change({ type: 'pane', pane: 'detail' });
  if (!inList || index < 0 || !request) return;
  if (request.seq === state.selected && layout.size !== 'wide') run('open');
  else {
    change({ type: 'pane', pane: 'list' });
    change({ type: 'selected', seq: request.seq, row: index });
  }
}
