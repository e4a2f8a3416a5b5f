import { editCopy } from '../../editor/edit-copy.ts';
import { editFile } from '../../editor/editor.ts';
import { editableRequest, readEdited } from '../../format/editable.ts';
import type { SentRequest } from '../../model/attempt.ts';
import type { CapturedRequest } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import { type Controls, showError } from './controls.ts';

/** A request after editing. */
export interface EditedRequest {
  readonly edit: SentRequest;
  /** Remark for the notice: edited, and re-signed if so. */
  readonly how: string;
}

/**
 * Opens a copy of a request in the user's editor and re-signs the result if the provider's secret is configured.
 * Resolves with undefined, after a notice, if nothing was changed or the result can't be sent.
 */
export async function editRequest(
  controls: Controls,
  { seq, request }: { readonly seq: Seq; readonly request: CapturedRequest },
): Promise<EditedRequest | undefined> {
  const { io, terminalOwnership, notice, session } = controls;
  try {
    const edited = await editCopy({
      name: `${request.id}.http`,
      original: editableRequest(request, 'nothing is sent'),
      env: io.env,
      edit: (file) => terminalOwnership.runExternal(() => editFile(file, io)),
      read: (written) => readEdited(written, request),
    });
    if (edited.type === 'changed') {
      const signed = await session.signEdit(seq, edited.value);
      return signed
        ? { edit: signed, how: 'as edited, re-signed' }
        : { edit: edited.value, how: 'as edited' };
    }
    if (edited.type === 'ended') return undefined;
    const reason = edited.type === 'unchanged' ? 'no changes' : 'empty text';
    notice(`${reason}: not sent`, 'dim');
  } catch (error) {
    showError(controls)(error);
  }
  return undefined;
}
