import type { Controls } from '../controls.ts';
import type { Action } from '../keys.ts';
import type { MouseEvent } from '../mouse.ts';

/** So many rows a turn of the wheel moves, as in most terminals. */
const wheelRows = 3;

/** What the mouse does: the wheel moves, a click selects, a click on what is selected opens it. */
export function pointing(controls: Controls, run: (action: Action) => void): (event: MouseEvent) => void {
  function click(column: number, row: number): void {
    const { view, state, change } = controls;
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

  return (event) => {
    if (event.type === 'click') click(event.column, event.row);
    else for (let row = 0; row < wheelRows; row++) run(event.by > 0 ? 'down' : 'up');
  };
}
