import type { Seq } from '../../model/seq.ts';
import type { History } from '../history/history.ts';

const maxCounted = 1000;

/** Counts the requests that arrived since the list stopped following. */
export interface NewRows {
  /** Number of them below the visible rows; not counted beyond 999. */
  below(page: History['page'], project: string | undefined, following: boolean, lastVisible: Seq): number;
}

/** Counts each request once. */
export function createNewRows(): NewRows {
  let countedTo: Seq = 0;
  let count = 0;

  return {
    below(page, project, following, lastVisible) {
      if (following) {
        countedTo = lastVisible;
        count = 0;
        return 0;
      }
      if (count < maxCounted) {
        const arrived = page({ after: countedTo, limit: maxCounted - count, project });
        count += arrived.length;
        countedTo = arrived.at(-1)?.seq ?? countedTo;
      }
      if (count === 0 || lastVisible >= countedTo) return 0;
      const below = page({ after: lastVisible, limit: 100, project }).length;
      return below < 100 ? Math.min(below, count) : count;
    },
  };
}
