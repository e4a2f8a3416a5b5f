import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { defaults } from '../../model/defaults.ts';
import type { Environment } from '../../model/environment.ts';
import { UserError } from '../../model/errors.ts';
import type { ListenOptions } from '../../session/listen-options.ts';
import { projectDrivers } from '../../state/tunnel-drivers.ts';
import { isAvailable } from '../../tunnels/driver-program.ts';
import { findTunnelDriver, isFamily, profileNamed } from '../../tunnels/index.ts';
import { localtunnel } from '../../tunnels/localtunnel.ts';
import type { TunnelDriver } from '../../tunnels/tunnel.ts';
import { tunnelSettings } from './tunnel-settings.ts';

/** Options of the tunnel. */
export const tunnelOptions = {
  tunnel: {
    type: 'string',
    value: 'name',
    help: 'tunnel driver, or several to try in order: auto, none, or a name that webhook-cli tunnels lists',
    default: 'auto',
    negatable: true,
    negatedHelp: 'do not open a tunnel: requests reach the local URL only',
    runsProgram: (value) => namesIn(value).some((name) => /^command(:|$)/.test(name)),
  },
  publicUrl: {
    type: 'string',
    value: 'url',
    help: 'public URL of a reverse proxy of your own that leads to the local port, instead of a tunnel',
  },
  subdomain: {
    type: 'string',
    short: 's',
    value: 'name',
    help: 'requested subdomain of the public URL',
    default: 'a random one, kept for the folder',
  },
  tunnelHost: { type: 'string', value: 'url', help: 'localtunnel server to use' },
  tunnelOption: {
    type: 'string',
    value: 'key=value',
    help: 'set an option of a tunnel driver, such as localtunnel.trustForwarded=yes (repeatable)',
    many: true,
    // Such a file may name programs to connect with.
    runsProgram: (value) => value.startsWith('ssh.config='),
  },
  onUrl: {
    type: 'string',
    value: 'command',
    help: "run a command with each new public URL, such as './update-webhook {url}'",
    runsProgram: () => true,
  },
  requireTunnel: {
    type: 'boolean',
    help: `exit with code 5 if the tunnel is not online within ${defaults.tunnelReadyMs / 1000} s, or 25 s with several drivers`,
  },
} as const satisfies OptionSpecs;

/** The parts of a session's options that say how its tunnel is opened. */
type TunnelChoice = Pick<
  ListenOptions,
  'tunnels' | 'fallbackTunnel' | 'tunnelSettings' | 'subdomain' | 'tunnelHost' | 'requireTunnel' | 'env'
>;

/** The place where a project's choice of drivers is kept. */
interface ProjectPlace {
  readonly stateFolder: string | undefined;
  readonly folder: string | undefined;
}

/** Drivers that `auto` uses where localtunnel fails and the user agrees; the first that can run here. */
const fallbacks = ['cloudflared', 'localhost.run'];

/** The options of a session for its tunnel. Throws a UserError for options that are not valid or contradict. */
export function tunnelOf(
  options: OptionValues<typeof tunnelOptions>,
  env: Environment,
  place: ProjectPlace,
): TunnelChoice {
  const { subdomain, tunnelHost, requireTunnel, tunnelOption = [] } = options;
  const drivers = driversOf(options, env, place);
  if (requireTunnel && drivers.tunnels?.length === 0) {
    throw new UserError(
      'usage',
      '--require-tunnel cannot be combined with --no-tunnel.',
      'Remove --require-tunnel or --no-tunnel.',
    );
  }
  return {
    ...drivers,
    tunnelSettings: tunnelSettings(tunnelOption),
    subdomain,
    tunnelHost,
    requireTunnel,
    env,
  };
}

function driversOf(
  { tunnel, publicUrl, tunnelHost }: OptionValues<typeof tunnelOptions>,
  env: Environment,
  place: ProjectPlace,
): Pick<TunnelChoice, 'tunnels' | 'fallbackTunnel'> {
  if (publicUrl !== undefined) {
    if (tunnel !== undefined) {
      throw new UserError('usage', '--public-url cannot be combined with --tunnel.', 'Use one of them.');
    }
    return { tunnels: driversNamed(`public-url:${publicUrl}`) };
  }
  if (tunnel === false) return { tunnels: [] };
  if (tunnel !== undefined && tunnel !== 'auto') return { tunnels: driversNamed(tunnel) };
  // Whoever names a localtunnel server of their own wants no other company's, unless they ask for it.
  const fallback = tunnelHost === undefined || tunnel === 'auto' ? fallbackIn(env) : undefined;
  const isAllowed =
    fallback !== undefined && projectDrivers(place.stateFolder, place.folder).allowed === fallback.name;
  return isAllowed
    ? { tunnels: [localtunnel, fallback] }
    : { tunnels: [localtunnel], fallbackTunnel: fallback };
}

function driversNamed(text: string): readonly TunnelDriver[] {
  const names = namesIn(text);
  if (names.length > 1 && names.some((name) => name === 'none' || name === 'auto')) {
    throw new UserError('usage', `--tunnel: ${text} mixes none or auto with drivers.`, 'Use it alone.');
  }
  return names.flatMap((name) => findTunnelDriver(name) ?? []);
}

/** Splits at commas; after `command:` or `public-url:` they belong to the command or URL. */
function namesIn(text: string): readonly string[] {
  const [, names = '', rest] =
    /^((?:(?!command:|public-url:)[^,]*,)*)((?:command:|public-url:).*)?$/s.exec(`${text},`) ?? [];
  const last = rest === undefined ? [] : [rest.slice(0, -1)];
  return [
    ...names
      .split(',')
      .slice(0, -1)
      .map((name) => name.trim()),
    ...last,
  ];
}

function fallbackIn(env: Environment): TunnelDriver | undefined {
  for (const name of fallbacks) {
    const driver = profileNamed(name);
    if (driver && !isFamily(driver) && isAvailable(driver, env)) return driver;
  }
  return undefined;
}
