import { UserError } from '../model/errors.ts';
import type { Courier } from './courier.ts';
import type { HoldingOptions } from './holding.ts';

/** Keeps what arrives in line until it is let go. */
export interface Pausing {
  readonly paused: boolean;
  pause(): void;
  resume(): void;
}

/** `changed` is called when forwarding is paused and when it goes on. */
export function createPausing(
  { whenDown }: HoldingOptions,
  couriers: () => Iterable<Courier>,
  changed: () => void,
): Pausing {
  let paused = false;
  return {
    get paused() {
      return paused;
    },
    pause() {
      if ([...couriers()].length === 0) {
        throw new UserError('usage', 'Nothing is forwarded, so there is nothing to pause.');
      }
      if (whenDown === 'fail') {
        throw new UserError(
          'usage',
          'Forwarding can not be paused with --when-down fail: nothing is held then.',
        );
      }
      paused = true;
      changed();
    },
    resume() {
      paused = false;
      for (const { line } of couriers()) line?.wake();
      changed();
    },
  };
}
