import type { MaskOptions } from '../format/mask.ts';
import type { Store } from '../store/store.ts';

/** What the list and the details are read from. */
export interface History
  extends Pick<Store, 'page' | 'record' | 'summary' | 'request' | 'scan' | 'searchBodies' | 'watch'> {
  /** What is masked in bodies as they are shown; everything else that it gives is masked already. */
  readonly masking?: MaskOptions | undefined;
}

/** A history from which requests can be deleted. */
export type WholeHistory = History & Pick<Store, 'delete'>;
