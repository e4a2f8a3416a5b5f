import type { Acts, Controls } from '../controls.ts';

type Moves =
  | 'down'
  | 'up'
  | 'half-down'
  | 'half-up'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'next-request'
  | 'previous-request';

/** Through the list, and through what is read. */
export function moving(controls: Controls): Acts<Moves> {
  const { feed, change } = controls;

  const isRead = () => controls.state.help || controls.state.pane === 'detail';

  /** How many rows a screen of what the keys act on has. */
  function screenful(): number {
    const { view, state } = controls;
    if (!view) return 1;
    return state.pane === 'detail' ? view.layout.detailRows : view.layout.listRows;
  }

  function move(by: number): void {
    if (isRead()) change({ type: 'scrolled', to: controls.state.scroll + by });
    else select(by);
  }

  function select(by: number): void {
    const found = feed.moved(controls.state, by);
    if (found) change({ type: 'selected', ...found });
    else change({ type: 'following', on: false });
  }

  return {
    down: () => move(1),
    up: () => move(-1),
    'half-down': () => move(Math.ceil(screenful() / 2)),
    'half-up': () => move(-Math.ceil(screenful() / 2)),
    'page-down': () => move(screenful()),
    'page-up': () => move(-screenful()),
    first() {
      const seq = feed.oldest(controls.state);
      if (isRead()) change({ type: 'scrolled', to: 0 });
      else if (seq !== undefined) change({ type: 'selected', seq, row: 0 });
    },
    last() {
      if (isRead()) change({ type: 'scrolled', to: Number.MAX_SAFE_INTEGER });
      else change({ type: 'following', on: true });
    },
    'next-request': () => select(1),
    'previous-request': () => select(-1),
  };
}
