import { hostname, networkInterfaces } from 'node:os';
import { UserError } from '../model/errors.ts';
import type { HostAddress } from '../model/host-address.ts';
import { option, phrase } from '../model/phrase.ts';
import { isLoopback, type Target } from '../model/target.ts';

/** Throws a UserError if a target is the listener's own port: it would forward to itself endlessly. */
export function refuseOwnPort(target: Target, port: number, host?: HostAddress): void {
  if (target.port !== port || !isOwnAddress(target, host)) return;
  throw new UserError(
    'usage',
    `The target ${target.href} is this listener itself.`,
    phrase`Give the port of your dev server, or another ${option('port')}.`,
  );
}

/** Throws a UserError if a target is the listener's own public URL. */
export function refuseOwnUrl(target: Target, url: string): void {
  if (target.origin !== new URL(url).origin) return;
  throw new UserError(
    'usage',
    `The target ${target.href} is this listener's own public URL.`,
    'Give the address of your dev server.',
  );
}

function isOwnAddress(target: Target, host: HostAddress | undefined): boolean {
  // A connection to the unspecified address goes to this machine.
  if (isLoopback(target) || target.hostname === '0.0.0.0' || target.hostname === '::') return true;
  if (!host) return false;
  if (!host.isWildcard) return target.hostname === host.address;
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return target.hostname === hostname() || addresses.some(({ address }) => address === target.hostname);
}
