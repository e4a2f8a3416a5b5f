import { UserError } from '../model/errors.ts';
import { cloudflared } from './cloudflared.ts';
import { commandDriver } from './command.ts';
import { localhostRun } from './localhost-run.ts';
import { localtunnel } from './localtunnel.ts';
import { ngrok } from './ngrok.ts';
import { pinggy } from './pinggy.ts';
import { publicUrl } from './public-url.ts';
import { serveo } from './serveo.ts';
import { ssh } from './ssh.ts';
import { tailscale } from './tailscale.ts';
import type { DriverFamily, DriverProfile, DriverSettings, ListedDriver, TunnelDriver } from './tunnel.ts';

/** Every way to a public URL, the default first. A new driver is a file and a line here. */
export const tunnelDrivers: readonly ListedDriver[] = [
  localtunnel,
  cloudflared,
  localhostRun,
  pinggy,
  serveo,
  ssh,
  ngrok,
  tailscale,
  commandDriver,
  publicUrl,
];

/** The driver with this name, or of this family (`ssh:user@host`); undefined for `none`. Throws a UserError otherwise. */
export function findTunnelDriver(text: string): TunnelDriver | undefined {
  if (text === 'none') return undefined;
  const [, name = '', argument] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const driver = profileNamed(name);
  if (!driver) throw unknownDriver(text);
  if (!isFamily(driver)) {
    if (argument === undefined) return driver;
    throw new UserError('usage', `The tunnel ${name} takes nothing after its name.`, `Use ${name}.`);
  }
  if (argument) return driver.driverFor(argument);
  throw new UserError('usage', `The tunnel ${name} needs more.`, `Use ${usageOf(driver)}.`);
}

/** The driver or family of drivers with this name. */
export function profileNamed(name: string): ListedDriver | undefined {
  return tunnelDrivers.find((candidate) => candidate.name === name);
}

/** The name in the list: a driver of a family may have more of a name, such as `ssh:user@host`. */
export function listedName({ name }: DriverProfile): string {
  return name.split(':')[0]!;
}

/** True for a family of drivers. */
export function isFamily(driver: TunnelDriver | DriverFamily): driver is DriverFamily {
  return 'takes' in driver;
}

/** What names a driver, or one of a family: `localtunnel`, `ssh:user@host[:port]`. */
export function usageOf(driver: ListedDriver): string {
  return isFamily(driver) ? `${driver.name}:${driver.takes}` : driver.name;
}

function unknownDriver(text: string): UserError {
  const known = [...tunnelDrivers.map(usageOf), 'none'];
  return new UserError('usage', `Unknown tunnel ${JSON.stringify(text)}.`, `Available: ${known.join(', ')}.`);
}

/**
 * The options of a driver with their defaults; throws a UserError for one that the driver does not have, and for a
 * value that the option does not take.
 */
export function driverSettings(driver: DriverProfile, given: DriverSettings = {}): DriverSettings {
  const { options = [] } = driver;
  for (const [name, value] of Object.entries(given)) {
    const option = options.find((candidate) => candidate.name === name);
    if (!option) throw noSuchOption(driver, name);
    const wrong = option.check?.(value);
    if (wrong !== undefined)
      throw new UserError('usage', `${listedName(driver)}.${name}: ${wrong}`, `It is ${option.help}.`);
    if (!option.values || option.values.includes(value)) continue;
    throw new UserError(
      'usage',
      `${listedName(driver)}.${name} can't be ${JSON.stringify(value)}.`,
      `Use ${option.values.join(' or ')}: ${option.help}.`,
    );
  }
  const defaults = options.flatMap(({ name, values }) => (values ? [[name, values[0]]] : []));
  return { ...Object.fromEntries(defaults), ...given };
}

function noSuchOption(driver: DriverProfile, name: string): UserError {
  const all = (driver.options ?? []).map((option) => `${listedName(driver)}.${option.name}`);
  return new UserError(
    'usage',
    `The tunnel ${driver.name} has no option ${JSON.stringify(name)}.`,
    all.length === 0 ? 'It has none.' : `Its options: ${all.join(', ')}.`,
  );
}
