import { UserError } from '../model/errors.ts';
import { requireProgram } from './driver-program.ts';
import { httpUrlProblem } from './option-checks.ts';
import { openProgramTunnel } from './program-tunnel.ts';
import type { DriverSettings, ListedDriver, TunnelDriver } from './tunnel.ts';

const program = {
  name: 'cloudflared',
  install:
    'Install it, for example with: brew install cloudflared. Other ways: https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/',
} as const;

/**
 * Tunnels through Cloudflare with the user's cloudflared: a quick tunnel, or a named one of the user's account.
 * https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/trycloudflare/
 */
export const cloudflared: ListedDriver & TunnelDriver = {
  name: 'cloudflared',
  facts: {
    about: 'a quick tunnel of Cloudflare at trycloudflare.com, or a tunnel of your account',
    account: 'none; for a tunnel of your own, Cloudflare with a domain',
    key: 'none; for a tunnel of your own, cloudflared tunnel login',
    keepsUrl: 'no; a tunnel of your own: yes',
    bytes:
      'sets Accept-Encoding and Connection, adds CF-* and X-Forwarded-* headers; the rest was not measured',
    tested: 'stand-in; not run against the real service',
  },
  options: [
    { name: 'tunnel', help: 'the name of a tunnel of your account, which leads to url', check: nameProblem },
    {
      name: 'url',
      help: 'the public URL of that tunnel, such as https://hooks.example.com',
      check: httpUrlProblem,
    },
    {
      name: 'protocol',
      values: ['auto', 'http2', 'quic'],
      help: 'how cloudflared connects to Cloudflare: http2 where UDP is blocked',
    },
  ],
  program,
  keepsName: false,
  // Where UDP is blocked, it notices that after some seconds.
  openMs: 30_000,
  // https://developers.cloudflare.com/fundamentals/reference/http-headers/: the edge sets it for every request.
  addressSource: () => ({ header: 'cf-connecting-ip' }),
  async open(port, { env = {}, settings = {}, heard }, signal) {
    const file = requireProgram(program, env);
    const named = namedTunnel(settings);
    const connections = new Set<string>();
    let quickUrl: string | undefined;
    const tunnel = await openProgramTunnel(
      {
        title: 'cloudflared',
        file,
        env,
        args: argumentsFor(port, named?.name, settings['protocol']),
        urlIn(line) {
          countConnections(line, connections);
          quickUrl = /https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com/i.exec(line)?.[0] ?? quickUrl;
          // The URL is printed first, and leads nowhere until there is a connection.
          return connections.size > 0 ? (named?.url ?? quickUrl) : undefined;
        },
        reasonIn,
        heard,
      },
      signal,
    );
    return { ...tunnel, isConnected: async () => connections.size > 0 };
  },
};

/** A file of settings would apply to this tunnel, too: its rules for hosts, or another tunnel. */
function argumentsFor(port: number, name: string | undefined, protocol = 'auto'): string[] {
  const chosen = protocol === 'auto' ? [] : ['--protocol', protocol];
  const first = ['tunnel', '--config', '/dev/null', '--no-autoupdate', ...chosen];
  const url = ['--url', `http://127.0.0.1:${port}`];
  return name === undefined ? [...first, ...url] : [...first, 'run', ...url, name];
}

function namedTunnel({ tunnel, url }: DriverSettings): { name: string; url: string } | undefined {
  if (tunnel === undefined && url === undefined) return undefined;
  if (tunnel !== undefined && url !== undefined) return { name: tunnel, url };
  throw new UserError(
    'usage',
    'The options cloudflared.tunnel and cloudflared.url belong together.',
    'Example: cloudflared.tunnel=hooks and cloudflared.url=https://hooks.example.com.',
  );
}

/** Keeps which of cloudflared's connections to Cloudflare are up. */
function countConnections(line: string, connections: Set<string>): void {
  const number = /\bconnIndex=(\d+)/.exec(line)?.[1];
  if (number === undefined) return;
  if (/\bRegistered tunnel connection\b/.test(line)) connections.add(number);
  else if (/\bUnregistered tunnel connection\b|\bConnection terminated\b|\bRetrying connection\b/.test(line))
    connections.delete(number);
}

function reasonIn(line: string): string | undefined {
  if (/QuickTunnel response.*(429|\b1015\b)/.test(line))
    return 'Cloudflare gives this network no more quick tunnels for now (429 Too Many Requests): wait, or use a tunnel of your account.';
  if (/^failed to request quick Tunnel/.test(line))
    return `Cloudflare cannot be asked for a quick tunnel: ${line.split(': ').at(-1)}.`;
  if (/Error locating origin cert/.test(line))
    return 'cloudflared is not logged in to your account: run `cloudflared tunnel login`.';
  if (/tunnel credentials file .*(not found|doesn't exist)/.test(line))
    return 'cloudflared has no credentials for this tunnel: it was created on another machine or by another user.';
  return undefined;
}

function nameProblem(value: string): string | undefined {
  return /^(?!-)[\w.-]+$/.test(value) ? undefined : `${JSON.stringify(value)} is not the name of a tunnel.`;
}
