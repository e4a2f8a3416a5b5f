import { spawn } from 'node:child_process';
import { UserError } from '../model/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's editor: `$VISUAL`, `$EDITOR`, else what is always there. */
function editorOf({ VISUAL, EDITOR }: Environment, platform = process.platform): string {
  return VISUAL || EDITOR || (platform === 'win32' ? 'notepad' : 'vi');
}

/**
 * Opens a file in the user's editor, on this terminal, until that is closed. Rejects with a UserError if it can't be
 * started or says that it failed.
 */
export function editFile(file: string, env: Environment, signal: AbortSignal): Promise<void> {
  const editor = editorOf(env);
  return new Promise((resolve, reject) => {
    // As a shell would read it, for it may have arguments: EDITOR='code --wait'.
    const child =
      process.platform === 'win32'
        ? spawn(`${editor} "${file}"`, { stdio: 'inherit', shell: true, signal })
        : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], {
            stdio: 'inherit',
            env: env as NodeJS.ProcessEnv,
            signal,
          });
    const failed = (why: string) =>
      reject(new UserError('failed', `The editor ${editor} ${why}.`, 'Set VISUAL or EDITOR to one.'));
    child.on('error', (error) => failed(`could not be started: ${error.message}`));
    child.on('exit', (code, ended) => {
      if (code === 0) resolve();
      else failed(ended ? `was ended by ${ended}` : `ended with ${code}`);
    });
  });
}
