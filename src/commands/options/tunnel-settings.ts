import { mostSimilar } from '../../model/did-you-mean.ts';
import { UserError } from '../../model/errors.ts';
import { driverSettings, profileNamed, tunnelDrivers } from '../../tunnels/index.ts';
import type { DriverProfile, DriverSettings } from '../../tunnels/tunnel.ts';

/**
 * Settings of drivers by the driver's name, from `--tunnel-option driver.key=value`; the last value wins. Throws a
 * UserError for an unknown driver, option or value.
 */
export function tunnelSettings(given: readonly string[]): Readonly<Record<string, DriverSettings>> {
  const byDriver = new Map<DriverProfile, Record<string, string>>();
  for (const text of given) {
    const [, driverName, name, value] = /^([\w.-]+)\.([\w-]+)=(.*)$/s.exec(text) ?? [];
    if (driverName === undefined || name === undefined || value === undefined) {
      throw new UserError(
        'usage',
        `--tunnel-option: ${JSON.stringify(text)} is not driver.key=value.`,
        'Example: --tunnel-option localtunnel.trustForwarded=yes.',
      );
    }
    const driver = namedDriver(driverName);
    refuseUnknownOption(driver, name);
    byDriver.set(driver, { ...byDriver.get(driver), [name]: value });
  }
  for (const [driver, settings] of byDriver) driverSettings(driver, settings);
  return Object.fromEntries([...byDriver].map(([{ name }, settings]) => [name, settings]));
}

function namedDriver(name: string): DriverProfile {
  const driver = profileNamed(name);
  if (driver) return driver;
  const names = tunnelDrivers.map((candidate) => candidate.name);
  throw new UserError(
    'usage',
    `--tunnel-option: unknown tunnel driver ${JSON.stringify(name)}.`,
    hint(mostSimilar(name, names), names),
  );
}

/** Here and not in the driver: suggestions are the command line's. */
function refuseUnknownOption({ name: driver, options = [] }: DriverProfile, name: string): void {
  const names = options.map((option) => option.name);
  if (names.includes(name)) return;
  throw new UserError(
    'usage',
    `--tunnel-option: ${driver} has no option ${JSON.stringify(name)}.`,
    hint(mostSimilar(name, names), names),
  );
}

function hint(close: string | undefined, all: readonly string[]): string {
  if (close !== undefined) return `Did you mean ${close}?`;
  return all.length === 0 ? 'It has no options.' : `Available: ${all.join(', ')}.`;
}
