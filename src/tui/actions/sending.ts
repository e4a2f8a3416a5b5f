import { printable } from '../../format/printable.ts';
import { attemptStatus } from '../../format/status.ts';
import { durationText } from '../../format/time.ts';
import type { ReplayOptions } from '../../session/session.ts';
import { type Acts, type Controls, selectedRequest, withReason } from '../controls.ts';
import { editRequest } from '../edit-request.ts';
import { fieldPrompt } from '../state.ts';

/** Requests sent again, as they are or changed, and one of one's own. */
export function sending(
  controls: Controls,
): Acts<'replay' | 'replay-to' | 'edit-replay' | 'resign-replay' | 'trigger'> {
  const { change, notice, session } = controls;

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
      editRequest(controls, request).then((edit) => {
        if (edit) replay(controls, selected.id, { edit });
      }, controls.fail);
    },
    'resign-replay': () => replaySelected(controls, { resign: true }),
    trigger() {
      const url = session.url ?? session.localUrl;
      notice(`sending a request to ${printable(url)} …`, 'dim');
      const options = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'hello' };
      globalThis.fetch(url, { ...options, signal: controls.io.signal }).then(
        ({ status }) =>
          notice(`sent a request to ${printable(url)}: ${status}`, status < 400 ? 'good' : 'warn'),
        (error: unknown) => notice(`${printable(url)} was not reached: ${printable(reasonOf(error))}`, 'bad'),
      );
    },
  };
}

/** Sends the selected request again; the selection stays on it, so that one sees how it goes. */
export function replaySelected(controls: Controls, options: ReplayOptions = {}): void {
  const request = selectedRequest(controls);
  if (request) replay(controls, request.id, options);
}

function replay(controls: Controls, id: string, options: ReplayOptions): void {
  const { change, notice, session } = controls;
  const short = id.slice(0, 5);
  const where = options.to === undefined ? '' : ` to ${printable(options.to)}`;
  const what = `${short}${options.edit ? ' as edited' : ''}${options.resign ? ', signed anew,' : ''}${where}`;
  change({ type: 'following', on: false });
  notice(`replaying ${what} …`, 'dim');
  session.replay(id, options).then(({ outcome, ms }) => {
    const failed = outcome.type === 'failed' ? outcome : undefined;
    const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
    const how = failed ? printable(failed.message) : `${text} in ${durationText(ms)}`;
    notice(`replayed ${what}: ${how}`, tone);
  }, withReason(controls));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
