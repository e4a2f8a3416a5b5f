import { printable } from '../../format/printable.ts';
import type { Seq } from '../../model/seq.ts';
import { statusChoices } from '../overlay/reply-statuses.ts';
import { fieldPrompt } from '../state/state.ts';
import { textField } from '../state/text-field.ts';
import { type Controls, type Handlers, showError } from './controls.ts';
import { editRequest } from './edit-request.ts';

type ForwardingAction =
  | 'pause'
  | 'breakpoint'
  | 'resume'
  | 'resume-all'
  | 'edit-resume'
  | 'reply'
  | 'remove-breakpoint'
  | 'intercept-next';

/** Handlers of the keys that pause forwarding and control the breakpoint. */
export function forwardingHandlers(controls: Controls): Handlers<ForwardingAction> {
  return {
    pause: () => togglePause(controls),
    breakpoint: () => toggleBreakpoint(controls),
    resume: () => resume(controls),
    'resume-all': () => resumeAll(controls),
    'edit-resume': () => editAndResume(controls),
    reply: () => askForReply(controls),
    'remove-breakpoint': () => removeBreakpoint(controls),
    'intercept-next': () => controls.change({ type: 'prompt', prompt: fieldPrompt('intercept-next', '1') }),
  };
}

function togglePause(controls: Controls): void {
  const { session, notice } = controls;
  try {
    if (session.paused) session.resume();
    else session.pause();
  } catch (error) {
    showError(controls)(error);
    return;
  }
  if (session.paused) notice('forwarding paused', 'plain', 'pause');
  else notice('forwarding resumed: held requests are delivered in order');
}

function toggleBreakpoint(controls: Controls): void {
  if (controls.session.breakpoint.isSet) removeBreakpoint(controls);
  else controls.change({ type: 'prompt', prompt: fieldPrompt('breakpoint', controls.state.filter) });
}

function removeBreakpoint({ session, notice }: Controls): void {
  session.breakpoint.set(undefined);
  notice('breakpoint removed', 'dim');
}

function resume({ session: { breakpoint }, notice }: Controls): void {
  const { stopped: intercepted } = breakpoint;
  if (intercepted && breakpoint.resume()) notice(`${intercepted.request.id.slice(0, 5)} resumed`, 'dim');
}

function resumeAll({ session, notice }: Controls): void {
  const count = session.breakpoint.resumeAll();
  notice(count === 1 ? '1 request resumed' : `${count} requests resumed`, 'dim');
}

function editAndResume(controls: Controls): void {
  const { fail, notice } = controls;
  const { breakpoint } = controls.session;
  const { stopped: intercepted } = breakpoint;
  if (!intercepted) return;
  const { request } = intercepted;
  editRequest(controls, intercepted).then((edited) => {
    if (!edited) return;
    // The sender may have disconnected meanwhile.
    if (breakpoint.stopped !== intercepted) notice(goneText(request.id), 'warn');
    else {
      breakpoint.resume(edited.edit);
      notice(`${request.id.slice(0, 5)} resumed ${edited.how}`, 'good');
    }
  }, fail);
}

function askForReply({ session, change }: Controls): void {
  const { stopped: intercepted } = session.breakpoint;
  if (!intercepted) return;
  const { seq } = intercepted;
  change({
    type: 'prompt',
    prompt: {
      type: 'picker',
      purpose: { type: 'status', seq },
      choices: statusChoices(),
      field: textField(''),
      row: 0,
    },
  });
}

/** Replies to an intercepted request without forwarding it, unless it is gone by now. */
export function replyToIntercepted(
  { session: { breakpoint }, notice, viewModel }: Controls,
  { seq, status, body }: { readonly seq: Seq; readonly status: number; readonly body: string },
): void {
  const { stopped: intercepted } = breakpoint;
  if (intercepted?.seq !== seq) notice(goneText(viewModel.summary(seq)?.id ?? 'The request'), 'warn');
  else if (breakpoint.reply(status, body))
    notice(`${intercepted.request.id.slice(0, 5)}: replied ${status}, not forwarded`, 'warn');
}

function goneText(id: string): string {
  return `${printable(id)} is no longer intercepted: nothing was sent.`;
}
