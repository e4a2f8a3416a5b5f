import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';

/** Pauses forwarding: while it is paused, every request joins its target's queue. */
export interface PauseSwitch {
  readonly paused: boolean;
  /** Throws a UserError if nothing is forwarded, or nothing can be held. */
  pause(): void;
  resume(): void;
  /** Calls back whenever forwarding is resumed. */
  onResume(listener: () => void): void;
}

/** The session that the switch pauses. */
export interface PauseSwitchOptions {
  /** Forwarding has at least one target. */
  readonly hasTargets: boolean;
  /** Requests can be held for their targets. */
  readonly canHold: boolean;
  /** Called after each pause and resume. */
  readonly changed: (paused: boolean) => void;
}

/** Creates the switch, not paused. */
export function createPauseSwitch({ hasTargets, canHold, changed }: PauseSwitchOptions): PauseSwitch {
  const listeners: (() => void)[] = [];
  let paused = false;
  return {
    get paused() {
      return paused;
    },
    pause() {
      if (!hasTargets) throw new UserError('usage', 'Nothing is forwarded, so there is nothing to pause.');
      if (!canHold) {
        throw new UserError(
          'usage',
          phrase`Forwarding cannot be paused with ${option('whenDown', 'fail')}: requests are not held then.`,
        );
      }
      paused = true;
      changed(paused);
    },
    resume() {
      paused = false;
      for (const listener of listeners) listener();
      changed(paused);
    },
    onResume(listener) {
      listeners.push(listener);
    },
  };
}
