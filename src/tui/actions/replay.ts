import { printable } from '../../format/printable.ts';
import { attemptStatus } from '../../format/status.ts';
import { targetName } from '../../format/target-name.ts';
import { durationText } from '../../format/time.ts';
import type { RequestSummary } from '../../model/request.ts';
import type { ReplayOptions } from '../../session/session.ts';
import { sampleEvent } from '../input/keys.ts';
import { type Controls, type Handlers, selectedRequest, showError } from './controls.ts';
import { editRequest } from './edit-request.ts';
import { openTargetPicker } from './target-picker.ts';
import { trigger } from './trigger.ts';
import { openProviderPicker } from './trigger-picker.ts';

type ReplayAction = 'replay' | 'replay-to' | 'edit-replay' | 'resign-replay' | 'trigger' | 'trigger-other';

/** Handlers of the keys that replay requests and trigger events. */
export function replayHandlers(controls: Controls): Handlers<ReplayAction> {
  return {
    replay: () => replaySelected(controls),
    'replay-to': () => openTargetPicker(controls),
    'edit-replay': () => editAndReplay(controls),
    'resign-replay': () => replaySelected(controls, { resign: true }),
    trigger: () => trigger(controls, sampleEvent.provider, sampleEvent.event),
    'trigger-other': () => openProviderPicker(controls),
  };
}

function editAndReplay(controls: Controls): void {
  const selected = selectedRequest(controls);
  const request = selected && controls.store.request(selected.seq);
  if (!selected || !request) return;
  controls.change({ type: 'following', on: false });
  editRequest(controls, { seq: selected.seq, request }).then((edited) => {
    if (edited) replay(controls, selected, { edit: edited.edit }, edited.how);
  }, controls.fail);
}

/** Replays the selected request; the selection stays on it, so that the user sees the result. */
export function replaySelected(controls: Controls, options: ReplayOptions = {}): void {
  const request = selectedRequest(controls);
  if (request) replay(controls, request, options);
}

function replay(
  controls: Controls,
  { seq, id, refusal }: RequestSummary,
  options: ReplayOptions,
  how = options.resign ? 're-signed' : '',
): void {
  const { change, notice, session } = controls;
  const short = id.slice(0, 5);
  const where = options.to === undefined ? '' : ` to ${printable(options.to)}`;
  const what = `${short}${how === '' ? '' : ` ${how}`}${where}`;
  // Only a replay sends a refused request: the user should know that it was refused.
  const anyway = refusal === null ? '' : ` (refused when it arrived: ${printable(refusal)})`;
  change({ type: 'following', on: false });
  notice(`replaying ${what}${anyway} …`, anyway === '' ? 'dim' : 'warn', seq);
  session.replay(seq, options).then(({ outcome, ms, target }) => {
    const failed = outcome.type === 'failed' ? outcome : undefined;
    const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
    const result = failed ? printable(failed.message) : `${text} in ${durationText(ms)}`;
    // A held request goes to the target that it is held for.
    const isElsewhere = options.to === undefined && session.target && target !== session.target.href;
    const there = isElsewhere ? ` to ${targetName(target)}, which it is held for` : '';
    notice(`replayed ${what}${anyway}${there}: ${result}`, tone, seq);
  }, showError(controls));
}
