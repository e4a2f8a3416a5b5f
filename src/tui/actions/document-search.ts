import { type DocumentPosition, top } from '../../format/document/document.ts';
import { printable } from '../../format/printable.ts';
import { fieldPrompt } from '../state/state.ts';
import type { Controls, Handlers } from './controls.ts';

type DocumentAction = 'fold' | 'fold-all' | 'unfold-all' | 'raw' | 'search' | 'next-match' | 'previous-match';

/** Handlers of the keys that fold and search a body. */
export interface DocumentSearch {
  readonly handlers: Handlers<DocumentAction>;
  /** Goes to the first match from the cursor on, while the search text is still being typed. */
  findHere(): void;
}

interface Search {
  /** The search under way; a new one aborts it. */
  running: AbortController | undefined;
}

/** Searching a large body takes a while; it runs beside everything else. */
export function createDocumentSearch(controls: Controls): DocumentSearch {
  const search: Search = { running: undefined };
  return {
    handlers: {
      fold: () => toggleFold(controls),
      'fold-all': () => controls.viewModel.pager?.document.foldAll(),
      'unfold-all': () => controls.viewModel.pager?.document.unfoldAll(),
      raw: () => toggleRaw(controls),
      search: () => controls.change({ type: 'prompt', prompt: fieldPrompt('search', '') }),
      'next-match': () => findNext(controls, search, 1),
      'previous-match': () => findNext(controls, search, -1),
    },
    findHere: () => findHere(controls, search),
  };
}

function goTo({ state: { viewport }, change }: Controls, cursor: DocumentPosition): void {
  if (viewport) change({ type: 'viewport', viewport: { ...viewport, cursor } });
}

function toggleFold(controls: Controls): void {
  const cursor = controls.state.viewport?.cursor;
  const { pager } = controls.viewModel;
  const line = cursor && cursor.line >= 0 ? pager?.document.toggleFold(cursor.line) : undefined;
  if (line === undefined) controls.notice('nothing to fold here', 'dim');
  else goTo(controls, { line, at: 0 });
}

function toggleRaw({ state, viewModel, change, notice }: Controls): void {
  const cursor = state.viewport?.cursor;
  const place = viewModel.toggleRaw(cursor && cursor.line >= 0 ? cursor : top);
  if (!place) return;
  change({ type: 'viewport', viewport: { top: place, cursor: place } });
  notice(viewModel.pager?.document.raw ? 'raw' : 'pretty-printed', 'dim');
}

interface FindOptions {
  readonly direction: 1 | -1;
  /** A match at the starting point itself counts. */
  readonly here: boolean;
  /** The cursor unless given. */
  readonly from?: 'start' | 'end';
}

/** Goes to the nearest match; resolves with false if there is none or the search was aborted. */
async function find(
  controls: Controls,
  search: Search,
  { direction, here, from }: FindOptions,
): Promise<boolean> {
  search.running?.abort();
  const { pager } = controls.viewModel;
  const { search: text, viewport, selected } = controls.state;
  if (!pager || text === '') return false;
  const own = new AbortController();
  search.running = own;
  const columns = (controls.view?.layout.detailColumns ?? 80) - 1;
  const cursor =
    from === 'end' ? pager.last(columns) : from === 'start' ? top : (viewport?.cursor ?? pager.first);
  const isAbove = cursor.line < 0;
  const found = await pager.document.find(text, isAbove ? top : cursor, direction, {
    signal: own.signal,
    here: here || isAbove,
  });
  if (own.signal.aborted || controls.state.selected !== selected) return false;
  if (found) goTo(controls, { line: found.line, at: found.at });
  controls.redraw();
  return found !== undefined;
}

/** Goes to the next match, round the end. */
function findNext(controls: Controls, search: Search, direction: 1 | -1): void {
  const wrapAround = async () => {
    const from = direction > 0 ? 'start' : 'end';
    const again = await find(controls, search, { direction, here: true, from });
    if (search.running?.signal.aborted) return;
    if (again) controls.notice(`continued from the ${direction > 0 ? 'top' : 'end'}`, 'dim');
    else noticeNoMatch(controls);
  };
  find(controls, search, { direction, here: false })
    .then((found) => (found || search.running?.signal.aborted ? undefined : wrapAround()))
    .catch(controls.fail);
}

function findHere(controls: Controls, search: Search): void {
  const { search: text } = controls.state;
  const isCurrent = () => text === controls.state.search;
  find(controls, search, { direction: 1, here: true })
    .then(async (found) => {
      if (found || text === '' || !isCurrent()) return;
      const above = await find(controls, search, { direction: 1, here: true, from: 'start' });
      if (!above && isCurrent()) noticeNoMatch(controls);
    })
    .catch(controls.fail);
}

function noticeNoMatch({ state, notice }: Controls): void {
  notice(`no match for ${printable(state.search)}`, 'warn');
}
