import { UserError } from '../model/errors.ts';
import { localtunnel } from './localtunnel.ts';
import type { DriverSettings, TunnelDriver } from './tunnel.ts';

/** Every way to a public URL, the default first. A new driver is a file and a line here. */
export const tunnelDrivers: readonly TunnelDriver[] = [localtunnel];

/** The driver of this name, undefined for `none`; throws a UserError for a name that no driver has. */
export function findTunnelDriver(name: string): TunnelDriver | undefined {
  if (name === 'none') return undefined;
  const driver = tunnelDrivers.find((candidate) => candidate.name === name);
  if (driver) return driver;
  const known = [...tunnelDrivers.map((candidate) => candidate.name), 'none'];
  throw new UserError('usage', `Unknown tunnel ${JSON.stringify(name)}.`, `Available: ${known.join(', ')}.`);
}

/**
 * The options of a driver with their defaults; throws a UserError for one that the driver does not have, and for a
 * value that the option does not take.
 */
export function driverSettings(driver: TunnelDriver, given: DriverSettings = {}): DriverSettings {
  const { options = [] } = driver;
  for (const [name, value] of Object.entries(given)) {
    const option = options.find((candidate) => candidate.name === name);
    if (!option) throw noSuchOption(driver, name);
    if (option.values.includes(value)) continue;
    throw new UserError(
      'usage',
      `${driver.name}.${name} can't be ${JSON.stringify(value)}.`,
      `Use ${option.values.join(' or ')}: ${option.help}.`,
    );
  }
  return { ...Object.fromEntries(options.map(({ name, values }) => [name, values[0]])), ...given };
}

function noSuchOption(driver: TunnelDriver, name: string): UserError {
  const all = (driver.options ?? []).map((option) => `${driver.name}.${option.name}`);
  return new UserError(
    'usage',
    `The tunnel ${driver.name} has no option ${JSON.stringify(name)}.`,
    all.length === 0 ? 'It has none.' : `Its options: ${all.join(', ')}.`,
  );
}
