import { top } from '../../format/document/document.ts';
import { printable } from '../../format/printable.ts';
import type { Acts, Controls } from '../controls.ts';
import { fieldPrompt } from '../state.ts';

type Reads = 'fold' | 'fold-all' | 'unfold-all' | 'raw' | 'search' | 'next-match' | 'previous-match';

/** In a body: folds, raw or laid out, and looking for a text. */
export function reading(controls: Controls) {
  const { feed, change, notice } = controls;
  let searching: AbortController | undefined;

  function goTo(line: number | undefined, at = 0): void {
    const { reading: now } = controls.state;
    if (line === undefined || !now) return;
    change({ type: 'read', reading: { ...now, cursor: { line, at } } });
  }

  /** Looks for the text from the row that keys act on; in a large body that takes a moment, and blocks nothing. */
  async function find(direction: 1 | -1, here: boolean, begin?: 'start' | 'end'): Promise<boolean> {
    searching?.abort();
    const { reader } = feed;
    const { search, reading: now, selected } = controls.state;
    if (!reader || search === '') return false;
    const own = new AbortController();
    searching = own;
    const columns = (controls.view?.layout.detailColumns ?? 80) - 1;
    const cursor =
      begin === 'end' ? reader.last(columns) : begin === 'start' ? top : (now?.cursor ?? reader.first);
    const from = cursor.line < 0 ? top : cursor;
    const options = { signal: own.signal, here: here || cursor.line < 0 };
    const found = await reader.document.find(search, from, direction, options);
    if (own.signal.aborted || controls.state.selected !== selected) return false;
    if (found) goTo(found.line, found.at);
    controls.redraw();
    return found !== undefined;
  }

  /** The next place; after the last one the first again. */
  function findNext(direction: 1 | -1): void {
    find(direction, false)
      .then(async (found) => {
        if (found || searching?.signal.aborted) return;
        const again = await find(direction, true, direction > 0 ? 'start' : 'end');
        if (searching?.signal.aborted) return;
        if (again) notice(`from the ${direction > 0 ? 'top' : 'end'} again`, 'dim');
        else sayNowhere();
      })
      .catch(controls.fail);
  }

  function sayNowhere(): void {
    notice(`${printable(controls.state.search)} is nowhere in it`, 'warn');
  }

  const acts: Acts<Reads> = {
    fold() {
      const { reading: now } = controls.state;
      const line =
        now && now.cursor.line >= 0 ? feed.reader?.document.toggleFold(now.cursor.line) : undefined;
      if (line === undefined) notice('nothing folds here', 'dim');
      else goTo(line);
    },
    'fold-all'() {
      feed.reader?.document.foldAll();
    },
    'unfold-all'() {
      feed.reader?.document.unfoldAll();
    },
    raw() {
      const cursor = controls.state.reading?.cursor;
      const place = feed.toggleRaw(cursor && cursor.line >= 0 ? cursor : top);
      if (!place) return;
      change({ type: 'read', reading: { top: place, cursor: place } });
      notice(feed.reader?.document.raw ? 'as it came' : 'laid out', 'dim');
    },
    search: () => change({ type: 'prompt', prompt: fieldPrompt('search', '') }),
    'next-match': () => findNext(1),
    'previous-match': () => findNext(-1),
  };

  return {
    acts,
    /** Goes to the first place from here on, while the text is still being written. */
    findHere(): void {
      const { search } = controls.state;
      find(1, true)
        .then(async (found) => {
          if (found || search === '' || search !== controls.state.search) return;
          const above = await find(1, true, 'start');
          if (!above && search === controls.state.search) sayNowhere();
        })
        .catch(controls.fail);
    },
  };
}
