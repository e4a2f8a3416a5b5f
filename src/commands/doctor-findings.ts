import { commonOptions, type Invocation } from '../cli/command.ts';
import { databaseFile } from '../cli/open-store.ts';
import { stateFolder } from '../cli/paths.ts';
import { workingFolderIfAny } from '../cli/working-folder.ts';
import { fidelityRows } from '../format/fidelity.ts';
import { sizeText } from '../format/size.ts';
import { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import { parseTarget } from '../model/target.ts';
import type { FidelityFinding, TunnelFidelity } from '../model/tunnel-fidelity.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import type { RunningListener } from '../operations/running-listener.ts';
import { findProgram } from '../tunnels/driver-program.ts';
import { tunnelDrivers } from '../tunnels/index.ts';
import { sendingOptions } from './options/client.ts';
import { targetOf, targetOptions } from './options/target.ts';
import { tunnelOf, tunnelOptions } from './options/tunnel.ts';

const { onUrl: _onUrl, requireTunnel: _requireTunnel, ...tunnelChoice } = tunnelOptions;

/** The options of listen that doctor can check. */
export const doctorOptions = {
  port: targetOptions.port,
  forwardTo: targetOptions.forwardTo,
  route: targetOptions.route,
  ...tunnelChoice,
  hostHeader: sendingOptions.hostHeader,
  insecure: sendingOptions.insecure,
  ...commonOptions,
} as const;

export type DoctorInvocation = Invocation<typeof doctorOptions>;

/** What a check needs to know. */
interface Surroundings {
  readonly invocation: DoctorInvocation;
  /** The listen of this folder, if one runs. */
  readonly running: RunningListener | undefined;
}

/** Every check, one after the other, so that a slow one does not hide what is known. */
export async function* findings(invocation: DoctorInvocation): AsyncGenerator<Finding> {
  const running = await runningListener(invocation);
  const surroundings = { invocation, running };
  const { options, io } = invocation;
  const [machine, database, port, clock] = await Promise.all([
    import('../operations/doctor/machine.ts'),
    import('../operations/doctor/database.ts'),
    import('../operations/doctor/port.ts'),
    import('../operations/doctor/clock.ts'),
  ]);
  yield* machine.runtimeFindings();
  yield* configFindings(invocation);
  yield* database.databaseFindings(databaseFile(options.db, io), sizeText);
  if (running) yield* await port.portFindings(running.session.port, running.session.pid);
  else if (options.port !== undefined) yield* await port.portFindings(options.port);
  const status = await tunnelStatus(surroundings);
  yield* await targetsFindings(surroundings, status?.url ?? undefined);
  yield* await tunnelFindingsOf(surroundings, status);
  if (status?.driver === 'localtunnel')
    yield* await clock.clockFindings(options.tunnelHost ?? 'https://loca.lt', io.signal, io.env);
  yield* machine.containerFindings();
}

/** The listen of this folder itself, not of another one. */
async function runningListener({ io }: DoctorInvocation): Promise<RunningListener | undefined> {
  const folder = workingFolderIfAny(io);
  const { findRunningListener } = await import('../operations/running-listener.ts');
  try {
    const found = await findRunningListener({ stateFolder: stateFolder(io.env), folder, signal: io.signal });
    return found.session.folder === folder ? found : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function* configFindings({ files: { project, user }, configError }: DoctorInvocation): Generator<Finding> {
  const ok = (message: string): Finding => ({ area: 'config', state: 'ok', message });
  if (configError) {
    yield { area: 'config', state: 'failed', message: configError.message, hint: configError.said.hint };
    return;
  }
  if (project?.type === 'unsafe') {
    const hint = 'Move it to a folder that only you can write to.';
    yield { area: 'config', state: 'warning', message: `${project.path} is ignored: ${project.why}.`, hint };
  }
  if (project?.type === 'read' && project.trusted) yield ok(`${project.config.file} is trusted.`);
  if (project?.type === 'read' && !project.trusted) {
    const message = `${project.config.file} is not trusted: only its harmless settings apply.`;
    yield {
      area: 'config',
      state: 'warning',
      message,
      hint: 'Review and trust it with webhook-cli config trust.',
    };
  }
  if (user) yield ok(`${user.file} is used.`);
  if (!project && !user) yield ok('There is no config file.');
}

/** The tunnel of the listen that runs, or of a session that is opened for this; null without one. */
async function tunnelStatus({ invocation, running }: Surroundings): Promise<TunnelStatus | null> {
  if (running?.urls.tunnel) return running.urls.tunnel;
  const { options, io } = invocation;
  if (running) return null;
  const place = { stateFolder: stateFolder(io.env), folder: workingFolderIfAny(io) };
  const choice = tunnelOf({ ...options, onUrl: undefined, requireTunnel: undefined }, io.env, place);
  if (choice.tunnels?.length === 0) return null;
  const { tryTunnel } = await import('./try-tunnel.ts');
  const { fallbackTunnel: _fallback, ...session } = choice;
  const sharesPort = choice.tunnels?.some((driver) => driver.sharesPort);
  return tryTunnel({ ...session, port: sharesPort ? options.port : undefined }, io.signal);
}

async function targetsFindings(
  { invocation, running }: Surroundings,
  publicUrl: string | undefined,
): Promise<Finding[]> {
  const { options, io } = invocation;
  const { parseRoute } = await import('../session/routes.ts');
  const given = targetOf(invocation);
  const routed = (options.route ?? []).flatMap((route) => parseRoute(route).targets);
  const own = [...(given === undefined ? [] : [parseTarget(given)]), ...routed];
  const targets = own.length > 0 ? own : (running?.urls.targets ?? []).map(parseTarget);
  if (targets.length === 0) {
    const hint = 'Name your server, such as webhook-cli doctor 3000.';
    return [
      { area: 'target', state: 'warning', message: 'There is no target: requests are only recorded.', hint },
    ];
  }
  const { targetFindings } = await import('../operations/doctor/targets.ts');
  const { hostHeader, insecure = false } = options;
  const host =
    hostHeader !== undefined && hostHeader !== 'keep' && hostHeader !== 'rewrite' ? hostHeader : undefined;
  const called = host ?? (publicUrl === undefined ? 'fox.example.com' : new URL(publicUrl).host);
  const distinct = [...new Map(targets.map((target) => [target.href, target])).values()];
  const checks = distinct.map((target) =>
    targetFindings(target, {
      host: called,
      rewritesHost: hostHeader === 'rewrite',
      insecure,
      signal: io.signal,
    }),
  );
  return (await Promise.all(checks)).flat();
}

async function tunnelFindingsOf(
  { invocation: { io }, running }: Surroundings,
  status: TunnelStatus | null,
): Promise<Finding[]> {
  const { driverFindings, tunnelFindings } = await import('../operations/doctor/tunnel.ts');
  const drivers = tunnelDrivers.map(({ name, program }) => ({
    name,
    isAvailable: !program || findProgram(program.name, io.env) !== undefined,
    install: program?.install,
  }));
  return [
    ...driverFindings(drivers),
    ...tunnelFindings({ status, isRunning: running !== undefined }),
    ...(status?.fidelity ? fidelityFindings(status.fidelity) : []),
  ];
}

/** What a tunnel does to requests: what it does not keep, one by one. */
function fidelityFindings(fidelity: TunnelFidelity): Finding[] {
  const rows = fidelityRows(fidelity);
  const names = (finding: FidelityFinding) =>
    rows.filter((row) => row.finding === finding).map(({ name }) => name);
  const kept = names('kept');
  const unknown = names('unknown');
  return [
    ...(kept.length === 0 ? [] : [finding('ok', `The tunnel keeps: ${kept.join(', ')}.`)]),
    ...rows
      .filter((row) => row.finding === 'lost')
      .map(({ name, meaning }) => finding('warning', `The tunnel does not keep: ${name}.`, meaning)),
    ...(unknown.length === 0 ? [] : [finding('ok', `Not measured: ${unknown.join(', ')}.`)]),
  ];
}

function finding(state: Finding['state'], message: string, hint?: string): Finding {
  return { area: 'tunnel', state, message, hint };
}
