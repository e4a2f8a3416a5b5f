import type { AddressSource } from '../model/address-source.ts';
import { UserError } from '../model/errors.ts';
import { driverSettings } from '../tunnels/index.ts';
import type { ListenOptions } from './listen-options.ts';

/**
 * Where requests that come through the session's tunnel tell who sent them. Throws a UserError where a list of
 * addresses is to be kept and the tunnel can't be trusted with them: it would let everybody in, or nobody.
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
    `Sender addresses can't be checked (--allow-ip): ${tunnel.name} does not pass them on in a way that can be trusted.`,
    trust
      ? `Use --no-tunnel, or --path-token in its place. If ${trust.help}, say so: --tunnel-option ${tunnel.name}.trustForwarded=yes.`
      : 'Use --no-tunnel, another tunnel, or --path-token in its place.',
  );
}
