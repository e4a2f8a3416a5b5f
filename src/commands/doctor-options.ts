import { commonOptions, type Invocation } from '../cli/command.ts';
import { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { RunningListener } from '../operations/running-listener.ts';
import { sendingOptions } from './options/client.ts';
import { targetOptions } from './options/target.ts';
import { tunnelOptions } from './options/tunnel.ts';

const { onUrl: _onUrl, requireTunnel: _requireTunnel, ...tunnelChoice } = tunnelOptions;

/** The options of listen that doctor can check. */
export const doctorOptions = {
  port: targetOptions.port,
  host: targetOptions.host,
  forwardTo: targetOptions.forwardTo,
  route: targetOptions.route,
  ...tunnelChoice,
  hostHeader: sendingOptions.hostHeader,
  insecure: sendingOptions.insecure,
  ...commonOptions,
} as const;

export type DoctorInvocation = Invocation<typeof doctorOptions>;

/** What a check needs to know. */
export interface Surroundings {
  readonly invocation: DoctorInvocation;
  /** The listen of this folder, if one runs. */
  readonly running: RunningListener | undefined;
}

/** The state of a tunnel, why there can be none, or null where none is wanted. */
export type TunnelCheck = TunnelStatus | UserError | null;

/** True if there can be no tunnel. */
export function isTunnelError(check: TunnelCheck): check is UserError {
  return check instanceof UserError;
}
