import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { UserError } from '../model/errors.ts';
import { requireProgram } from './driver-program.ts';
import { openProgramTunnel } from './program-tunnel.ts';
import { tryConnection } from './server-connection.ts';
import { addressArguments, loginCommand, parseSshAddress, type SshAddress } from './ssh-address.ts';
import { isSshDetail, sshProgram, tunnelArguments } from './ssh-command.ts';
import { hostNameOf, type SshWay } from './ssh-host-name.ts';
import { createSshReasons, type SshReasons } from './ssh-reasons.ts';
import type {
  DriverFamily,
  DriverOption,
  DriverSettings,
  ListedDriver,
  Tunnel,
  TunnelOptions,
} from './tunnel.ts';

/** Ports to ask for by name: below those that a system gives to its own connections. */
const firstPort = 20_000;
const lastPort = 31_999;

/** Time limit for the check that the forwarded port can be reached. */
const connectMs = 2_000;

const options: readonly DriverOption[] = [
  {
    name: 'remotePort',
    help: 'the port of the server to forward, from 1 to 65535; else one that is kept for the folder',
    check: (value) => (isPort(value) ? undefined : `${JSON.stringify(value)} is not a port.`),
  },
  {
    name: 'url',
    help: 'the public URL of a reverse proxy on the server that leads to remotePort, such as https://hooks.example.com',
    check: (value) => (isOrigin(value) ? undefined : `${JSON.stringify(value)} is not such a URL.`),
  },
  { name: 'config', help: "a configuration file for ssh in place of the user's own, as with ssh -F" },
  {
    name: 'trustForwarded',
    values: ['no', 'yes'],
    help: 'the reverse proxy on the server adds the address of the sender to X-Forwarded-For',
  },
];

const profile = {
  name: 'ssh',
  facts: {
    about: 'a server of your own that runs OpenSSH',
    account: 'a login on the server',
    key: 'an SSH key of yours',
    keepsUrl: 'while its port on the server is free',
    bytes: 'exact',
    tested: 'the real server',
  },
  options,
  program: sshProgram,
} as const;

/**
 * Tunnels through a server of the user's own with `ssh -R`, as the user has set up ssh: keys, known hosts, jump hosts.
 * The bytes of a connection pass as they are, and nothing of ours runs on the server.
 */
export const ssh: ListedDriver & DriverFamily = {
  ...profile,
  takes: 'user@host[:port]',
  driverFor(text) {
    const address = parseSshAddress(text);
    return {
      ...profile,
      keepsName: true,
      openMs: 20_000,
      messages: {
        nameText: (name) => `Port ${portFor(name)}`,
        otherResponse: (status) => `another program on the server responds ${status}`,
      },
      addressSource: ({ trustForwarded }) => (trustForwarded === 'yes' ? 'x-forwarded-for' : 'none'),
      open: (port, given, signal) => openThrough(address, port, given, signal),
    };
  },
};

async function openThrough(
  address: SshAddress,
  port: number,
  given: TunnelOptions,
  signal: AbortSignal,
): Promise<Tunnel> {
  const { settings = {}, env = {} } = given;
  const name = given.subdomain?.toLowerCase();
  checkSettings(settings);
  const way: SshWay = {
    file: requireProgram(sshProgram, env),
    env,
    config: configArguments(settings),
    address,
  };
  const { url } = settings;
  const origin = url ?? `http://${inUrl(await hostNameOf(way, signal))}`;
  const fixed = settings['remotePort'];
  const wanted = fixed === undefined ? portFor(name) : Number(fixed);
  const reasons = reasonsOf(address, settings['config']);
  const forward = { way, origin, isProxied: url !== undefined, port, signal };
  try {
    // A port that the user has fixed counts as the one of the requested name.
    return await openForward({ ...forward, reasons, remotePort: wanted, name });
  } catch (error) {
    if (fixed !== undefined || wanted === 0 || !reasons.hasRefusedPort) throw error;
  }
  return openForward({
    ...forward,
    reasons: reasonsOf(address, settings['config']),
    remotePort: 0,
    name: undefined,
  });
}

