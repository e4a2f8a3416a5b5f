import type { DriverProgram } from './driver-program.ts';

/** The OpenSSH client. */
export const sshProgram: DriverProgram = {
  name: 'ssh',
  install: 'Install the OpenSSH client, for example with: apt install openssh-client.',
};

/** What every tunnel through ssh sets, before the user's configuration: https://man.openbsd.org/ssh_config. */
const settings: Readonly<Record<string, string>> = {
  // Nobody could answer a question.
  BatchMode: 'yes',
  ConnectTimeout: '8',
  ExitOnForwardFailure: 'yes',
  // A connection that is lost ends ssh within 30 s.
  ServerAliveInterval: '10',
  ServerAliveCountMax: '2',
  // A shared connection would outlive the tunnel.
  ControlMaster: 'no',
  ControlPath: 'none',
};

/** Arguments of ssh for a tunnel: `more` are further settings. It tells on stderr what the server has forwarded. */
export function tunnelArguments(more: Readonly<Record<string, string>> = {}): string[] {
  const all = Object.entries({ ...settings, ...more });
  return ['-v', '-T', '-a', '-x', ...all.flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

/** True for what ssh prints of its own doings. */
export function isSshDetail(line: string): boolean {
  return /^(debug\d: |OpenSSH_|Authenticated to |Allocated port |Transferred: |Bytes per second: |Warning: Permanently added )/.test(
    line,
  );
}
