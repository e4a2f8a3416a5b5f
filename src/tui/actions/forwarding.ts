import { printable } from '../../format/printable.ts';
import { type Acts, type Controls, withReason } from '../controls.ts';
import { editRequest } from '../edit-request.ts';
import { fieldPrompt } from '../state.ts';

type Forwards =
  | 'pause'
  | 'break'
  | 'go-on'
  | 'edit-go-on'
  | 'answer-500'
  | 'answer-400'
  | 'answer-200'
  | 'let-all-pass';

/** What becomes of requests before they are forwarded. */
export function forwarding(controls: Controls): Acts<Forwards> {
  const { change, notice, session } = controls;
  const { breakpoint } = session;

  function answer(status: number): void {
    const short = breakpoint.stopped?.request.id.slice(0, 5);
    if (breakpoint.answer(status)) notice(`${short}: answered ${status}, and nothing was sent on`, 'warn');
  }

  return {
    pause() {
      try {
        if (session.paused) session.resume();
        else session.pause();
      } catch (error) {
        withReason(controls)(error);
        return;
      }
      notice(
        session.paused ? 'forwarding is paused' : 'forwarding goes on: what waited is delivered in order',
      );
    },
    break() {
      if (!breakpoint.isSet) {
        change({ type: 'prompt', prompt: fieldPrompt('break', controls.state.filter) });
        return;
      }
      breakpoint.set(undefined);
      notice('the breakpoint is off', 'dim');
    },
    'go-on'() {
      const short = breakpoint.stopped?.request.id.slice(0, 5);
      if (breakpoint.goOn()) notice(`${short} goes on`, 'dim');
    },
    'edit-go-on'() {
      const { stopped } = breakpoint;
      if (!stopped) return;
      editRequest(controls, stopped.request).then((edited) => {
        if (!edited) return;
        // Its sender may have hung up while it was edited.
        if (breakpoint.stopped !== stopped) {
          notice(`${printable(stopped.request.id)} is not stopped any more: nothing was sent.`, 'warn');
        } else {
          breakpoint.goOn(edited.edit);
          notice(`${stopped.request.id.slice(0, 5)} goes on ${edited.how}`, 'good');
        }
      }, controls.fail);
    },
    'answer-500': () => answer(500),
    'answer-400': () => answer(400),
    'answer-200': () => answer(200),
    'let-all-pass'() {
      breakpoint.set(undefined);
      notice('everything passes: the breakpoint is off', 'dim');
    },
  };
}
