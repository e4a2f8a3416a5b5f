import { printable } from '../../format/printable.ts';
import type { Seq } from '../../model/seq.ts';
import { type Acts, type Controls, withReason } from '../controls.ts';
import { editRequest } from '../edit-request.ts';
import { fieldOf } from '../field.ts';
import { fieldPrompt } from '../state.ts';

type Forwards =
  | 'pause'
  | 'break'
  | 'resume'
  | 'resume-all'
  | 'edit-resume'
  | 'reply'
  | 'remove-breakpoint'
  | 'stop-next';

/** What becomes of requests before they are forwarded. */
export function forwarding(controls: Controls): Acts<Forwards> {
  const { change, notice, session } = controls;
  const { breakpoint } = session;

  function remove(): void {
    breakpoint.set(undefined);
    notice('the breakpoint is off', 'dim');
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
      if (breakpoint.isSet) remove();
      else change({ type: 'prompt', prompt: fieldPrompt('break', controls.state.filter) });
    },
    resume() {
      const short = breakpoint.stopped?.request.id.slice(0, 5);
      if (breakpoint.resume()) notice(`${short} resumed`, 'dim');
    },
    'resume-all'() {
      const count = breakpoint.resumeAll();
      notice(count === 1 ? '1 request resumed' : `${count} requests resumed`, 'dim');
    },
    'edit-resume'() {
      const { stopped } = breakpoint;
      if (!stopped) return;
      editRequest(controls, stopped.request).then((edited) => {
        if (!edited) return;
        // Its sender may have hung up while it was edited.
        if (breakpoint.stopped !== stopped) notice(goneText(stopped.request.id), 'warn');
        else {
          breakpoint.resume(edited.edit);
          notice(`${stopped.request.id.slice(0, 5)} resumed ${edited.how}`, 'good');
        }
      }, controls.fail);
    },
    reply() {
      const { stopped } = breakpoint;
      if (!stopped) return;
      const { seq } = stopped;
      change({
        type: 'prompt',
        prompt: { type: 'reply', seq, status: undefined, field: fieldOf(''), row: 0 },
      });
    },
    'remove-breakpoint': remove,
    'stop-next': () => change({ type: 'prompt', prompt: fieldPrompt('stop-next', '1') }),
  };
}

/** Replies to a stopped request in place of its target; it may be gone by now. */
export function replyToStopped(
  { session: { breakpoint }, notice, feed }: Controls,
  { seq, status, body }: { readonly seq: Seq; readonly status: number; readonly body: string },
): void {
  const { stopped } = breakpoint;
  if (stopped?.seq !== seq) notice(goneText(feed.summary(seq)?.id ?? 'The request'), 'warn');
  else if (breakpoint.reply(status, body))
    notice(`${stopped.request.id.slice(0, 5)}: replied ${status}, and nothing was forwarded`, 'warn');
}

function goneText(id: string): string {
  return `${printable(id)} is not stopped any more: nothing was sent.`;
}
