import type { Io } from '../cli/io.ts';
import { editableRequest, readEdited } from '../format/editable.ts';
import { bodyOf, wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { calledBy } from '../model/request.ts';
import { joinTarget } from '../model/request-target.ts';
import type { SignableRequest } from '../providers/request/parsed-request.ts';

/**
 * Has the user edit a request in $VISUAL or $EDITOR; resolves with what it has become, with undefined where it was
 * emptied or a signal ended it. Rejects with a UserError where there is no terminal, or what was written can't be read: it is kept then.
 */
export async function editedRequest(request: SignableRequest, io: Io): Promise<SignableRequest | undefined> {
  if (!io.stdin.isTTY) {
    throw new UserError('usage', '--edit requires a terminal.', 'In a script, use --set, -H or --body.');
  }
  const { editCopy } = await import('../editor/edit-copy.ts');
  const { editFile } = await import('../editor/editor.ts');
  const { origin, requestTarget } = calledBy(request.url);
  const editable = { ...request, requestTarget, body: bodyOf(request.body) };
  const edited = await editCopy({
    name: 'request.http',
    original: editableRequest(editable, 'it is sent'),
    env: io.env,
    edit: (file) => editFile(file, { ...io, stdout: io.rawStdout }),
    read: (written) => readEdited(written, editable),
  });
  if (edited.type !== 'changed') return edited.type === 'unchanged' ? request : undefined;
  const { method, requestTarget: path, headers, body } = edited.value;
  const joined = joinTarget({ origin, basePath: '' }, path);
  if ('fault' in joined) throw new UserError('failed', `Cannot send the edited request: ${joined.fault}.`);
  return { method, url: joined.url, headers, body: wholeBody(body) };
}
