import type { Seq } from '../../model/seq.ts';
import type { Session } from '../../session/session.ts';
import type { History } from '../history/history.ts';
import { atTop, type State } from '../state/state.ts';

/** Selects a request when it is intercepted. */
export interface BreakpointSelection {
  /** The state with that request selected, unless a prompt or an overlay is open; `listRows`: height of the list. */
  selected(state: State, page: History['page'], listRows: number): State;
}

/** Remembers which request it has selected, so that the user can select another one. */
export function createBreakpointSelection({ breakpoint }: Pick<Session, 'breakpoint'>): BreakpointSelection {
  let last: Seq | undefined;
  /** The list wasFollowing before: it does so again after the last intercepted request, if that is still selected. */
  let wasFollowing = false;

  return {
    selected(state, page, listRows) {
      const seq = breakpoint.stopped?.seq;
      if (seq === last || state.prompt || state.overlay) return state;
      const before = last;
      last = seq;
      if (seq === undefined) {
        const resumesFollowing = wasFollowing && state.selected === before && state.pane === 'list';
        wasFollowing = false;
        return resumesFollowing ? { ...state, following: true } : state;
      }
      // The filter hides it.
      if (page({ before: seq + 1, limit: 1, project: undefined })[0]?.seq !== seq) return state;
      wasFollowing ||= state.following;
      const position = state.selected === seq ? {} : atTop;
      const row = state.following ? listRows - 1 : state.row;
      return { ...state, ...position, selected: seq, row, following: false };
    },
  };
}
