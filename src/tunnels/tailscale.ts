import { requireProgram } from './driver-program.ts';
import { openProgramTunnel } from './program-tunnel.ts';
import type { ListedDriver, TunnelDriver } from './tunnel.ts';

const program = {
  name: 'tailscale',
  install: 'Install it as https://tailscale.com/download says, then log in with: tailscale up.',
} as const;

/** Tunnels with Tailscale Funnel and the user's own tailnet: https://tailscale.com/docs/reference/tailscale-cli/funnel. */
export const tailscale: ListedDriver & TunnelDriver = {
  name: 'tailscale',
  facts: {
    about: 'Tailscale Funnel',
    account: 'Tailscale',
    key: 'tailscale up',
    keepsUrl: 'yes',
    bytes:
      'with tailscale.mode=tcp TLS is taken off and nothing else is touched; with http it was not measured',
    tested: 'stand-in; not run against the real service',
  },
  options: [
    {
      name: 'mode',
      values: ['http', 'tcp'],
      help: 'how requests are passed on: as HTTP, with the address of the sender, or as bytes, without it',
    },
    { name: 'port', values: ['443', '8443', '10000'], help: 'the port of the public URL' },
  ],
  program,
  keepsName: false,
  openMs: 20_000,
  // It replaces what the sender wrote there: addProxyForwardedHeaders in Tailscale's ipn/ipnlocal/serve.go.
  addressSource: ({ mode }) => (mode === 'tcp' ? 'none' : 'x-forwarded-for'),
  async open(port, { env = {}, settings = {}, heard }, signal) {
    const { mode = 'http', port: publicPort = '443' } = settings;
    const target =
      mode === 'tcp'
        ? [`--tls-terminated-tcp=${publicPort}`, `tcp://127.0.0.1:${port}`]
        : [`--https=${publicPort}`, `http://127.0.0.1:${port}`];
    let isRunning = true;
    const tunnel = await openProgramTunnel(
      {
        title: 'tailscale',
        file: requireProgram(program, env),
        env,
        args: ['funnel', ...target],
        heard,
        urlIn,
        reasonIn,
        obstacleIn,
        isDetail: (line) => /^try `tailscale /.test(line),
      },
      signal,
    );
    void tunnel.ended.then(() => (isRunning = false));
    return { ...tunnel, isConnected: async () => isRunning };
  },
};

/** `https://host.tailnet.ts.net/`, or for bytes `|-- tcp://host.tailnet.ts.net:443 (TLS terminated)`. */
function urlIn(line: string): string | undefined {
  const web = /^(https:\/\/[a-z0-9.-]+\.ts\.net(?::\d+)?)\/?$/i.exec(line)?.[1];
  if (web !== undefined) return web;
  const host = /^\|-- tcp:\/\/([a-z0-9.-]+\.ts\.net:\d+) \(TLS terminated\)$/i.exec(line)?.[1];
  return host === undefined ? undefined : `https://${host.replace(/:443$/, '')}`;
}

/** Tailscale waits until the user has enabled Funnel on a page. */
function obstacleIn(line: string): string | undefined {
  const page = /https:\/\/login\.tailscale\.com\/f\/\S+/.exec(line)?.[0];
  return page && `Funnel is not enabled on your tailnet: enable it at ${page}.`;
}

function reasonIn(line: string): string | undefined {
  if (/failed to connect to local tailscaled/i.test(line))
    return 'The Tailscale service does not run on this machine: start tailscaled.';
  if (/^(Logged out|NeedsLogin)/i.test(line)) return 'Tailscale is logged out: run `tailscale up`.';
  if (/^Tailscale is stopped/i.test(line)) return 'Tailscale is stopped: run `tailscale up`.';
  if (/Access denied/i.test(line))
    return 'Tailscale lets only root do this: run `sudo tailscale set --operator=$USER` once.';
  if (/already exists/.test(line) && /foreground|background/.test(line))
    return 'Tailscale serves something else on this port: stop it, or set another one with tailscale.port.';
  if (/HTTPS must be enabled/i.test(line))
    return 'HTTPS is not enabled on your tailnet: see https://tailscale.com/s/https.';
  if (/"funnel" node attribute not set/i.test(line))
    return 'Your tailnet does not let this machine use Funnel: see https://tailscale.com/s/no-funnel.';
  return undefined;
}
