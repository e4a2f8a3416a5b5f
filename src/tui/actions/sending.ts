import { printable } from '../../format/printable.ts';
import { attemptStatus } from '../../format/status.ts';
import { durationText } from '../../format/time.ts';
import type { RequestSummary } from '../../model/request.ts';
import type { ReplayOptions } from '../../session/session.ts';
import { type Acts, type Controls, selectedRequest, withReason } from '../controls.ts';
import { editRequest } from '../edit-request.ts';
import { firstSample } from '../first-sample.ts';
import { fieldPrompt } from '../state.ts';

type Sends = 'replay' | 'replay-to' | 'edit-replay' | 'resign-replay' | 'trigger' | 'trigger-other';

/** Requests sent again, as they are or changed, and events sent as their providers would. */
export function sending(controls: Controls): Acts<Sends> {
  const { change, session } = controls;

  return {
    replay: () => replaySelected(controls),
    'replay-to'() {
      const { target } = session;
      change({
        type: 'prompt',
        prompt: fieldPrompt('target', target?.href.replace(/^http:\/\/localhost:/, '') ?? ''),
      });
    },
    'edit-replay'() {
      const selected = selectedRequest(controls);
      const request = selected && controls.store.request(selected.seq);
      if (!selected || !request) return;
      change({ type: 'following', on: false });
      editRequest(controls, request).then((edited) => {
        if (edited) replay(controls, selected, { edit: edited.edit }, edited.how);
      }, controls.fail);
    },
    'resign-replay': () => replaySelected(controls, { resign: true }),
    trigger: () => trigger(controls, firstSample),
    'trigger-other': () => change({ type: 'prompt', prompt: fieldPrompt('trigger', firstSample) }),
  };
}

/** Sends the selected request again; the selection stays on it, so that one sees how it goes. */
export function replaySelected(controls: Controls, options: ReplayOptions = {}): void {
  const request = selectedRequest(controls);
  if (request) replay(controls, request, options);
}

function replay(
  controls: Controls,
  { id, refusal }: RequestSummary,
  options: ReplayOptions,
  how = options.resign ? 'signed anew' : '',
): void {
  const { change, notice, session } = controls;
  const short = id.slice(0, 5);
  const where = options.to === undefined ? '' : ` to ${printable(options.to)}`;
  const what = `${short}${how === '' ? '' : ` ${how}`}${where}`;
  // Nothing but a replay by hand sends it, so whoever does is told.
  const anyway = refusal === null ? '' : ` (refused when it arrived: ${printable(refusal)})`;
  change({ type: 'following', on: false });
  notice(`replaying ${what}${anyway} …`, anyway === '' ? 'dim' : 'warn');
  session.replay(id, options).then(({ outcome, ms }) => {
    const failed = outcome.type === 'failed' ? outcome : undefined;
    const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
    const how = failed ? printable(failed.message) : `${text} in ${durationText(ms)}`;
    notice(`replayed ${what}${anyway}: ${how}`, tone);
  }, withReason(controls));
}

/** Sends a provider's sample to the session's own address: `stripe charge.succeeded`. */
export function trigger(controls: Controls, text: string): void {
  const { notice, session } = controls;
  const [provider = '', event = ''] = text.trim().split(/\s+/);
  const what = printable(`${provider} ${event}`.trim());
  notice(`triggering ${what} …`, 'dim');
  session.trigger(provider, event).then((outcome) => {
    if (outcome.type === 'failed') notice(`${what} did not arrive: ${printable(outcome.message)}`, 'bad');
    else {
      const { text: status, tone } = attemptStatus(outcome.response.status, undefined);
      notice(`triggered ${what}: ${status}`, tone);
    }
  }, withReason(controls));
}
