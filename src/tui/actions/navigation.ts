import { printable } from '../../format/printable.ts';
import { attemptAt } from '../detail/attempt-list.ts';
import { paletteChoices } from '../overlay/palette.ts';
import { adjacentTab, fieldPrompt, type Tab } from '../state/state.ts';
import { textField } from '../state/text-field.ts';
import { type Controls, type Handlers, isDetailShown } from './controls.ts';
import { closeOverlay, openHelp, searchHelp, setHelpSearch } from './help.ts';

type NavigationAction = MoveAction | TabAction | PaneAction;

/** Handlers of the keys that move the selection and choose what is shown. */
export function navigationHandlers(controls: Controls): Handlers<NavigationAction> {
  return { ...moveHandlers(controls), ...tabHandlers(controls), ...paneHandlers(controls) };
}

type MoveAction =
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

const end = Number.MAX_SAFE_INTEGER;

function moveHandlers(controls: Controls): Handlers<MoveAction> {
  const half = () => Math.ceil(pageRows(controls) / 2);
  return {
    down: () => move(controls, 1),
    up: () => move(controls, -1),
    'half-down': () => move(controls, half()),
    'half-up': () => move(controls, -half()),
    'page-down': () => move(controls, pageRows(controls)),
    'page-up': () => move(controls, -pageRows(controls)),
    first: () => moveToFirst(controls),
    last: () => moveToLast(controls),
    'next-request': () => moveSelection(controls, 1),
    'previous-request': () => moveSelection(controls, -1),
  };
}

/** The thing that movement keys move through. */
function movementTarget({ state, viewModel }: Controls): 'requests' | 'rows' | 'body' | 'lines' {
  const { overlay, pane, tab, attempt } = state;
  if (overlay) return 'lines';
  if (pane === 'list') return 'requests';
  if (tab === 'related' || (tab === 'attempts' && attempt === undefined)) return 'rows';
  return viewModel.pager ? 'body' : 'lines';
}

/** Rows on one page of the focused pane. */
function pageRows({ view, state }: Controls): number {
  if (!view) return 1;
  // The last row says how many more there are.
  if (state.overlay) return Math.max(1, view.layout.bodyRows - 1);
  return state.pane === 'detail' ? view.layout.detailRows : view.layout.listRows;
}

function move(controls: Controls, by: number): void {
  const { state, change } = controls;
  switch (movementTarget(controls)) {
    case 'requests':
      moveSelection(controls, by);
      break;
    case 'rows':
      change({ type: 'row-cursor', row: state.rowCursor + by });
      break;
    case 'body':
      moveInBody(controls, by);
      break;
    case 'lines':
      change({ type: 'scrolled', to: state.scroll + by });
      break;
  }
}

function moveInBody({ viewModel: { pager }, state: { viewport }, view, change }: Controls, by: number): void {
  const columns = (view?.layout.detailColumns ?? 80) - 1;
  if (!pager) return;
  const from = viewport?.cursor ?? pager.first;
  const cursor =
    by === end ? pager.last(columns) : by === -end ? pager.first : pager.moved(from, by, columns);
  const top = viewport?.top ?? pager.first;
  change({ type: 'viewport', viewport: { top, cursor, ...(by === end ? { atEnd: true } : {}) } });
}

function moveSelection({ viewModel, state, change }: Controls, by: number): void {
  const found = viewModel.moved(state, by);
  if (found) change({ type: 'selected', ...found });
  else change({ type: 'following', on: false });
}

function moveToFirst(controls: Controls): void {
  const seq = controls.viewModel.oldest(controls.state);
  if (movementTarget(controls) !== 'requests') move(controls, -end);
  else if (seq !== undefined) controls.change({ type: 'selected', seq, row: 0 });
}

function moveToLast(controls: Controls): void {
  if (movementTarget(controls) !== 'requests') {
    move(controls, end);
    return;
  }
  // Keys that came in the same read already act on the newest request.
  const seq = controls.viewModel.newest(controls.state);
  if (seq !== undefined) controls.change({ type: 'selected', seq, row: pageRows(controls) - 1 });
  controls.change({ type: 'following', on: true });
}

