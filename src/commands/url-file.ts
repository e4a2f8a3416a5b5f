import { accessSync, constants, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../model/errors.ts';

/** The file of `--url-file`: a script that waits for it must find this run's URL in it or nothing. */
export interface UrlFile {
  /** Throws a UserError. */
  write(url: string): void;
}

/** Removes what an earlier run left there; throws a UserError if the file could not be written later. */
export function prepareUrlFile(file: string): UrlFile {
  attempt(file, () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile()) rmSync(file);
    if (!found || found.isFile()) accessSync(dirname(resolve(file)), constants.W_OK);
    else accessSync(file, constants.W_OK);
    if (found?.isDirectory()) throw new Error('it is a folder');
  });
  return { write: (url) => attempt(file, () => writeFileSync(file, `${url}\n`, { mode: 0o600 })) };
}

function attempt(file: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('failed', `The URL can't be written to ${file}: ${reason}.`, 'See --url-file.');
  }
}
