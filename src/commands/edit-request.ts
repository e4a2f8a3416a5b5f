import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editableRequest, readEdited } from '../format/editable.ts';
import { bodyOf, wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { calledBy } from '../model/request.ts';
import type { Incoming } from '../providers/incoming.ts';
import type { Io } from './io.ts';

/**
 * Has the user edit a request in $VISUAL or $EDITOR; resolves with what it has become, with undefined where it was
 * emptied. Rejects with a UserError where there is no terminal, or what was written can't be read: it is kept then.
 */
export async function editedRequest(request: Incoming, io: Io): Promise<Incoming | undefined> {
  if (!io.stdin.isTTY) {
    throw new UserError(
      'usage',
      '--edit needs a terminal.',
      'In a script, change it with --set, -H or --body.',
    );
  }
  const { editFile } = await import('../tui/editor.ts');
  const { origin, requestTarget: target } = calledBy(request.url);
  const editable = { ...request, requestTarget: target, body: bodyOf(request.body) };
  const folder = await mkdtemp(join(tmpdir(), 'webhook-cli-'));
  const file = join(folder, 'request.http');
  let isKept = false;
  try {
    await writeFile(file, editableRequest(editable, 'it is sent'), { mode: 0o600 });
    await editFile(file, io.env, io.signal);
    const written = await readFile(file);
    if (written.toString('latin1').trim() === '') return undefined;
    const { method, requestTarget, headers, body } = readEdited(written, editable);
    return { method, url: origin + requestTarget, headers, body: wholeBody(body) };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'usage') throw error;
    isKept = true;
    throw new UserError('usage', `Nothing is sent: ${error.message} What was written is in ${file}.`);
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}
