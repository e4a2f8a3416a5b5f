import { databaseFile } from '../cli/open-store.ts';
import { stateFolder } from '../cli/paths.ts';
import { workingFolderIfAny } from '../cli/working-folder.ts';
import { fidelityRows } from '../format/fidelity.ts';
import { sizeText } from '../format/size.ts';
import { UserError } from '../model/errors.ts';
import { parseHostAddress } from '../model/host-address.ts';
import type { FidelityFinding, TunnelFidelity } from '../model/tunnel-fidelity.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import type { RunningListener } from '../operations/running-listener.ts';
import { isAvailable } from '../tunnels/driver-program.ts';
import { tunnelDrivers } from '../tunnels/index.ts';
import { publicServer } from '../tunnels/localtunnel.ts';
import {
  type DoctorInvocation,
  isTunnelError,
  type Surroundings,
  type TunnelCheck,
} from './doctor-options.ts';
import { tunnelOf } from './options/tunnel.ts';

/** Every check, one after the other, so that a slow one does not hide what is known. */
export async function* findings(invocation: DoctorInvocation): AsyncGenerator<Finding> {
  const running = await runningListener(invocation);
  const surroundings = { invocation, running };
  const { options, io } = invocation;
  const [machine, database, port, targets, clock] = await Promise.all([
    import('../operations/doctor/machine.ts'),
    import('../operations/doctor/database.ts'),
    import('../operations/doctor/port.ts'),
    import('./doctor-targets.ts'),
    import('../operations/doctor/clock.ts'),
  ]);
  yield* machine.runtimeFindings();
  yield* configFindings(invocation);
  yield* database.databaseFindings(databaseFile(options.db, io), sizeText);
  const host = options.host === undefined ? undefined : parseHostAddress(options.host);
  if (running) yield port.usedPortFinding(running.session.port, running.session.pid);
  else if (options.port !== undefined || host) yield* await port.portFindings(options.port ?? 0, host);
  const status = await tunnelStatus(surroundings);
  yield* await targets.targetsFindings(surroundings, status);
  yield* await tunnelFindingsOf(surroundings, status);
  if (!isTunnelError(status) && status?.driver === 'localtunnel')
    yield* await clock.clockFindings(options.tunnelHost ?? publicServer, io.signal, io.env);
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
    const { message, hint } = configError.said;
    yield { area: 'config', state: 'failed', message, hint };
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

/** The tunnel of the listen that runs, or of a session that is opened for this. */
async function tunnelStatus({ invocation, running }: Surroundings): Promise<TunnelCheck> {
  if (running?.urls.tunnel) return running.urls.tunnel;
  const { options, io } = invocation;
  if (running) return null;
  const place = { stateFolder: stateFolder(io.env), folder: workingFolderIfAny(io) };
  const choice = tunnelOf({ ...options, onUrl: undefined, requireTunnel: undefined }, io.env, place);
  if (choice.tunnels?.length === 0) return null;
  const { tryTunnel } = await import('./try-tunnel.ts');
  const { fallbackTunnel: _fallback, ...session } = choice;
  const sharesPort = choice.tunnels?.some((driver) => driver.sharesPort);
  try {
    return await tryTunnel({ ...session, port: sharesPort ? options.port : undefined }, io.signal);
  } catch (error) {
    // A program that is not there, or a port that is taken.
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function tunnelFindingsOf(
  { invocation: { io }, running }: Surroundings,
  status: TunnelCheck,
): Promise<Finding[]> {
  const { driverFindings, tunnelFindings, unopenedFinding } = await import('../operations/doctor/tunnel.ts');
  const drivers = tunnelDrivers.map((driver) => ({
    name: driver.name,
    isAvailable: isAvailable(driver, io.env),
  }));
  if (isTunnelError(status)) return [...driverFindings(drivers), unopenedFinding(status)];
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
