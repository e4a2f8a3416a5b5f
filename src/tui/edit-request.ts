import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editableRequest, readEdited } from '../format/editable.ts';
import { printable } from '../format/printable.ts';
import type { SentRequest } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import { type Controls, withReason } from './controls.ts';
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
  const folder = await mkdtemp(join(tmpdir(), 'webhook-cli-'));
  const file = join(folder, `${request.id}.http`);
  const original = editableRequest(request, 'nothing is sent');
  let isKept = false;
  try {
    await writeFile(file, original, { mode: 0o600 });
    await turns.lend(() => editFile(file, io.env, io.signal));
    const written = await readFile(file);
    if (written.equals(original)) notice('nothing was changed, so nothing is sent', 'dim');
    else if (written.toString('latin1').trim() === '') notice('it was emptied, so nothing is sent', 'dim');
    else return readEdited(written, request);
  } catch (error) {
    isKept = error instanceof UserError && error.code === 'usage';
    withReason(controls)(isKept ? keptIn(file, error as UserError) : error);
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
  return undefined;
}

/** What somebody has written is not thrown away because of a slip. */
function keptIn(file: string, { message }: UserError): UserError {
  return new UserError('usage', `Nothing is sent: ${printable(message)} What was written is in ${file}.`);
}
