import { exitCodes } from '../../model/errors.ts';
import type { Acts, Controls } from '../controls.ts';

/** The ways out, for good or for a while. `settle`: what has to be done before the end. */
export function leaving(
  controls: Controls,
  settle: () => Promise<void>,
): Acts<'quit' | 'interrupt' | 'suspend'> {
  const { change, notice, session, turns, io } = controls;

  /** Closes the session on screen, so that what is in flight can be seen to end. */
  function quit(exitCode: number): void {
    change({ type: 'closing' });
    notice('ending: what is in flight gets a second … Ctrl-C ends at once');
    Promise.all([settle(), session.close()]).then(() => controls.end(exitCode), controls.fail);
  }

  function quitAtOnce(): void {
    void turns.end();
    io.quitAtOnce();
  }

  return {
    quit() {
      if (controls.state.overlay) change({ type: 'overlay', overlay: undefined });
      else quit(exitCodes.done);
    },
    interrupt: () => (controls.state.closing ? quitAtOnce() : quit(exitCodes.interrupted)),
    suspend() {
      if (!turns.suspend()) notice('Windows has no Ctrl-Z.', 'dim');
    },
  };
}
