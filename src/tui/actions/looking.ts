import { printable } from '../../format/printable.ts';
import { attemptAt } from '../attempt-list.ts';
import { type Acts, type Controls, isDetailShown } from '../controls.ts';
import { fieldPrompt, type Tab, tabBeside } from '../state.ts';

type Looks =
  | Tab
  | 'open'
  | 'open-attempt'
  | 'open-related'
  | 'back'
  | 'next-tab'
  | 'previous-tab'
  | 'follow'
  | 'all-names'
  | 'filter'
  | 'help'
  | 'palette';

/** What is shown, and of what. */
export function looking(controls: Controls): Acts<Looks> {
  const { change, notice, session } = controls;

  function showTab(tab: Tab): void {
    if (!isDetailShown(controls)) change({ type: 'pane', pane: 'detail' });
    change({ type: 'tab', tab });
  }

  function showTabBeside(by: 1 | -1): void {
    const { tab } = controls.state;
    showTab(isDetailShown(controls) ? tabBeside(tab, by) : tab);
  }

  return {
    open: () => change({ type: 'pane', pane: 'detail' }),
    'open-attempt'() {
      const { selected, line } = controls.state;
      const record = selected === undefined ? undefined : controls.feed.record(selected);
      change({ type: 'attempt', attempt: record && attemptAt(record, line)?.number });
    },
    'open-related'() {
      const seq = controls.feed.related(controls.state.line);
      if (seq === undefined) notice('There is nothing to go to yet.', 'dim');
      else change({ type: 'selected', seq, row: controls.state.row });
    },
    back() {
      const { overlay, pane, attempt, warning } = controls.state;
      if (overlay) change({ type: 'overlay', overlay: undefined });
      else if (pane === 'detail' && attempt !== undefined) change({ type: 'attempt', attempt: undefined });
      else if (pane === 'detail') change({ type: 'pane', pane: 'list' });
      else if (warning !== undefined) change({ type: 'warned', warning: undefined });
      else change({ type: 'filtered', filter: '' });
    },
    'next-tab': () => showTabBeside(1),
    'previous-tab': () => showTabBeside(-1),
    overview: () => showTab('overview'),
    headers: () => showTab('headers'),
    body: () => showTab('body'),
    response: () => showTab('response'),
    attempts: () => showTab('attempts'),
    story: () => showTab('story'),
    follow() {
      const on = !controls.state.following;
      change({ type: 'pane', pane: 'list' });
      change({ type: 'following', on });
      notice(on ? 'following: the newest request is selected' : 'following paused', 'dim');
    },
    'all-names'() {
      change({ type: 'names', all: !controls.state.allNames });
      const whose = controls.state.allNames ? 'all projects on this database' : printable(session.name);
      notice(`requests of ${whose}`, 'dim');
    },
    filter() {
      change({ type: 'pane', pane: 'list' });
      change({ type: 'prompt', prompt: fieldPrompt('filter', controls.state.filter) });
    },
    help() {
      const isShown = controls.state.overlay?.type === 'help';
      change({ type: 'overlay', overlay: isShown ? undefined : { type: 'help' } });
    },
    palette() {
      change({ type: 'overlay', overlay: undefined });
      change({ type: 'prompt', prompt: { type: 'palette', field: { text: '', cursor: 0 }, row: 0 } });
    },
  };
}
