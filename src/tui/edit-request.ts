import { editableRequest, readEdited } from '../format/editable.ts';
import type { SentRequest } from '../model/attempt.ts';
import type { CapturedRequest } from '../model/request.ts';
import { type Controls, withReason } from './controls.ts';
import { editCopy } from './edit-copy.ts';
import { editFile } from './editor.ts';

/**
 * Has the user edit a copy of a request in the editor; resolves with what that has become, or with undefined if
 * nothing was changed or it can't be sent: the user is told why.
 */
export async function editRequest(
  controls: Controls,
  request: CapturedRequest,
): Promise<SentRequest | undefined> {
  const { io, turns, notice } = controls;
  try {
    const edited = await editCopy({
      name: `${request.id}.http`,
      original: editableRequest(request, 'nothing is sent'),
      env: io.env,
      edit: (file) => turns.lend(() => editFile(file, io)),
      read: (written) => readEdited(written, request),
    });
    if (edited.type === 'changed') return edited.value;
    if (edited.type === 'ended') return undefined;
    const what = edited.type === 'unchanged' ? 'nothing was changed' : 'it was emptied';
    notice(`${what}, so nothing is sent`, 'dim');
  } catch (error) {
    withReason(controls)(error);
  }
  return undefined;
}
