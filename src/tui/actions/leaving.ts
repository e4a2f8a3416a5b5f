import { exitCodes } from '../../model/errors.ts';
import type { Acts, Controls } from '../controls.ts';

/** The ways out, for good or for a while. */
export function leaving(controls: Controls): Acts<'quit' | 'interrupt' | 'suspend'> {
  const { change, notice, session, turns, io } = controls;

  /** Closes the session on screen, so that what is in flight can be seen to end. */
  function quit(exitCode: number): void {
    change({ type: 'closing' });
    notice('ending: what is in flight gets a second … Ctrl-C ends at once');
    session.close().then(() => controls.end(exitCode), controls.fail);
  }

  function quitAtOnce(): void {
    turns.end();
    io.quitAtOnce();
  }

  return {
    quit() {
      if (controls.state.help) change({ type: 'help', on: false });
      else quit(exitCodes.done);
    },
    interrupt: () => (controls.state.closing ? quitAtOnce() : quit(exitCodes.interrupted)),
    suspend() {
      if (!turns.suspend()) notice('Windows has no Ctrl-Z.', 'dim');
    },
  };
}