type TabAction = Tab | 'next-tab' | 'previous-tab';

function tabHandlers(controls: Controls): Handlers<TabAction> {
  return {
    'next-tab': () => showAdjacentTab(controls, 1),
    'previous-tab': () => showAdjacentTab(controls, -1),
    overview: () => showTab(controls, 'overview'),
    headers: () => showTab(controls, 'headers'),
    body: () => showTab(controls, 'body'),
    response: () => showTab(controls, 'response'),
    attempts: () => showTab(controls, 'attempts'),
    related: () => showTab(controls, 'related'),
  };
}

function showTab(controls: Controls, tab: Tab): void {
  if (!isDetailShown(controls)) controls.change({ type: 'pane', pane: 'detail' });
  controls.change({ type: 'tab', tab });
}

function showAdjacentTab(controls: Controls, by: 1 | -1): void {
  const { tab } = controls.state;
  showTab(controls, isDetailShown(controls) ? adjacentTab(tab, by) : tab);
}

type PaneAction =
  | 'open'
  | 'open-attempt'
  | 'open-related'
  | 'back'
  | 'follow'
  | 'all-projects'
  | 'filter'
  | 'help'
  | 'palette';

function paneHandlers(controls: Controls): Handlers<PaneAction> {
  const { change } = controls;
  return {
    open: () => change({ type: 'pane', pane: 'detail' }),
    'open-attempt': () => openAttempt(controls),
    'open-related': () => openRelated(controls),
    back: () => goBack(controls),
    follow: () => toggleFollowing(controls),
    'all-projects': () => toggleAllProjects(controls),
    filter() {
      if (controls.state.overlay) searchHelp(controls);
      else openFilter(controls);
    },
    help() {
      if (controls.state.overlay?.type === 'help') closeOverlay(controls);
      else openHelp(controls);
    },
    palette() {
      openPalette(controls);
    },
  };
}

function openFilter({ state, change }: Controls): void {
  change({ type: 'pane', pane: 'list' });
  change({ type: 'prompt', prompt: fieldPrompt('filter', state.filter) });
}

function openPalette({ keymap, commands, state, change }: Controls): void {
  const choices = paletteChoices(keymap, commands, state);
  change({ type: 'overlay', overlay: undefined });
  change({
    type: 'prompt',
    prompt: { type: 'picker', purpose: { type: 'palette' }, choices, field: textField(''), row: 0 },
  });
}

function openAttempt({ state: { selected, rowCursor }, viewModel, change }: Controls): void {
  const record = selected === undefined ? undefined : viewModel.record(selected);
  change({ type: 'attempt', attempt: record && attemptAt(record, rowCursor)?.number });
}

function openRelated({ state, viewModel, change, notice }: Controls): void {
  const seq = viewModel.related(state.rowCursor);
  if (seq === undefined) notice('No related request found yet.', 'dim');
  else change({ type: 'selected', seq, row: state.row });
}

/** Closes the innermost thing that is open. */
function goBack(controls: Controls): void {
  const { state, change } = controls;
  const { overlay, pane, attempt, warning } = state;
  if (overlay?.type === 'help' && overlay.search !== '') setHelpSearch(controls, '');
  else if (overlay) closeOverlay(controls);
  else if (pane === 'detail' && attempt !== undefined) change({ type: 'attempt', attempt: undefined });
  else if (pane === 'detail') change({ type: 'pane', pane: 'list' });
  else if (warning !== undefined) change({ type: 'warning', warning: undefined });
  else change({ type: 'filter', filter: '' });
}

function toggleFollowing({ state, change, notice }: Controls): void {
  const on = !state.following;
  change({ type: 'pane', pane: 'list' });
  change({ type: 'following', on });
  notice(on ? 'following: the newest request is selected' : 'following paused', 'dim');
}

function toggleAllProjects({ state, session, change, notice }: Controls): void {
  const all = !state.allProjects;
  change({ type: 'projects', all });
  notice(`showing requests of ${all ? 'all projects in this database' : printable(session.project)}`, 'dim');
}
