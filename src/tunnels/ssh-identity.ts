import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import { requireProgram } from './driver-program.ts';
import { runProgram } from './running-program.ts';
import { sshProgram } from './ssh-command.ts';

/** The files that we keep for ssh to other people's servers, which get none of the user's own. */
export interface SshIdentity {
  readonly folder: string;
  /** Removes the files if they were made for one tunnel alone. */
  release(): void;
}

/** The names of the files, in the folder. */
export const identityFiles = { knownHosts: 'tunnel-known-hosts', key: 'tunnel-key' } as const;

/** Opens the folder of the files: the user's state folder, or a temporary one where that is not given. */
export function openSshIdentity(stateFolder: string | undefined): SshIdentity {
  const folder = stateFolder ?? mkdtempSync(join(tmpdir(), 'webhook-cli-'));
  if (stateFolder !== undefined && mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) {
    // The mode that mkdir is given passes through the umask.
    chmodSync(folder, 0o700);
  }
  closeSync(openSync(join(folder, identityFiles.knownHosts), 'a', 0o600));
  return {
    folder,
    release() {
      if (stateFolder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes the key that we log in with, unless there is one. It opens nothing: a server only tells users apart by it. */
export async function ensureKey(folder: string, env: Environment, signal: AbortSignal): Promise<void> {
  const file = join(folder, identityFiles.key);
  if (existsSync(file)) return;
  const made = `${identityFiles.key}.${randomBytes(6).toString('hex')}`;
  let lastLine = '';
  const program = runProgram({
    file: requireProgram({ ...sshProgram, name: 'ssh-keygen' }, env),
    args: ['-q', '-t', 'ed25519', '-N', '', '-C', 'webhook-cli', '-f', made],
    env,
    folder,
    onLine: (line) => (lastLine = line),
  });
  const stop = () => void program.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const how = await program.ended;
    signal.throwIfAborted();
    if (!existsSync(join(folder, made)))
      throw new UserError('unavailable', `ssh-keygen ${how}. ${lastLine}`.trim());
    keep(join(folder, made), file);
  } finally {
    signal.removeEventListener('abort', stop);
    await program.close();
    for (const name of [made, `${made}.pub`]) rmSync(join(folder, name), { force: true });
  }
}

/** Gives a file its name unless another process was first. */
function keep(made: string, file: string): void {
  try {
    linkSync(made, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
