import type { Seq } from '../model/seq.ts';
import type { Session } from '../session/session.ts';
import type { History } from './history.ts';
import { type State, unread } from './state.ts';

/** Selects the request that is stopped at the breakpoint, as soon as it is. */
export interface StopSelection {
  /** The state with that selected, unless the user is busy with something else; `listRows`: how long the list is. */
  selected(state: State, page: History['page'], listRows: number): State;
}

export function createStopSelection({ breakpoint }: Pick<Session, 'breakpoint'>): StopSelection {
  let last: Seq | undefined;
  /** Whether the list followed before: it does again when nothing is stopped and the user has not gone elsewhere. */
  let followed = false;

  return {
    selected(state, page, listRows) {
      const seq = breakpoint.stopped?.seq;
      if (seq === last || state.prompt || state.overlay) return state;
      const before = last;
      last = seq;
      if (seq === undefined) {
        const goesOn = followed && state.selected === before && state.pane === 'list';
        followed = false;
        return goesOn ? { ...state, following: true } : state;
      }
      // A filter may hide it.
      if (page({ before: seq + 1, limit: 1, name: undefined })[0]?.seq !== seq) return state;
      followed ||= state.following;
      const read = state.selected === seq ? {} : unread;
      const row = state.following ? listRows - 1 : state.row;
      return { ...state, ...read, selected: seq, row, following: false };
    },
  };
}
