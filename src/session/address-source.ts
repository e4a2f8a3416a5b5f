import type { AddressSource } from '../model/address-source.ts';
import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
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
    phrase`Sender addresses cannot be checked (${option('allowIp')}): ${tunnel.name} does not pass them on in a way that can be trusted.`,
    trust
      ? phrase`Use ${option('tunnel', false)}, or ${option('pathToken')} instead. If ${trust.help}, set ${option('tunnelOption', `${tunnel.name}.trustForwarded=yes`)}.`
      : phrase`Use ${option('tunnel', false)}, another tunnel, or ${option('pathToken')} instead.`,
  );
}
