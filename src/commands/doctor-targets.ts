import { UserError } from '../model/errors.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import type { TargetCheckOptions } from '../operations/doctor/targets.ts';
import { isTunnelError, type Surroundings, type TunnelCheck } from './doctor-options.ts';
import { hostHeaderOf } from './options/client.ts';
import { targetOf } from './options/target.ts';

/** Checks the targets that are given, else those of the listen that runs. */
export async function targetsFindings(surroundings: Surroundings, status: TunnelCheck): Promise<Finding[]> {
  const [{ targetFindings }, { isInContainer }] = await Promise.all([
    import('../operations/doctor/targets.ts'),
    import('../operations/doctor/machine.ts'),
  ]);
  const targets = await targetsOf(surroundings);
  if (targets.length === 0) {
    const message = 'There is no target: requests are only recorded.';
    const hint = 'Name your server, such as webhook-cli doctor 3000.';
    return [{ area: 'target', state: 'warning', message, hint }];
  }
  const options = { ...checkOptions(surroundings, status), isContainer: isInContainer() };
  const checks = targets.map(
    async (target) => (await ownPortFinding(target, surroundings)) ?? targetFindings(target, options),
  );
  return (await Promise.all(checks)).flat();
}

/** Each once. */
async function targetsOf({ invocation, running }: Surroundings): Promise<readonly Target[]> {
  const { parseRoute } = await import('../session/routes.ts');
  const given = targetOf(invocation);
  const routed = (invocation.options.route ?? []).flatMap((route) => parseRoute(route).targets);
  const own = [...(given === undefined ? [] : [parseTarget(given)]), ...routed];
  const targets = own.length > 0 ? own : (running?.urls.targets ?? []).map(parseTarget);
  return [...new Map(targets.map((target) => [target.href, target])).values()];
}

/** A listener that forwards to itself does not start. */
async function ownPortFinding(
  target: Target,
  { invocation, running }: Surroundings,
): Promise<Finding[] | undefined> {
  const { refuseOwnPort } = await import('../session/own-address.ts');
  const port = running?.session.port ?? invocation.options.port;
  if (port === undefined) return undefined;
  try {
    refuseOwnPort(target, port);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error.said;
    return [{ area: 'target', state: 'failed', message, hint }];
  }
}

/** What is not given is as the listen that runs has it. */
function checkOptions({ invocation, running }: Surroundings, status: TunnelCheck): TargetCheckOptions {
  const { options, io } = invocation;
  const sending = running?.urls.sending;
  const hostHeader =
    options.hostHeader === undefined ? (sending?.hostHeader ?? 'keep') : hostHeaderOf(options.hostHeader);
  return {
    host: typeof hostHeader === 'object' ? hostHeader.name : calledHost(status),
    rewritesHost: hostHeader === 'rewrite',
    insecure: options.insecure ?? sending?.insecure ?? false,
    signal: io.signal,
  };
}

/** The host that senders call: some public one, if there should be a tunnel and is none. */
function calledHost(status: TunnelCheck): string {
  if (status === null) return 'localhost';
  return isTunnelError(status) || status.url === null ? 'fox.example.com' : new URL(status.url).host;
}
