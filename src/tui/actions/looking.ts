import { printable } from '../../format/printable.ts';
import { type Acts, type Controls, isDetailShown } from '../controls.ts';
import { type Tab, tabBeside } from '../state.ts';

type Looks =
  | 'open'
  | 'back'
  | 'next-tab'
  | 'previous-tab'
  | 'overview'
  | 'headers'
  | 'body'
  | 'attempts'
  | 'follow'
  | 'all-names'
  | 'help';

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
    back() {
      if (controls.state.help) change({ type: 'help', on: false });
      else if (controls.state.pane === 'detail') change({ type: 'pane', pane: 'list' });
      else change({ type: 'warned', warning: undefined });
    },
    'next-tab': () => showTabBeside(1),
    'previous-tab': () => showTabBeside(-1),
    overview: () => showTab('overview'),
    headers: () => showTab('headers'),
    body: () => showTab('body'),
    attempts: () => showTab('attempts'),
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
    help: () => change({ type: 'help', on: !controls.state.help }),
  };
}
