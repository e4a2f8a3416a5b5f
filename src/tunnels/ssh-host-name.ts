import type { Environment } from '../model/environment.ts';
import { runProgram } from './running-program.ts';
import { addressArguments, type SshAddress } from './ssh-address.ts';

/** How to run ssh to a server. */
export interface SshWay {
  /** The file of ssh. */
  readonly file: string;
  readonly env: Environment;
  /** Arguments that name the configuration of ssh; none: the user's own. */
  readonly config: readonly string[];
  readonly address: SshAddress;
}

/** The host that ssh connects to, which may be another one than the address says: that is then an alias. */
export async function hostNameOf(way: SshWay, signal: AbortSignal): Promise<string> {
  const { file, env, config, address } = way;
  signal.throwIfAborted();
  let host: string | undefined;
  const program = runProgram({
    file,
    env,
    args: ['-G', ...config, ...addressArguments(address)],
    onLine: (line) => (host = /^hostname (\S+)$/.exec(line)?.[1] ?? host),
  });
  const stop = () => void program.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await program.ended;
  } finally {
    signal.removeEventListener('abort', stop);
    await program.close();
  }
  signal.throwIfAborted();
  return host ?? address.host;
}
