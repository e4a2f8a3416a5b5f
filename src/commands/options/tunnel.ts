import { mostSimilar } from '../../cli/did-you-mean.ts';
import { UserError } from '../../model/errors.ts';
import { driverSettings, tunnelDrivers } from '../../tunnels/index.ts';
import type { DriverSettings, TunnelDriver } from '../../tunnels/tunnel.ts';

/**
 * What `--tunnel-option driver.name=value` says of the driver in use; what is said of the others is checked as well.
 * The last value counts. Throws a UserError for a driver, an option or a value that there is not.
 */
export function tunnelSettings(
  given: readonly string[],
  inUse: TunnelDriver | undefined,
): DriverSettings | undefined {
  const byDriver = new Map<TunnelDriver, Record<string, string>>();
  for (const text of given) {
    const [, driverName, name, value] = /^([\w-]+)\.([\w-]+)=(.*)$/s.exec(text) ?? [];
    if (driverName === undefined || name === undefined || value === undefined) {
      throw new UserError(
        'usage',
        `--tunnel-option: ${JSON.stringify(text)} is not driver.name=value.`,
        'Example: --tunnel-option localtunnel.trustForwarded=yes.',
      );
    }
    const driver = namedDriver(driverName);
    refuseUnknownOption(driver, name);
    byDriver.set(driver, { ...byDriver.get(driver), [name]: value });
  }
  for (const [driver, settings] of byDriver) driverSettings(driver, settings);
  return inUse && byDriver.get(inUse);
}

function namedDriver(name: string): TunnelDriver {
  const driver = tunnelDrivers.find((candidate) => candidate.name === name);
  if (driver) return driver;
  const names = tunnelDrivers.map((candidate) => candidate.name);
  throw new UserError(
    'usage',
    `--tunnel-option: there is no tunnel ${JSON.stringify(name)}.`,
    hint(mostSimilar(name, names), names),
  );
}

/** Here rather than in the driver, because only the command line makes suggestions. */
function refuseUnknownOption({ name: driver, options = [] }: TunnelDriver, name: string): void {
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
  return all.length === 0 ? 'It has none.' : `Available: ${all.join(', ')}.`;
}