/** One run of ssh that forwards a port. */
interface Forward {
  readonly way: SshWay;
  /** The public URL, without the forwarded port. */
  readonly origin: string;
  /** True if the public URL is the one of a reverse proxy on the server. */
  readonly isProxied: boolean;
  readonly port: number;
  /** 0: one that the server chooses. */
  readonly remotePort: number;
  readonly name: string | undefined;
  readonly reasons: SshReasons;
  readonly signal: AbortSignal;
}

async function openForward(forward: Forward): Promise<Tunnel> {
  const { way, origin, isProxied, port, remotePort, name, reasons, signal } = forward;
  const { file, env, config, address } = way;
  // A reverse proxy reaches the port on the server's loopback; nobody else has to.
  const bind = isProxied ? 'localhost' : '*';
  const tunnel = await openProgramTunnel(
    {
      title: 'ssh',
      file,
      env,
      args: [
        ...config,
        ...tunnelArguments(),
        '-N',
        '-R',
        `${bind}:${remotePort}:127.0.0.1:${port}`,
        ...addressArguments(address),
      ],
      urlIn(line) {
        const forwarded = forwardedPort(line, forward);
        return forwarded && (isProxied ? origin : `${origin}:${forwarded}`);
      },
      reasonIn: reasons.reasonIn,
      isDetail: isSshDetail,
      nameOf: (url) => name ?? (new URL(url).port || undefined),
    },
    signal,
  );
  let isRunning = true;
  void tunnel.ended.then(() => (isRunning = false));
  if (!isProxied) await requireReachable(tunnel, address, signal);
  // It ends by itself when the server does not respond any more.
  return { ...tunnel, isConnected: async () => isRunning };
}

/** The port that the server has forwarded, from what ssh prints of it; the user's configuration may forward others. */
function forwardedPort(line: string, { remotePort, port }: Forward): string | undefined {
  const pattern =
    remotePort === 0
      ? /^Allocated port (\d+) for remote forward to (\S+)$/
      : /^debug1: remote forward success for: listen \S*:(\d+), connect (\S+)$/;
  const [, forwarded, to] = pattern.exec(line) ?? [];
  if (to !== `127.0.0.1:${port}`) return undefined;
  return remotePort === 0 || forwarded === String(remotePort) ? forwarded : undefined;
}

/** A server may take the port for its loopback alone, without saying so. */
async function requireReachable(tunnel: Tunnel, { host }: SshAddress, signal: AbortSignal): Promise<void> {
  const url = new URL(tunnel.url);
  const result = await tryConnection(url, connectMs, signal);
  if (result !== 'refused' && !signal.aborted) return;
  await tunnel.close();
  signal.throwIfAborted();
  throw new UserError(
    'unavailable',
    `${host} refuses connections to the forwarded port ${url.port}: set "GatewayPorts clientspecified" in its sshd_config.`,
    'If a reverse proxy there leads to the port, set the driver options ssh.url and ssh.remotePort.',
  );
}

function configArguments({ config }: DriverSettings): string[] {
  return config === undefined ? [] : ['-F', config];
}

function reasonsOf(address: SshAddress, config: string | undefined): SshReasons {
  const login = `\`${loginCommand(address, config)}\``;
  return createSshReasons(address, {
    unknownHostKey: `run ${login} once and accept it`,
    changedHostKey: `${login} tells what to do`,
    deniedLogin: `make ${login} work without a question, with a key or ssh-agent`,
  });
}

function checkSettings({ url, remotePort, config }: DriverSettings): void {
  if (url !== undefined && remotePort === undefined) {
    throw new UserError(
      'usage',
      'The option ssh.url needs ssh.remotePort: the port that the reverse proxy leads to.',
      'Example: ssh.remotePort=8080.',
    );
  }
  if (config === undefined || existsSync(config)) return;
  throw new UserError('usage', `The file ${JSON.stringify(config)} of ssh.config was not found.`);
}

/** The port to ask for, always the same for a name; 0 without one. */
function portFor(name: string | undefined): number {
  if (name === undefined) return 0;
  const number = createHash('sha256').update(name.toLowerCase()).digest().readUInt32BE();
  return firstPort + (number % (lastPort - firstPort + 1));
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
}
