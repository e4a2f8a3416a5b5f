import { printable } from '../../format/printable.ts';
import { attemptStatus } from '../../format/status.ts';
import { durationText } from '../../format/time.ts';
import { UserError } from '../../model/errors.ts';
import type { ReplayOptions } from '../../session/session.ts';
import { type Acts, type Controls, selectedRequest } from '../controls.ts';

/** Requests sent again. */
export function sending(controls: Controls): Acts<'replay'> {
  const { change, notice, session } = controls;

  function replay(options: ReplayOptions = {}): void {
    const request = selectedRequest(controls);
    if (!request) return;
    const short = request.id.slice(0, 5);
    // The selection stays on what was replayed, so that one sees how it goes.
    change({ type: 'following', on: false });
    notice(`replaying ${short} …`, 'dim');
    session.replay(request.id, options).then(
      ({ outcome, ms }) => {
        const failed = outcome.type === 'failed' ? outcome : undefined;
        const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
        notice(
          `replayed ${short}: ${failed ? printable(failed.message) : `${text} in ${durationText(ms)}`}`,
          tone,
        );
      },
      (error: unknown) => {
        if (error instanceof UserError)
          notice(printable([error.message, error.hint].filter(Boolean).join(' ')), 'bad');
        else controls.fail(error);
      },
    );
  }

  return { replay: () => replay() };
}
