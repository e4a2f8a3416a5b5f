import type { AddressSource } from '../model/address-source.ts';
import { UserError } from '../model/errors.ts';
import { driverSettings } from '../tunnels/index.ts';
import type { ListenOptions } from './listen-options.ts';

/**
 * The place of the sender's address in requests that come through the session's tunnel. Throws a UserError if senders
 * are to be checked by address and the tunnel cannot be trusted with it: that would let everyone in, or no one.
 */
export function addressSourceOf({
  tunnel,
  tunnelSettings,
  allowIp = [],
}: Pick<ListenOptions, 'tunnel' | 'tunnelSettings' | 'allowIp'>): AddressSource {
  if (!tunnel) return 'none';
  const settings = driverSettings(tunnel, tunnelSettings);
  const source = tunnel.addressSource?.(settings) ?? 'none';
  if (allowIp.length === 0 || source !== 'none') return source;
  const trust = tunnel.options?.find(({ name }) => name === 'trustForwarded');
  throw new UserError(
    'usage',
    `Sender addresses cannot be checked (--allow-ip): ${tunnel.name} does not pass them on in a way that can be trusted.`,
    trust
      ? `Use --no-tunnel, or --path-token instead. If ${trust.help}, set --tunnel-option ${tunnel.name}.trustForwarded=yes.`
      : 'Use --no-tunnel, another tunnel, or --path-token instead.',
  );
}
