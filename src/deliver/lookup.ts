import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

const loopback: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Finds a host's addresses. `localhost` and the names under it are both loopback addresses (RFC 6761 6.3), whatever
 * the resolver says: dev servers bind one of them or the other, and few resolvers know the names under it.
 */
export function lookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  if (!/(^|\.)localhost$/i.test(hostname)) dnsLookup(hostname, options, callback as never);
  else if (options.all) callback(null, loopback);
  else callback(null, '127.0.0.1', 4);
}

/** Connection options with which every address of a host is tried until one accepts. */
export const tryEveryAddress = {
  lookup,
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: 250,
} as const;
