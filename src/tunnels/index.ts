import { UserError } from '../model/errors.ts';
import { localtunnel } from './localtunnel.ts';
import type { TunnelDriver } from './tunnel.ts';

/** Every way to a public URL, the default first. A new driver is a file and a line here. */
export const tunnelDrivers: readonly TunnelDriver[] = [localtunnel];

/** The driver of this name, undefined for `none`; throws a UserError for a name that no driver has. */
export function findTunnelDriver(name: string): TunnelDriver | undefined {
  if (name === 'none') return undefined;
  const driver = tunnelDrivers.find((candidate) => candidate.name === name);
  if (driver) return driver;
  const known = [...tunnelDrivers.map((candidate) => candidate.name), 'none'];
  throw new UserError(
    'usage',
    `There is no tunnel ${JSON.stringify(name)}.`,
    `There are: ${known.join(', ')}.`,
  );
}
