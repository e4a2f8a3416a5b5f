import type { Store } from '../store/store.ts';

/** What the list and the details are read from. */
export type History = Pick<
  Store,
  'page' | 'record' | 'summary' | 'request' | 'scan' | 'searchBodies' | 'watch'
>;

/** A history from which requests can be deleted. */
export type WholeHistory = History & Pick<Store, 'delete'>;
