import { type HeaderList, headerValue } from './headers.ts';

/** The field in which a request that leaves this machine carries how often it has done so. */
export const hopsHeader = 'webhook-cli-hops';

/** More often is a circle: the request gets a 508 and goes no further. */
export const mostHops = 5;

/** The number of times that a request has come through here on its way, as far as it says. */
export function hopsOf(headers: HeaderList): number {
  const value = headerValue(headers, hopsHeader);
  return value !== undefined && /^\d{1,4}$/.test(value) ? Number(value) : 0;
}
