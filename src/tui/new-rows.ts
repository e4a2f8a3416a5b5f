import type { Seq } from '../model/seq.ts';
import type { History } from './history.ts';

const mostCounted = 1000;

/** Counts what came since the list stopped following, each request once. */
export function createNewRows() {
  let countedTo: Seq = 0;
  let count = 0;

  return {
    /** How many came and are below what can be seen; more than 999 are not counted. */
    below(page: History['page'], name: string | undefined, following: boolean, lastVisible: Seq): number {
      if (following) {
        countedTo = lastVisible;
        count = 0;
        return 0;
      }
      if (count < mostCounted) {
        const come = page({ after: countedTo, limit: mostCounted - count, name });
        count += come.length;
        countedTo = come.at(-1)?.seq ?? countedTo;
      }
      if (count === 0 || lastVisible >= countedTo) return 0;
      const below = page({ after: lastVisible, limit: 100, name }).length;
      return below < 100 ? Math.min(below, count) : count;
    },
  };
}
