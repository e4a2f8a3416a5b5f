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
  const end = Number.MAX_SAFE_INTEGER;

  /** What a move goes through. */
  function subject(): 'requests' | 'rows' | 'body' | 'lines' {
    const { overlay, pane, tab, attempt } = controls.state;
    if (overlay) return 'lines';
    if (pane === 'list') return 'requests';
    const isList = tab === 'story' || (tab === 'attempts' && attempt === undefined);
    if (isList) return 'rows';
    return feed.reader ? 'body' : 'lines';
  }

  /** How many rows a screen of what the keys act on has. */
  function screenful(): number {
    const { view, state } = controls;
    if (!view) return 1;
    if (state.overlay) return view.layout.bodyRows;
    return state.pane === 'detail' ? view.layout.detailRows : view.layout.listRows;
  }

  function move(by: number): void {
    const { scroll, line } = controls.state;
    const moved = subject();
    if (moved === 'requests') select(by);
    else if (moved === 'rows') change({ type: 'line', line: line + by });
    else if (moved === 'body') read(by);
    else change({ type: 'scrolled', to: scroll + by });
  }

  function read(by: number): void {
    const { reader } = feed;
    const { reading } = controls.state;
    const columns = (controls.view?.layout.detailColumns ?? 80) - 1;
    if (!reader) return;
    const from = reading?.cursor ?? reader.first;
    const cursor =
      by === end ? reader.last(columns) : by === -end ? reader.first : reader.moved(from, by, columns);
    change({
      type: 'read',
      reading: { top: reading?.top ?? reader.first, cursor, ...(by === end ? { atEnd: true } : {}) },
    });
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
      if (subject() !== 'requests') move(-end);
      else if (seq !== undefined) change({ type: 'selected', seq, row: 0 });
    },
    last() {
      if (subject() !== 'requests') {
        move(end);
        return;
      }
      // Keys that came with this one act on the newest already.
      const seq = feed.newest(controls.state);
      if (seq !== undefined) change({ type: 'selected', seq, row: screenful() - 1 });
      change({ type: 'following', on: true });
    },
    'next-request': () => select(1),
    'previous-request': () => select(-1),
  };
}
