import { exitCodes } from '../../model/errors.ts';
import type { Controls, Handlers } from './controls.ts';
import { closeOverlay } from './help.ts';

/** Handlers of the keys that end or suspend the UI. `settle` is awaited before the end. */
export function lifecycleHandlers(
  controls: Controls,
  settle: () => Promise<void>,
): Handlers<'quit' | 'interrupt' | 'suspend'> {
  return {
    quit() {
      if (controls.state.overlay) closeOverlay(controls);
      else quit(controls, settle, exitCodes.done);
    },
    interrupt() {
      if (controls.state.closing) quitAtOnce(controls);
      else quit(controls, settle, exitCodes.interrupted);
    },
    suspend() {
      if (!controls.terminalOwnership.suspend())
        controls.notice(`${controls.keymap.keyOf('suspend')} is not supported on Windows.`, 'dim');
    },
  };
}

/** Closes the session while it is still on screen, so that the user sees requests in flight end. */
function quit(controls: Controls, settle: () => Promise<void>, exitCode: number): void {
  controls.change({ type: 'closing' });
  controls.notice(
    `quitting: waiting up to 1 s for requests in flight … ${controls.keymap.keyOf('interrupt')} quits at once`,
  );
  Promise.all([settle(), controls.session.close()]).then(() => controls.end(exitCode), controls.fail);
}

function quitAtOnce({ terminalOwnership, io }: Controls): void {
  void terminalOwnership.release();
  io.quitAtOnce();
}
