import { editableRequest, readEdited } from '../format/editable.ts';
import type { SentRequest } from '../model/attempt.ts';
import type { CapturedRequest } from '../model/request.ts';
import { type Controls, withReason } from './controls.ts';
import { editCopy } from './edit-copy.ts';
import { editFile } from './editor.ts';

/** What the user made of a request. */
export interface EditedRequest {
  readonly edit: SentRequest;
  /** For people: that it was edited, and signed anew if it was. */
  readonly how: string;
}

/**
 * Has the user edit a copy of a request in the editor and signs that anew where its secret is configured; resolves
 * with undefined if nothing was changed or it can't be sent: the user is told why.
 */
export async function editRequest(
  controls: Controls,
  request: CapturedRequest,
): Promise<EditedRequest | undefined> {
  const { io, turns, notice, session } = controls;
  try {
    const edited = await editCopy({
      name: `${request.id}.http`,
      original: editableRequest(request, 'nothing is sent'),
      env: io.env,
      edit: (file) => turns.lend(() => editFile(file, io)),
      read: (written) => readEdited(written, request),
    });
    if (edited.type === 'changed') {
      const signed = await session.signEdit(request.id, edited.value);
      return signed
        ? { edit: signed, how: 'as edited, signed anew' }
        : { edit: edited.value, how: 'as edited' };
    }
    if (edited.type === 'ended') return undefined;
    const what = edited.type === 'unchanged' ? 'nothing was changed' : 'it was emptied';
    notice(`${what}, so nothing is sent`, 'dim');
  } catch (error) {
    withReason(controls)(error);
  }
  return undefined;
}
