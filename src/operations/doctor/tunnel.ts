import type { UserError } from '../../model/errors.ts';
import type { TunnelStatus } from '../../model/events.ts';
import { option, phrase } from '../../model/phrase.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** A tunnel that doctor looks at. */
export interface TunnelInput {
  /** The state of the tunnel; null without one. */
  readonly status: TunnelStatus | null;
  /** It is the one of a listen that runs; else it was opened for this check. */
  readonly isRunning: boolean;
}

/** Checks the way from the public URL to this machine. */
export function tunnelFindings({ status, isRunning }: TunnelInput): Finding[] {
  if (status === null || status.driver === null) {
    return [
      warning(
        'tunnel',
        'There is no tunnel: requests reach the local URL only.',
        phrase`Leave ${option('tunnel', false)} out.`,
      ),
    ];
  }
  const { state, url, driver, message, latencyMs, verified } = status;
  const whose = isRunning ? ', of the listen that runs here' : '';
  if (state !== 'online' || url === null) {
    return [
      failed(
        'tunnel',
        `No request arrives through ${driver}${whose}. ${message ?? 'It gave no public URL in time.'}`,
        phrase`Try another with ${option('tunnel')}; webhook-cli tunnels lists them.`,
      ),
    ];
  }
  const took = latencyMs === null ? '' : ` in ${latencyMs} ms`;
  if (verified) return [ok('tunnel', `${url} leads here${took}, through ${driver}${whose}.`)];
  return [
    warning(
      'tunnel',
      `${url} through ${driver}${whose}: ${message ?? 'not verified.'}`,
      'Call the URL from elsewhere, or send a test event from your provider.',
    ),
  ];
}

/** Finds that no tunnel can be opened at all. */
export function unopenedFinding({ said: { message, hint } }: UserError): Finding {
  return failed('tunnel', phrase`No tunnel can be opened. ${message}`, hint);
}

/** A driver of the list, as far as this machine is concerned. */
export interface DriverInput {
  readonly name: string;
  readonly isAvailable: boolean;
}

/** Which tunnel drivers can be used here, and how to get the others. */
export function driverFindings(drivers: readonly DriverInput[]): Finding[] {
  const names = (isAvailable: boolean) =>
    drivers.filter((driver) => driver.isAvailable === isAvailable).map(({ name }) => name);
  const missing = names(false);
  const others =
    missing.length === 0 ? '' : ` Not installed: ${missing.join(', ')} (webhook-cli tunnels says how).`;
  return [ok('tunnel', `Tunnel drivers that can run here: ${names(true).join(', ')}.${others}`)];
}
