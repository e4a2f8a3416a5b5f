import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folders.ts';
import { freePort } from './listening.ts';

/** OpenSSH's server, on loopback, with keys of its own. */
export interface SshServer {
  readonly port: number;
  /** What the driver takes: `user@127.0.0.1:port`. */
  readonly address: string;
  /** A configuration file for the client: with its key, and a file of known hosts in which the server stands. */
  readonly config: string;
  readonly folder: string;
  /** Ends it and its connections with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with the same keys, after `kill`. */
  start(): Promise<void>;
  /** Makes the server's host key another one; for the next `start`. */
  changeHostKey(): void;
  /** The public key of the client. */
  readonly clientKey: string;
  /** Replaces the keys that the server accepts: lines as in authorized_keys, the client's key alone at first. */
  authorize(lines: string): void;
}

/** The file of sshd; undefined where it is not installed. */
export const sshdFile = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync);

/** Added to the name of tests that need a real server, and are skipped where it is missing. */
export const sshdNote = sshdFile === undefined ? ' (skipped: OpenSSH server is not installed)' : '';

/** Starts sshd, which ends after the test. `settings` are lines of its configuration, before its own. */
export async function startSshServer(
  settings: readonly string[] = ['GatewayPorts clientspecified'],
  listenAddress = '127.0.0.1',
): Promise<SshServer> {
  const folder = await temporaryFolder();
  let port = 0;
  const file = (name: string) => join(folder, name);
  makeKey(file('host'));
  makeKey(file('client'));
  const clientKey = readFileSync(file('client.pub'), 'utf8');
  writeFileSync(file('authorized'), clientKey);
  const [type, key] = readFileSync(file('host.pub'), 'utf8').split(' ');
  writeFileSync(
    file('config'),
    `Host *\n  IdentityFile ${file('client')}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${file('known')}\n`,
  );
  const configure = async () => {
    port = await freePort();
    writeFileSync(file('known'), `[${listenAddress}]:${port} ${type} ${key}\n`);
    writeFileSync(
      file('sshd_config'),
      [
        ...settings,
        `Port ${port}`,
        `ListenAddress ${listenAddress}`,
        `HostKey ${file('host')}`,
        `AuthorizedKeysFile ${file('authorized')}`,
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin yes',
        'PidFile none',
        'MaxStartups 100',
        '',
      ].join('\n'),
    );
    return run(file('sshd_config'));
  };

  // Somebody else may take the free port first.
  let child = await configure().catch(configure);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    // sshd has a process for each connection, which would go on; no new one may come meanwhile.
    child.kill('SIGSTOP');
    for (const pid of [...descendantsOf(child.pid!), child.pid!]) endProcess(pid);
    await exit;
  };
  onTestFinished(kill);
  return {
    port,
    address: `${userInfo().username}@${isIPv6(listenAddress) ? `[${listenAddress}]` : listenAddress}:${port}`,
    config: file('config'),
    folder,
    kill,
    async start() {
      child = await run(file('sshd_config'));
    },
    changeHostKey() {
      makeKey(file('host-2'));
      writeFileSync(file('host'), readFileSync(file('host-2')));
    },
    clientKey,
    authorize: (lines) => writeFileSync(file('authorized'), lines),
  };
}

/** The arguments of `listen` for a tunnel through a server. */
export function through({ address, config }: SshServer): readonly string[] {
  return ['--tunnel', `ssh:${address}`, '--tunnel-option', `ssh.config=${config}`];
}

function makeKey(file: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
}

/** Starts sshd in the foreground and waits until it listens. */
async function run(config: string): Promise<ChildProcess> {
  // The folder that sshd changes to before a login; packages leave its making to the init system.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(sshdFile!, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      said.push(line);
      if (line.startsWith('Server listening on')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`sshd ended with ${code}: ${said.join(' ')}`)));
  });
  return child;
}

/** The processes that a process and its children have started. */
function descendantsOf(pid: number): number[] {
  const pairs = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
  const childrenOf = (parent: number): number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child!, ...childrenOf(child!)]);
  return childrenOf(pid);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
