import { isIP } from 'node:net';
import { UserError } from './errors.ts';

/** The loopback addresses, on which every listener can be called. */
export const loopbackAddresses: readonly string[] = ['127.0.0.1', '::1'];

/** An address to listen on besides loopback. */
export interface HostAddress {
  /** In its one spelling. */
  readonly address: string;
  /** Other machines can connect there. */
  readonly isOpen: boolean;
  /** All addresses of this machine: of IPv4, or of both kinds. */
  readonly isWildcard: boolean;
}

/** Reads an IP address, or `localhost`. Throws a UserError for anything else. */
export function parseHostAddress(text: string): HostAddress {
  const given = text.trim().replace(/^\[(.*)\]$/, '$1');
  const address = given === 'localhost' ? '127.0.0.1' : isIP(given) === 6 ? shortest(given) : given;
  if (isIP(address) === 0) {
    throw new UserError(
      'usage',
      `${JSON.stringify(text)} is not an IP address to listen on.`,
      'Give an address of this machine, such as 192.168.1.20, or 0.0.0.0 for all of them.',
    );
  }
  const isOpen = address !== '::1' && !/^127\./.test(address);
  return { address, isOpen, isWildcard: address === '0.0.0.0' || address === '::' };
}

/** Every address to listen on: loopback is one of them, or part of one. */
export function addressesToBind(host: HostAddress | undefined): readonly string[] {
  switch (host?.address) {
    case undefined:
      return loopbackAddresses;
    case '0.0.0.0':
      return ['0.0.0.0', '::1'];
    case '::':
      return ['0.0.0.0', '::'];
    default:
      return [...new Set([...loopbackAddresses, host!.address])];
  }
}

/** The one spelling of an IPv6 address (RFC 5952); a zone stays as it is. */
function shortest(address: string): string {
  const [bare = '', zone] = address.split('%');
  const host = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  return zone === undefined ? host : `${host}%${zone}`;
}
