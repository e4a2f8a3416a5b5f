import type { AddressSource } from '../model/address-source.ts';
import { UserError } from '../model/errors.ts';
import { option, type Phrase, phrase } from '../model/phrase.ts';
import { type ProjectDrivers, projectDrivers } from '../state/tunnel-drivers.ts';
import { keptTunnelName } from '../state/tunnel-names.ts';
import { isAvailable, missingProgram } from '../tunnels/driver-program.ts';
import { driverSettings, listedName } from '../tunnels/index.ts';
import type { TunnelDriver } from '../tunnels/tunnel.ts';
import type { ChosenDriver } from './keeper-context.ts';
import type { ListenOptions } from './listen-options.ts';

/** The drivers of a session's tunnel. */
export interface TunnelPlan {
  /** Tried in this order; none: the session has no tunnel. */
  readonly drivers: readonly ChosenDriver[];
  /** A driver to offer to the user if these open no tunnel. */
  readonly fallback: ChosenDriver | undefined;
  /** Drivers that are left out, and why. */
  readonly warnings: readonly Phrase[];
  /** The drivers of the project, as kept from its earlier sessions. */
  readonly project: ProjectDrivers;
}

/** The options of a session that decide on its tunnel. */
export type TunnelPlanOptions = Pick<
  ListenOptions,
  'tunnels' | 'fallbackTunnel' | 'tunnelSettings' | 'allowIp' | 'subdomain' | 'stateFolder' | 'folder' | 'env'
>;

/**
 * Plans the tunnel of a session: the driver of the project's last URL goes first; drivers that cannot be used are left
 * out. Throws a UserError if none is left, or an option of a driver is not valid.
 */
export function tunnelPlanOf(options: TunnelPlanOptions): TunnelPlan {
  const { tunnels = [], fallbackTunnel, stateFolder, folder } = options;
  refuseMixedPorts(tunnels);
  const project = projectDrivers(stateFolder, folder);
  const found = tunnels.map((driver) => candidate(driver, options));
  const usable = found.filter(({ obstacle }) => obstacle === undefined);
  if (usable.length === 0 && found[0]) throw found[0].obstacle!;
  const ordered = [
    ...usable.filter(({ driver }) => driver.name === project.used),
    ...usable.filter(({ driver }) => driver.name !== project.used),
  ];
  const fallback = fallbackTunnel && candidate(fallbackTunnel, options);
  return {
    drivers: ordered.map((each) => chosen(each, options)),
    fallback: fallback && !fallback.obstacle ? chosen(fallback, options) : undefined,
    warnings: found.flatMap(({ driver, obstacle }) =>
      obstacle ? [phrase`The tunnel ${driver.name} is left out: ${obstacle.said.message}`] : [],
    ),
    project,
  };
}

/** A driver that is looked at. */
interface Candidate extends Pick<ChosenDriver, 'driver' | 'settings' | 'addressSource'> {
  /** The reason why it cannot be used; undefined if it can. */
  readonly obstacle: UserError | undefined;
}

/** Throws a UserError for an option that is not valid. */
function candidate(driver: TunnelDriver, options: TunnelPlanOptions): Candidate {
  const settings = driverSettings(driver, options.tunnelSettings?.[listedName(driver)]);
  const addressSource = driver.addressSource?.(settings) ?? 'none';
  const { program } = driver;
  const obstacle =
    program && !isAvailable(driver, options.env ?? {})
      ? missingProgram(program)
      : untrustedAddress(driver, addressSource, options);
  return { driver, settings, addressSource, obstacle };
}

function chosen(
  { driver, settings, addressSource }: Candidate,
  { subdomain, stateFolder, folder }: TunnelPlanOptions,
): ChosenDriver {
  const name = () => subdomain ?? keptTunnelName(stateFolder, folder, driver.name);
  return { driver, settings, addressSource, subdomain: driver.keepsName ? name() : undefined };
}

/** Checking senders by an address that anybody can make up would let everyone in, or no one. */
function untrustedAddress(
  driver: TunnelDriver,
  source: AddressSource,
  { allowIp = [] }: TunnelPlanOptions,
): UserError | undefined {
  if (allowIp.length === 0 || source !== 'none') return undefined;
  const { name, options = [] } = driver;
  const trust = options.find((each) => each.name === 'trustForwarded');
  return new UserError(
    'usage',
    phrase`Sender addresses cannot be checked (${option('allowIp')}): ${name} does not pass them on in a way that can be trusted.`,
    trust
      ? phrase`Use ${option('tunnel', false)}, or ${option('pathToken')} instead. If ${trust.help}, set ${option('tunnelOption', `${listedName(driver)}.trustForwarded=yes`)}.`
      : phrase`Use ${option('tunnel', false)}, another tunnel, or ${option('pathToken')} instead.`,
  );
}

/** A reverse proxy leads to the session's own port, and every other tunnel to one of its own. */
function refuseMixedPorts(tunnels: readonly TunnelDriver[]): void {
  const shared = tunnels.find(({ sharesPort }) => sharesPort);
  if (!shared || tunnels.length === 1) return;
  throw new UserError('usage', `The tunnel ${shared.name} cannot be combined with others.`, 'Use it alone.');
}
